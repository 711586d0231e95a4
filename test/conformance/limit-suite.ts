/** Limits that the configuration says: told, and what lies past them refused by name. */
import { expect, test } from "vitest";
import type { ClusterAnswer, HealthAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";

/** Configuration of the host. */
export const LIMITED = { activeSeries: 3, memoryMb: 48 };

export function limitSuite(host: () => Host): void {
	const base = "/clusters/limited";
	const json = async <Answer>(path: string): Promise<Answer> => (await (await fetch(`${host().url}${path}`)).json()) as Answer;

	test("series past the limit are refused by name and counted, and all else goes on", async () => {
		const at = Date.now();
		const named = ["a", "b", "c", "d", "e"].map((name, id) => ({ id, name, type: "gauge" }));
		const answer = await push(
			host(),
			base,
			lines(
				helloOf("limited"),
				{ type: "series", seq: 1, series: named },
				{ type: "tick", seq: 2, at, ids: [0, 1, 2, 3, 4], values: [1, 2, 3, 4, 5] },
				{ type: "state", seq: 3, at, workers: { set: [{ id: "worker-1", status: "idle" }] } },
			),
		);
		const frames = (await answer.text())
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as { type: string });
		const detail = expect.stringMatching(/^no room for series d: the cluster already has 3 active series.*; 1 more series/);
		expect(frames).toContainEqual({ type: "error", kind: "limit", seq: 1, fatal: false, detail });
		expect(frames.at(-1)).toEqual({ type: "ack", seq: 3 });
		expect(Object.keys(await json<object>(`${base}/api/metrics?names=a,b,c,d,e`)).sort()).toEqual(["a", "b", "c"]);
		expect(await json(`${base}/api/workers`)).toHaveLength(1);
		const { findings } = await json<ClusterAnswer>(`${base}/api/cluster`);
		expect(findings).toContainEqual(
			expect.objectContaining({ id: "series-refused", text: expect.stringMatching(/^2 series past the limits/) }),
		);
		expect(await (await fetch(`${host().url}${base}/metrics`, { headers: { accept: "text/html" } })).text()).toMatch(
			/3 of 3 active series allowed/,
		);
	});

	test("health says the limits, a cluster's what is used of them", async () => {
		const limits = { active_series: 3, memory_mb: 48 };
		expect(await json<HealthAnswer>("/api/health")).toMatchObject({ status: "ok", limits });
		expect((await json<HealthAnswer>("/api/health")).used).toBeUndefined();
		const { used } = await json<HealthAnswer>(`${base}/api/health`);
		expect(used).toMatchObject({ active_series: 3, known_series: 3, refused_series: 2 });
		expect(used?.memory_mb).toBeLessThan(48);
	});
}
