/** Several sources as one colony. */
import { expect, test } from "vitest";
import type { ColonySnapshot } from "../../colony-bridge/colony.ts";
import { MergedColony, type Source } from "../../colony-bridge/sources/source.ts";
import { values } from "./source-rig.ts";

function colony(...says: (Partial<Source> | ColonySnapshot | (() => ColonySnapshot))[]) {
	const sources = says.map((said, i): Source => {
		if ("read" in said) return { name: `source ${i}`, ...said } as Source;
		return { name: `source ${i}`, read: typeof said === "function" ? said : () => said as ColonySnapshot };
	});
	return { merged: new MergedColony("test", sources) };
}

test("parts are merged, and entries with one id become one", async () => {
	const { merged } = colony(
		{ workers: [{ id: "a", status: "busy" }], metrics: [{ name: "x", value: 1 }], queued: 3 },
		{
			workers: [
				{ id: "a", status: "idle", role: "scout" },
				{ id: "b", status: "idle" },
			],
			metrics: [{ name: "y", value: 2 }],
		},
	);
	const snapshot = await merged.snapshot();
	expect(snapshot.workers).toEqual([
		{ id: "a", status: "busy", role: "scout" },
		{ id: "b", status: "idle" },
	]);
	expect(values(snapshot)).toEqual({ x: 1, y: 2 });
	expect(snapshot.queued).toBe(3);
	expect(snapshot).not.toHaveProperty("tasks");
});

test("a source that fails is reported, and the others are read", async () => {
	const { merged } = colony(
		() => {
			throw new Error("broken");
		},
		{ metrics: [{ name: "x", value: 1 }] },
	);
	const snapshot = await merged.snapshot();
	expect(values(snapshot)).toEqual({ x: 1 });
	expect(snapshot.leftOut).toEqual([{ field: "source 0", count: 1, reason: "broken" }]);
});

test("derived numbers step back where the application has its own, even while that one is away", async () => {
	let own = true;
	const { merged } = colony(() => (own ? { metrics: [{ name: "tasks_completed", labels: { job: "a" }, value: 5 }] } : {}), {
		read: () => ({
			metrics: [
				{ name: "tasks_completed", labels: { worker: "w" }, value: 4 },
				{ name: "food_sources", value: 9 },
			],
		}),
		derived: true,
	});
	expect(values(await merged.snapshot())).toEqual({ 'tasks_completed{job="a"}': 5, food_sources: 9 });
	own = false;
	expect(values(await merged.snapshot())).toEqual({ food_sources: 9 });
});

test.each<[name: string, says: ColonySnapshot[], health: ColonySnapshot["health"]]>([
	["nobody can judge", [{ metrics: [{ name: "x", value: 1 }] }], undefined],
	["all is well", [{ checks: [{ id: "a", status: "ok" }] }], { status: "healthy" }],
	[
		"a scrape fails",
		[{ checks: [{ id: "scrape a", status: "failed", message: "answered 503" }] }, { health: { status: "healthy" } }],
		{ status: "degraded", reason: "scrape a failed: answered 503" },
	],
	[
		"one says worse",
		[{ health: { status: "unhealthy", reason: "all gone" } }, { health: { status: "degraded", reason: "some" } }],
		{ status: "unhealthy", reason: "all gone; some" },
	],
	[
		"workers are unhealthy",
		[
			{
				workers: [
					{ id: "a", status: "busy", health: "unhealthy" },
					{ id: "b", status: "failed" },
					{ id: "c", status: "idle" },
				],
			},
		],
		{ status: "degraded", reason: "1 of 3 workers failed; 1 of 3 workers unhealthy" },
	],
	["every worker failed", [{ workers: [{ id: "a", status: "failed" }] }], { status: "unhealthy", reason: "1 of 1 workers failed" }],
])("health where %s", async (_, says, health) => {
	expect((await colony(...says).merged.snapshot()).health).toEqual(health);
});
