/** The memory of what bridges have met with: bounded, and without a secret. */
import { expect, test } from "vitest";
import { BridgeArrivals } from "../../worker/access/bridge-arrivals.ts";
import { ProblemError } from "../../worker/http/problem.ts";
import { accessRig, basic, USERS } from "./access-rig.ts";

const refuse = (reason: string) => async (): Promise<never> => {
	throw new ProblemError("unauthorized", reason);
};

test("of more names than it holds, those asked for longest ago are forgotten", async () => {
	const arrivals = new BridgeArrivals();
	for (let i = 0; i < 1001; i++) await arrivals.admitting(`c${i}`, async () => undefined);
	expect(arrivals.told("c0")).toEqual({});
	expect(arrivals.told("c1")).toMatchObject({ reached: expect.any(String), admitted: expect.any(String) });
	for (let i = 0; i < 1000; i++) await arrivals.admitting("c1", async () => undefined);
	expect(arrivals.told("c1000")).toMatchObject({ reached: expect.any(String) });
});

test("reasons are cut, faults of the dashboard are not told, and both are thrown on", async () => {
	const arrivals = new BridgeArrivals();
	await expect(arrivals.admitting("c", refuse("x".repeat(5000)))).rejects.toThrow("xxx");
	expect(arrivals.told("c").refused?.reason).toHaveLength(300);
	const broken = () => Promise.reject(new Error("/var/lib/secret/place"));
	await expect(arrivals.answering("c", broken)).rejects.toThrow("/var/lib");
	expect(arrivals.told("c").push_refused?.reason).toBe("the dashboard failed to answer; its log says why");
});

test("those who may look are told, nobody else", async () => {
	const rig = accessRig({}, { bridgeToken: "good" });
	try {
		await rig.ask("/api/bridge", { method: "POST", headers: { authorization: "Bearer a-secret" } });
		expect((await rig.ask("/api/arrivals")).status).toBe(401);
		const seen = await rig.ask("/api/arrivals", { headers: { authorization: basic("viewer", USERS.viewer) } });
		const text = await seen.text();
		expect(JSON.parse(text)).toMatchObject({ refused: { reason: expect.stringContaining("token is not this dashboard's") } });
		expect(text).not.toContain("a-secret");
	} finally {
		rig.close();
	}
});
