/** A client that floods has its own link closed, with the reason. */
import { afterAll, expect, test } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

const BASE = "/clusters/flooded";

function bridge(host: Host): Promise<TextSocket> {
	return TextSocket.open(`${host.url}${BASE}/api/bridge`, { authorization: `Bearer ${host.token}` });
}

/** A bridge's and a viewer's socket that never say what they are there for: opened first, so that hardly anybody waits for their end. */
export async function openSilent(host: Host): Promise<TextSocket[]> {
	await push(host, BASE, lines(helloOf("flooded", { bridge: "quiet" })));
	const silent = [await bridge(host), await TextSocket.open(`${host.url}${BASE}/api/live`)];
	silent[0]?.send("ping");
	silent[1]?.send({ type: "ack", probe: "none" });
	return silent;
}

export function floodSuite(host: () => Host, silent: () => TextSocket[]): void {
	const open: TextSocket[] = [];
	afterAll(async () => {
		await Promise.all(open.map((socket) => socket.close()));
	});

	async function connect(): Promise<TextSocket> {
		const socket = await bridge(host());
		open.push(socket);
		return socket;
	}

	test("a flood of hellos ends its link, and other links stay", async () => {
		const other = await connect();
		other.send(helloOf("flooded", { bridge: "other" }));
		expect(await other.frame<DownFrame>("welcome")).toBeDefined();
		const flood = await connect();
		for (let n = 0; n < 200; n++) flood.send(helloOf("flooded", { bridge: "flood", epoch: 0 }));
		const { code, reason } = await flood.end();
		expect(code).toBe(1008);
		expect(reason).toMatch(/^too-many$|^more than 64 pushes wait/);
		other.send(helloOf("flooded", { bridge: "other" }));
		expect(await other.frame<DownFrame>("welcome")).toBeDefined();
	});

	test("an address whose links were closed for floods is refused new ones, and its open links stay", {
		timeout: 240_000,
	}, async () => {
		const other = await connect();
		const refused = async () => {
			const flood = await connect().catch((error: unknown) => error);
			if (!(flood instanceof TextSocket)) return true;
			for (let n = 0; n < 200; n++) flood.send(helloOf("flooded", { bridge: "flood", epoch: 0 }));
			await flood.end();
			return false;
		};
		let floods = 0;
		while (!(await refused())) expect(++floods).toBeLessThan(40);
		other.send(helloOf("flooded", { bridge: "other" }));
		expect(await other.frame<DownFrame>("welcome")).toBeDefined();
	});

	test("sockets that never send hello or watch are closed with the reason", async () => {
		expect(await Promise.all(silent().map((socket) => socket.end()))).toEqual([
			{ code: 1008, reason: "no hello within 10 s" },
			{ code: 1008, reason: "no watch within 10 s" },
		]);
	});
}
