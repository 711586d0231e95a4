/** An export is made as fast as it is read, on its whole way through the Node host: nothing piles up behind a reader who is slow. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { pulledText } from "../../worker/http/responses.ts";
import { type NodeServer, startNodeServer } from "../../worker/node/http/server.ts";
import { NodeUpgrades } from "../../worker/node/http/upgrades.ts";
import { until } from "./until.ts";

/** Text that gzip cannot make small. */
const PIECE = Array.from({ length: 16_000 }, () => Math.random().toString(36).slice(2)).join("\n");
/** In the kernel's buffers of both ends, in Node's and in the streams between. */
const ON_THE_WAY = 16_000_000;

/** Bytes read before the reader stops. */
const READ = 10_000_000;

let server: NodeServer;
let pieces = 0;
const failing = { after: Number.POSITIVE_INFINITY };

beforeAll(async () => {
	const endless = async () => {
		if (++pieces > failing.after) throw new Error("the cluster is gone");
		return PIECE;
	};
	server = await startNodeServer({
		app: {
			fetch: async (request) =>
				request.url.endsWith("/other")
					? new Response("here")
					: new Response(pulledText(PIECE, endless), { headers: { "Content-Type": "text/csv", "Content-Disposition": "attachment" } }),
			prepare: async () => {},
		},
		upgrades: new NodeUpgrades(),
		publicFolder: import.meta.dirname,
		host: "127.0.0.1",
		port: 0,
		proxies: 0,
	});
});
beforeEach(() => {
	pieces = 0;
	failing.after = Number.POSITIVE_INFINITY;
});
afterAll(() => server.close());

const url = (path: string): string => `http://127.0.0.1:${server.port}${path}`;

async function asked(headers: Record<string, string>): Promise<IncomingMessage> {
	const request = get(url("/export"), { headers, agent: false });
	const [answer] = (await once(request, "response")) as [IncomingMessage];
	return answer;
}

/** The pieces made once no more come, however much else the server gets done. */
async function settled(): Promise<number> {
	for (let rounds = 0; rounds < 30; rounds++) {
		const before = pieces;
		for (let i = 0; i < 50; i++) expect(await (await fetch(url("/other"))).text()).toBe("here");
		if (pieces === before) return pieces;
	}
	throw new Error(`${pieces} pieces, and still more are made`);
}

test.each([
	["plain", {}],
	["gzip", { "accept-encoding": "gzip" }],
])("a reader that stops, %s, stops the making; one that goes away ends it", async (_, headers) => {
	const answer = await asked(headers);
	expect(answer.headers["content-encoding"]).toBe("accept-encoding" in headers ? "gzip" : undefined);
	let bytes = 0;
	answer.on("data", (data: Buffer) => {
		const before = bytes;
		bytes += data.length;
		if (before < READ && bytes >= READ) answer.pause();
	});
	await until(() => bytes >= READ, "what is read first");
	const stopped = await settled();
	// What gzip leaves of it is a little more than half.
	expect(stopped * PIECE.length).toBeLessThan(2 * (bytes + ON_THE_WAY));
	answer.resume();
	await until(() => pieces > stopped + 10, "the making to go on");
	answer.destroy();
	await settled();
});

test("a fault in the middle breaks the answer off, so that it is not taken for whole", async () => {
	failing.after = 3;
	const answer = await asked({});
	answer.resume();
	await expect(once(answer, "end")).rejects.toThrow("aborted");
	expect(answer.complete).toBe(false);
});

test("empty pieces are passed over", async () => {
	const texts = ["", "", "b", "", undefined];
	expect(await new Response(pulledText("a", async () => texts.shift())).text()).toBe("ab");
	expect(await new Response(pulledText("", async () => undefined)).text()).toBe("");
});
