/** The REST of HiveFrame's own dashboard, replayed with its hazards: what it drops, what it calls a success, and what begins again with every job. */
import { describe, expect, test } from "vitest";
import { HiveFrameSource } from "../../colony-bridge/sources/hiveframe/hiveframe-source.ts";
import { statusOf } from "../../colony-bridge/sources/hiveframe/mapping.ts";
import { JobTotals } from "../../colony-bridge/sources/hiveframe/rest-metrics.ts";
import { fingerprint } from "../../colony-bridge/sources/hiveframe/sql-tasks.ts";
import { capture, captured, serve, values } from "./source-rig.ts";

interface Bee {
	id: string;
	done: number;
	status?: string;
	partition?: string | null;
}

/** A HiveFrame dashboard that says what the test says. */
class Hive {
	bees: Bee[] = [];
	queries: object[] = [];
	answers: Record<string, string> = {};
	/** Connections to drop before the next answer, by path. */
	drops: Record<string, number> = {};
	asked: Record<string, number> = {};
	url = "";

	static async open(): Promise<Hive> {
		const hive = new Hive();
		hive.url = await serve((request, response) => {
			const path = request.url ?? "";
			hive.asked[path] = (hive.asked[path] ?? 0) + 1;
			if ((hive.drops[path] ?? 0) > 0) {
				hive.drops[path] = (hive.drops[path] ?? 0) - 1;
				request.socket.destroy();
				return;
			}
			response.end(hive.answers[path] ?? JSON.stringify({ success: true, data: hive.#data(path), error: null }));
		});
		return hive;
	}

	#data(path: string): unknown {
		const bee = ({ id, done, status = "ACTIVE", partition = "partition_1" }: Bee) => ({
			workerId: id,
			role: id.replace(/_.*/, "").toUpperCase(),
			status,
			currentPartition: partition,
			processedCount: done,
			averageQuality: 0,
			lastActive: "2026-11-23T21:06:31.667436",
		});
		switch (path) {
			case "/api/workers":
				return { totalWorkers: this.bees.length, workers: this.bees.map(bee) };
			case "/api/metrics":
				return {
					temperature: 0.14,
					averageFitness: 0,
					activeFoodSources: 60,
					pheromone_levels: { throttle: 0, alarm: 0.5 },
					throughput: 0,
				};
			case "/api/dances":
				return { totalDances: 64, averageVigor: 1.42, topPartitions: [], recentDances: [], vigorDistribution: { "0-0.2": 6 } };
			case "/api/queries":
				return { totalQueries: this.queries.length, queries: this.queries };
			default:
				return { status: "healthy", components: { hive: "connected", sql_context: "not_configured" } };
		}
	}

	source(several = false): HiveFrameSource {
		return new HiveFrameSource(new URL(this.url), { several });
	}
	get host(): string {
		return new URL(this.url).host;
	}
}

describe.skipIf(!captured)("recorded answers of HiveFrame", () => {
	test("is workers with roles, dances, pheromones, temperature and checks", async () => {
		const hive = await Hive.open();
		for (const part of ["workers", "metrics", "dances", "queries", "health"]) hive.answers[`/api/${part}`] = capture(`api_${part}.json`);
		const snapshot = await hive.source().read();
		expect(snapshot.workers).toHaveLength(8);
		expect(snapshot.workers).toContainEqual({ id: "onlooker_1", role: "onlooker", status: "busy" });
		expect(snapshot.tasks).toHaveLength(8);
		expect(snapshot.tasks).toContainEqual({ id: "partition_43 employed_1", name: "partition", status: "running", worker: "employed_1" });
		expect(values(snapshot)).toMatchObject({
			colony_temperature: 0.14457526803016663,
			food_sources: 60,
			waggle_dances: 64,
			dance_vigor: 1.423251747719898,
			'dances_by_vigor{range="0.8-1.0"}': 58,
			'pheromone_level{trail="throttle"}': 0,
			'tasks_completed{worker="employed_0"}': 5,
			'tasks_active{worker="employed_0"}': 1,
		});
		expect(snapshot.checks).toMatchObject([
			{ id: `hiveframe ${hive.host}`, status: "ok" },
			{ id: "hive", status: "ok" },
			{ id: "sql_context", status: "ok" },
		]);
		// They ended before this bridge began: they were told before, or are history.
		expect(snapshot.ended).toEqual([]);
		expect(snapshot).not.toHaveProperty("health");
	});

	test("before the first job is a colony without workers", async () => {
		const hive = await Hive.open();
		hive.answers["/api/workers"] = capture("api_workers.before_first_job.json");
		expect((await hive.source().read()).workers).toEqual([]);
	});
});

describe("a HiveFrame dashboard", () => {
	test("that drops connections is asked again; where one answer stays away the others count", async () => {
		const hive = await Hive.open();
		hive.drops = { "/api/dances": 2, "/api/workers": 1 };
		hive.bees = [{ id: "scout_0", done: 1 }];
		const source = hive.source();
		const snapshot = await source.read();
		expect(hive.asked).toMatchObject({ "/api/dances": 3, "/api/workers": 2 });
		expect(snapshot.checks?.[0]).toMatchObject({ status: "ok" });
		expect(snapshot.workers).toHaveLength(1);
		hive.drops = { "/api/dances": 100 };
		const less = await source.read();
		expect(less.checks?.[0]).toMatchObject({ status: "warning", message: expect.stringContaining("the connection was dropped") });
		expect(values(less)).toMatchObject({ colony_temperature: 0.14 });
		expect(values(less)).not.toHaveProperty("waggle_dances");
	});

	test("with success false is quoted, and NaN is no value", async () => {
		const hive = await Hive.open();
		hive.answers["/api/queries"] = '{"success": false, "data": null, "error": "Table \'nope\' not found"}';
		hive.answers["/api/metrics"] =
			'{"success": true, "data": {"temperature": NaN, "averageFitness": -Infinity, "activeFoodSources": 3, "pheromone_levels": {"NaN": 1}}, "error": null}';
		const snapshot = await hive.source().read();
		expect(snapshot.checks?.[0]).toMatchObject({ status: "warning", message: "/api/queries failed: Table 'nope' not found" });
		const read = values(snapshot);
		expect(read).toMatchObject({ food_sources: 3, 'pheromone_level{trail="NaN"}': 1 });
		expect(read).not.toHaveProperty("colony_temperature");
	});

	test("that does not answer is down, not healthy, and its bees are not at work", async () => {
		const hive = await Hive.open();
		hive.bees = [{ id: "scout_0", done: 1 }];
		const source = hive.source();
		await source.read();
		hive.drops = { "/api/health": 100, "/api/workers": 100, "/api/queries": 100, "/api/metrics": 100 };
		const snapshot = await source.read();
		expect(snapshot.health).toEqual({ status: "unhealthy", reason: `hiveframe ${hive.host} does not answer` });
		expect(snapshot.checks?.[0]).toMatchObject({ status: "failed" });
		expect(snapshot.workers).toMatchObject([
			{ id: "scout_0", health: "degraded", message: expect.stringContaining("its last report is shown") },
		]);
		expect(snapshot.tasks).toEqual([]);
		expect(snapshot.metrics).toEqual([]);
		expect(source.status()).toBe(`hiveframe ${hive.host} down`);
		hive.drops = {};
		expect((await source.read()).checks?.[0]).toMatchObject({ status: "ok" });
	});

	test("makes new bees for every job: totals continue, and those of a removed bee stay", async () => {
		const hive = await Hive.open();
		const source = hive.source();
		const totals = async (...bees: Bee[]) => {
			hive.bees = bees;
			const read = values(await source.read());
			return ["employed_0", "employed_1"].map((bee) => read[`tasks_completed{worker="${bee}"}`]);
		};
		expect(await totals({ id: "employed_0", done: 5 }, { id: "employed_1", done: 3 })).toEqual([5, 3]);
		expect(await totals({ id: "employed_0", done: 7 }, { id: "employed_1", done: 3 })).toEqual([7, 3]);
		// A new job: the second bee has done as much already, and more.
		expect(await totals({ id: "employed_0", done: 1 }, { id: "employed_1", done: 4 })).toEqual([8, 7]);
		expect(await totals({ id: "employed_0", done: 2 })).toEqual([10, 7]);
		expect(await totals()).toEqual([10, 7]);
		expect(await totals({ id: "employed_0", done: 0 })).toEqual([10, 7]);
		expect(await totals({ id: "employed_0", done: 6 })).toEqual([16, 7]);
	});

	test("calls a bee ACTIVE for ever: one that is IDLE is, and an unknown role passes", async () => {
		const hive = await Hive.open();
		hive.bees = [
			{ id: "guard_0", done: 0, status: "IDLE", partition: null },
			{ id: "scout_0", done: 0 },
		];
		const { workers, tasks } = await hive.source().read();
		expect(workers).toEqual([
			{ id: "guard_0", role: "guard", status: "idle" },
			{ id: "scout_0", role: "scout", status: "busy" },
		]);
		expect(tasks).toHaveLength(1);
	});

	test("reports a bee busy that has completed nothing for a minute: here it is idle, with the reason", () => {
		const totals = new JobTotals();
		const status = (done: number, second: number) => {
			totals.read(new Map([["scout_0", done]]), second * 1000);
			return statusOf("ACTIVE", totals.secondsSinceMove("scout_0", second * 1000));
		};
		expect(status(1, 1)).toEqual({ status: "busy" });
		expect(status(1, 60)).toEqual({ status: "busy" });
		expect(status(1, 61)).toEqual({ status: "idle", message: "HiveFrame calls it ACTIVE; it has ended no task for more than a minute" });
		expect(status(2, 62)).toEqual({ status: "busy" });
		// A new job of which it has done nothing yet.
		expect(status(0, 200)).toEqual({ status: "busy" });
	});

	test.each([-8, 0, 5.75])("writes local time at UTC%s without a zone: queries end once each, when they did", async (hours) => {
		const hive = await Hive.open();
		const local = (at: number) => new Date(at + hours * 3_600_000).toISOString().replace("Z", "000");
		const answer = () => JSON.stringify({ success: true, data: { timestamp: local(Date.now()), components: {} }, error: null });
		hive.answers["/api/health"] = answer();
		const source = hive.source();
		await source.read();
		const started = Date.now();
		const query = (id: string, status: string, more: object = {}) => ({
			queryId: id,
			sql: "SELECT a FROM t WHERE b > 80 AND c = 'x'",
			status,
			startTime: local(started),
			endTime: null,
			errorMessage: null,
			...more,
		});
		hive.answers["/api/health"] = answer();
		hive.queries = [query("one", "RUNNING"), query("old", "COMPLETED", { endTime: local(started - 3_600_000) })];
		const running = await source.read();
		const name = "SELECT a FROM t WHERE b > ? AND c = ?";
		expect(running.tasks).toEqual([{ id: "one", name, kind: "query", status: "running", startedAt: started }]);
		expect(running.ended).toEqual([]);
		hive.queries = [query("one", "FAILED", { endTime: local(started + 250), errorMessage: "Table 't' not found" })];
		const done = await source.read();
		expect(done.tasks).toEqual([]);
		expect(done.ended).toEqual([
			{
				id: "one",
				name,
				kind: "query",
				status: "failed",
				startedAt: started,
				endedAt: started + 250,
				error: { message: "Table 't' not found" },
			},
		]);
		expect((await source.read()).ended).toEqual([]);
	});

	test("beside another one labels its metrics by instance", async () => {
		const hive = await Hive.open();
		hive.bees = [{ id: "scout_0", done: 1 }];
		const { host } = hive;
		const snapshot = await hive.source(true).read();
		expect(snapshot.workers).toMatchObject([{ id: `scout_0@${host}` }]);
		expect(snapshot.checks?.[1]).toMatchObject({ id: `hive@${host}` });
		expect(values(snapshot)).toMatchObject({
			[`colony_temperature{colony="${host}"}`]: 0.14,
			[`pheromone_level{colony="${host}",trail="alarm"}`]: 0.5,
			[`tasks_completed{worker="scout_0@${host}"}`]: 1,
		});
	});

	test("that is no HiveFrame is reported as such", async () => {
		const url = await serve((_, response) => response.end("<html>"));
		const { checks } = await new HiveFrameSource(new URL(url)).read();
		expect(checks?.[0]).toMatchObject({ status: "failed", message: "/api/health did not answer with JSON" });
	});
});

test.each([
	["SELECT  id\nFROM t1 WHERE x = -1.5e3 OR y IN ('a', 'it''s')", "SELECT id FROM t1 WHERE x = -? OR y IN (?, ?)"],
	["SELECT 'cut...", "SELECT ?"],
	["", "(empty query)"],
])("the query %j goes by the name %j", (sql, name) => {
	expect(fingerprint(sql)).toBe(name);
});
