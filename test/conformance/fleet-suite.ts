import { parse } from "valibot";
import { expect, test } from "vitest";
import { SummaryAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { HOSTILE, helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";

/** The list of all clusters. */
export function fleetSuite(host: () => Host): void {
	const list = async (q: string): Promise<SummaryAnswer[]> => {
		const response = await fetch(`${host().url}/api/clusters?q=${encodeURIComponent(q)}`);
		expect(response.status).toBe(200);
		return ((await response.json()) as unknown[]).map((each) => parse(SummaryAnswer, each));
	};

	test("a cluster is listed with its first push, with its health at once, and is gone when it is deleted", async () => {
		const base = "/clusters/fleet-one";
		const hello = helloOf("fleet colony");
		const state = (seq: number, status: string) => ({ type: "state", seq, at: Date.now(), workers: { set: [{ id: "w", status }] } });
		expect((await push(host(), base, lines(hello, state(1, "idle")))).status).toBe(200);
		await expect
			.poll(() => list("fleet-one"))
			.toMatchObject([{ path: base, colony: "fleet colony", workers: { total: 1, ready: 1, failed: 0 } }]);
		// The verdict is written with a push of another ten seconds.
		let seq = 1;
		const status = async () => {
			await push(host(), base, lines(hello, state(++seq, "failed")));
			return (await list("fleet-one"))[0]?.status;
		};
		await expect.poll(status, { timeout: 20_000, interval: 500 }).toBe("unhealthy");
		const deleted = await fetch(`${host().url}${base}/api/cluster?confirm=fleet-one`, {
			method: "DELETE",
			headers: { origin: host().url },
		});
		// It stays where nobody may act.
		if (deleted.status === 403) return;
		await expect.poll(() => list("fleet-one")).toEqual([]);
	});

	test("what a colony is called is text, and who asks for a cluster makes none", async () => {
		const base = "/clusters/fleet-two";
		expect((await push(host(), base, lines(helloOf(HOSTILE), { type: "state", seq: 1, at: Date.now(), queued: 1 }))).status).toBe(200);
		await expect.poll(async () => (await list("fleet-two")).length).toBe(1);
		expect((await fetch(`${host().url}/clusters/fleet-nobody/api/workers`)).status).toBe(404);
		expect(await list("fleet-nobody")).toEqual([]);
		const response = await fetch(`${host().url}/clusters?q=fleet-two`, { headers: { accept: "text/html" } });
		const page = await response.text();
		expect(response.status).toBe(200);
		expect(page).toContain('href="/clusters/fleet-two"');
		expect(page).not.toContain(HOSTILE);
	});

	test("an order or a parameter that there is not is refused", async () => {
		for (const query of ["sort=size", "order=name"]) expect((await fetch(`${host().url}/api/clusters?${query}`)).status).toBe(400);
	});
}
