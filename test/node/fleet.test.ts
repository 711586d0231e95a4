/** The list of all clusters: what each tells of itself and when, and what the list makes of it. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type ClusterSummary, summaryAsOf } from "../../colony-bridge/protocol/query/summary.ts";
import { Access } from "../../durable/access/access.ts";
import { Telling } from "../../durable/cluster/summary.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { hello, Rig } from "./cluster-rig.ts";

const summary = (name: string, at: number, more: Partial<ClusterSummary> = {}): ClusterSummary => ({
	name,
	status: "healthy",
	changes: [],
	workers: { total: 2, ready: 2, failed: 0 },
	tasks: { active: 0, queued: 0, perSecond: 0 },
	errors: 0,
	bridges: 1,
	intervalMs: 5_000,
	lastPushAt: at,
	at,
	...more,
});

describe("a cluster", () => {
	let now: number;
	let told: { at: number; store: boolean }[];
	let watched: boolean;
	let telling: Telling;
	beforeEach(() => {
		now = 1_000_000;
		told = [];
		watched = false;
		telling = new Telling({
			now: () => now,
			summary: () => summary("a", now),
			async tell(_, store) {
				told.push({ at: now, store });
				return watched;
			},
		});
	});
	/** Pushes every five seconds. */
	async function pass(seconds: number, version = 1): Promise<void> {
		for (let i = 0; i < seconds; i += 5) {
			now += 5_000;
			telling.look(version);
			await Promise.resolve();
		}
	}

	test("tells of itself once a minute, every ten seconds while somebody looks, and stores it every ten minutes", async () => {
		await pass(600);
		expect(told.length).toBeGreaterThanOrEqual(10);
		expect(told.length).toBeLessThanOrEqual(11);
		watched = true;
		await pass(60);
		const before = told.length;
		await pass(600);
		expect(told.length - before).toBeGreaterThanOrEqual(59);
		expect(told.length - before).toBeLessThanOrEqual(61);
		expect(told.filter(({ store }) => store).length).toBeLessThanOrEqual(3);
	});

	test("goes on where the list cannot be told", async () => {
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		const failing = new Telling({
			now: () => now,
			summary: () => {
				throw new Error("no view");
			},
			tell: async () => true,
		});
		failing.look(1);
		await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
		warn.mockRestore();
	});

	test("tells of another status at once, and stores it", async () => {
		await pass(20);
		const before = told.length;
		await pass(5, 2);
		expect(told.slice(before)).toEqual([{ at: now, store: true }]);
	});

	test("tells its health, workers, tasks a second and errors of the hour", () => {
		const rig = new Rig();
		const ends = (status: string) => ({
			type: "taskEnd",
			id: `t${Math.random()}`,
			name: "fold",
			status,
			endedAt: rig.now,
			error: { message: "x" },
		});
		const workers = {
			set: [
				{ id: "a", status: "failed" },
				{ id: "b", status: "idle" },
			],
		};
		rig.push(
			hello(),
			{ type: "state", seq: 1, at: rig.now, workers },
			{ type: "events", seq: 2, events: [ends("completed"), ends("failed"), ends("completed")] },
		);
		expect(rig.cluster.summary()).toMatchObject({
			name: "test",
			colony: "production",
			workers: { total: 2, ready: 1, failed: 1 },
			tasks: { perSecond: 0.05 },
			errors: 1,
			bridges: 1,
			lastPushAt: rig.now,
		});
	});
});

test("the list keeps the newest word of each, stored ones also after a restart; one that was deleted goes", () => {
	let now = 1_000_000;
	const sql = openNodeSql(":memory:");
	const access = new Access(sql, () => now);
	for (const name of ["a", "b", "c"]) access.addCluster(name);
	expect(access.tellCluster(summary("a", 10), true)).toBe(false);
	access.tellCluster(summary("b", 10), true);
	access.tellCluster(summary("b", 30, { status: "degraded" }), false);
	access.tellCluster(summary("b", 20), false);
	expect(access.clusters().map(({ name, status, at }) => [name, status, at])).toEqual([
		["a", "healthy", 10],
		["b", "degraded", 30],
		["c", "unknown", 0],
	]);
	expect(access.tellCluster(summary("a", 40), false)).toBe(true);
	// By a clock that is ahead, and of a cluster that is not there.
	access.tellCluster(summary("c", now + 86_400_000, { status: "unhealthy" }), false);
	access.tellCluster(summary("gone", 40), true);
	expect(access.clusters().map(({ name, at }) => [name, at])).toEqual([
		["a", 40],
		["b", 30],
		["c", now],
	]);
	now += 61_000;
	expect(access.tellCluster(summary("a", 50), false)).toBe(false);
	const again = new Access(sql, () => now);
	expect(again.clusters().map(({ at }) => at)).toEqual([10, 10, 0]);
	again.removeCluster("b");
	expect(again.clusters().map(({ name }) => name)).toEqual(["a", "c"]);
	expect(new Access(sql, () => now).clusters().map(({ name }) => name)).toEqual(["a", "c"]);
});

test("who has said nothing for longer than it would is silent since it was heard last", () => {
	const at = 1_000_000;
	expect(summaryAsOf(summary("a", at), at + 80_000).status).toBe("healthy");
	expect(summaryAsOf(summary("a", at), at + 90_000)).toMatchObject({ status: "silent", since: at, changes: [{ at, status: "silent" }] });
	expect(summaryAsOf(summary("a", at, { status: "unknown" }), at + 900_000).status).toBe("unknown");
});

test("two hundred clusters are listed, those in trouble first, found by words and sorted", { timeout: 60_000 }, async () => {
	const dashboard = new DashboardServer({ bridgeToken: "token" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	try {
		for (let i = 0; i < 200; i++) {
			const name = `site-${String(i).padStart(3, "0")}`;
			const workers = { set: [{ id: "w", status: i % 50 === 7 ? "failed" : "idle" }, ...(i === 3 ? [{ id: "x", status: "idle" }] : [])] };
			const frames = [
				{ ...hello(), colony: name },
				{ type: "state", seq: 1, at: Date.now(), workers },
			];
			const body = frames.map((frame) => JSON.stringify(frame)).join("\n");
			const response = await fetch(`${dashboard.url}/clusters/${name}/api/bridge`, {
				method: "POST",
				headers: { authorization: "Bearer token" },
				body,
			});
			expect(response.status).toBe(200);
		}
		const list = async (query = "") => {
			const response = await fetch(`${dashboard.url}/api/clusters${query}`);
			return { rows: (await response.json()) as { name: string; status: string }[], total: response.headers.get("total-count") };
		};
		const { rows, total } = await list();
		expect(total).toBe("200");
		expect(rows.slice(0, 4).map(({ name, status }) => [name, status])).toEqual(
			[7, 57, 107, 157].map((i) => [`site-${String(i).padStart(3, "0")}`, "unhealthy"]),
		);
		expect(rows[4]).toMatchObject({ name: "site-000", status: "healthy" });
		expect((await list("?q=SITE-05+unhealthy")).rows.map(({ name }) => name)).toEqual(["site-057"]);
		expect((await list("?sort=workers")).rows[0]?.name).toBe("site-003");
		const page = await (await fetch(`${dashboard.url}/clusters`, { headers: { accept: "text/html" } })).text();
		expect(page).toContain("200\u00a0clusters");
		expect(page).toContain("4 in trouble");
	} finally {
		await dashboard.stop();
	}
});
