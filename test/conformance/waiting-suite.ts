/** Long polls of bridges without a socket, the same on every host. */
import { describe, expect, test } from "vitest";
import type { CommandAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Hello } from "../../colony-bridge/protocol/wire/up.ts";
import type { GuardedHost } from "./access-suite.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import { TextSocket } from "./text-socket.ts";

let names = 0;
const freshBase = () => `/clusters/waiting-${names++}`;

/**
 * @param asOperator headers of somebody who may act.
 * @param room requests and sockets of one address.
 * @param hearsLeaving whether the host tells that a client has left: workerd by itself does not, Cloudflare does. There the wait's end tells.
 */
export function waitingSuite(host: () => GuardedHost, asOperator: Record<string, string>, room: number, hearsLeaving: boolean): void {
	const framesOf = async (response: Response) =>
		(await response.text())
			.split("\n")
			.filter(Boolean)
			.map((line) => JSON.parse(line) as DownFrame);

	async function colony(base: string): Promise<Hello> {
		const hello = helloOf("waiting", { capabilities: ["restart"] });
		const state = { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: "worker-1", status: "idle" }] } };
		expect((await push(host(), base, lines(hello, state))).status).toBe(200);
		return hello;
	}

	interface Wait {
		query?: string;
		from?: string;
		signal?: AbortSignal;
	}
	const wait = (base: string, body: string, { query = "wait=20s&viewers=0", from = "203.0.113.1", signal }: Wait = {}) =>
		fetch(`${host().url}${base}/api/bridge?${query}`, {
			method: "POST",
			headers: { authorization: `Bearer ${host().token}`, ...host().from(from) },
			body,
			...(signal && { signal }),
		});
	const restart = async (base: string) =>
		(await (
			await fetch(`${host().url}${base}/api/workers/worker-1/restart`, { method: "POST", headers: asOperator })
		).json()) as CommandAnswer;

	describe("a bridge's request that waits", () => {
		test("is answered with a command as it is accepted, and not again with one it names as received", async () => {
			const base = freshBase();
			const hello = lines(await colony(base));
			// A second one of the same bridge takes the first one's place.
			const waiting = [wait(base, hello), wait(base, hello)].map(async (answer) => framesOf(await answer));
			expect(await Promise.race(waiting)).toEqual([]);
			const { id, state } = await restart(base);
			expect(state).toBe("delivered");
			const command = { type: "command", id, command: { action: "restart", worker: "worker-1" } };
			expect((await Promise.all(waiting)).flat()).toEqual([command]);
			// One whose answer was lost asks again and is told at once; one that has it waits.
			expect(await framesOf(await wait(base, hello))).toEqual([command]);
			expect(await framesOf(await wait(base, hello, { query: `wait=50ms&viewers=0&received=${id}` }))).toEqual([]);
		});

		test("is answered when viewers come and when they go", async () => {
			const base = freshBase();
			const hello = lines(await colony(base));
			expect(await framesOf(await wait(base, hello, { query: "wait=20s" }))).toEqual([{ type: "viewers", count: 0 }]);
			const waiting = wait(base, hello);
			const viewer = await TextSocket.open(`${host().url}${base}/api/live`, { ...asOperator, ...host().from("203.0.113.2") });
			viewer.send({ type: "watch", queries: [{ kind: "cluster" }] });
			expect(await framesOf(await waiting)).toEqual([{ type: "viewers", count: 1 }]);
			const leaving = wait(base, hello, { query: "wait=20s&viewers=1" });
			await viewer.close();
			expect(await framesOf(await leaving)).toEqual([{ type: "viewers", count: 0 }]);
		});

		test("is answered with nothing after its timeout", async () => {
			const base = freshBase();
			const answer = await wait(base, lines(await colony(base)), { query: "wait=50ms&viewers=0" });
			expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([200, "application/x-ndjson", ""]);
		});

		test("of a superseded run is answered with the refusal", async () => {
			const base = freshBase();
			const older = lines(await colony(base));
			const waiting = wait(base, older);
			// Whichever comes first, the older run hears of the newer.
			await push(host(), base, lines(helloOf("waiting")));
			expect((await waiting).status).toBe(409);
			expect((await wait(base, older)).status).toBe(409);
		});

		test("that was abandoned uses no quota", async () => {
			const base = freshBase();
			const bridges = Array.from({ length: room }, (_, i) => lines(helloOf("waiting", { bridge: `bridge-${i}` })));
			const gone = new AbortController();
			const from = "203.0.113.3";
			const query = `wait=${hearsLeaving ? 25 : 3}s&viewers=0`;
			/** Until it had a place: who asks below may have the last one just then. */
			const waited = async (hello: string) => {
				while ((await wait(base, hello, { query, from, signal: gone.signal })).status === 429);
			};
			const waiting = bridges.map((hello) => waited(hello).catch(() => undefined));
			const one = lines(helloOf("waiting", { bridge: "one more" }));
			const status = async () => (await wait(base, one, { from, query: "wait=1ms&viewers=0" })).status;
			await expect.poll(status).toBe(429);
			gone.abort();
			await Promise.all(waiting);
			await expect.poll(status).toBe(200);
		});

		test.each([
			["frames beside hello", "wait=1s", lines(helloOf("waiting"), { type: "tick", seq: 1, at: 1, ids: [], values: [] })],
			["no hello", "wait=1s", lines({ type: "tick", seq: 1, at: 1, ids: [], values: [] })],
			["a wait of an hour", "wait=3600s", lines(helloOf("waiting"))],
			["half a viewer", "wait=1s&viewers=0.5", lines(helloOf("waiting"))],
			["more commands than there can be", `wait=1s&received=${Array.from({ length: 201 }, (_, i) => i)}`, lines(helloOf("waiting"))],
		])("is refused with %s", async (_, query, body) => {
			const answer = await wait(freshBase(), body, { query });
			expect(answer.status).toBe(400);
			expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/\w/) });
		});
	});
}
