/** Before the first frame: a dashboard tells what bridges have met with at its address. */

import * as v from "valibot";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ArrivalsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import type { Host, StartHost } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

const WRONG = "a-token-that-is-not-the-dashboards";

export function arrivalsSuite(start: StartHost): void {
	let host: Host;
	beforeAll(async () => {
		host = await start();
	});
	afterAll(() => host?.stop());

	async function arrivals(base: string): Promise<ArrivalsAnswer> {
		const response = await fetch(`${host.url}${base}/api/arrivals`);
		const text = await response.text();
		expect([response.status, response.headers.get("cache-control")]).toEqual([200, expect.stringContaining("no-cache")]);
		for (const secret of [WRONG, host.token]) expect(text).not.toContain(secret);
		return v.parse(v.strictObject(ArrivalsAnswer.entries), JSON.parse(text));
	}
	const page = async () => (await fetch(host.url, { headers: { accept: "text/html" } })).text();
	const clusters = async () => (await fetch(`${host.url}/api/clusters`)).text();
	const at = expect.stringMatching(/^\d{4}-.*Z$/);

	test("asking for a name nobody pushed to makes no cluster", async () => {
		expect(await arrivals("/clusters/never-there")).toEqual({ first_frame: false });
		expect(await clusters()).not.toContain("never-there");
		expect((await fetch(`${host.url}/clusters/never-there/`)).status).toBe(404);
	});

	test("a refused token, an accepted one, a refused push and the first frame are told in turn", async () => {
		expect(await page()).toContain("No request of a bridge has reached this address yet");
		const refused = await push(host, "", lines(helloOf("one")), { authorization: `Bearer ${WRONG}` });
		expect(refused.status).toBe(401);
		const reason = expect.stringContaining("the bridge's token is not this dashboard's");
		expect(await arrivals("")).toEqual({ reached: at, refused: { timestamp: at, reason }, first_frame: false });
		expect(await page()).toMatch(/Its token was refused: the bridge&#39;s token|Its token was refused: the bridge's token/);
		expect(await page()).not.toContain(WRONG);
		expect(await clusters()).not.toContain("one");
		// Whoever asks only if the token is good is no push that was refused.
		const asked = await fetch(`${host.url}/api/bridge`, { headers: { authorization: `Bearer ${host.token}` } });
		expect(asked.status).toBe(426);
		expect(await arrivals("")).toEqual({ reached: at, admitted: at, refused: { timestamp: at, reason }, first_frame: false });
		expect(await page()).toContain("Its token was accepted");
		const broken = await push(host, "", "no frame at all\n");
		expect(broken.status).toBeGreaterThanOrEqual(400);
		const { detail } = (await broken.json()) as { detail: string };
		expect((await arrivals("")).push_refused).toEqual({ timestamp: at, reason: detail.slice(0, 300) });
		expect(await page()).toContain("Its push was refused");
		const state = { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: "w", status: "idle" }] } };
		expect((await push(host, "", lines(helloOf("one"), state))).status).toBe(200);
		expect(await arrivals("")).toMatchObject({ first_frame: true });
		expect(await page()).not.toContain("reached this address");
	});

	test("a socket counts as well, and each cluster by itself", async () => {
		const socket = await TextSocket.open(`${host.url}/clusters/by-socket/api/bridge`, { authorization: `Bearer ${host.token}` });
		try {
			expect(await arrivals("/clusters/by-socket")).toEqual({ reached: at, admitted: at, first_frame: false });
			expect(await arrivals("/clusters/another")).toEqual({ first_frame: false });
		} finally {
			await socket.close();
		}
	});
}
