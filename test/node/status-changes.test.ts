/** Changes of status of checks, workers and streams: stored with the state, bounded, durable, and part of an answer if asked for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REMOVED, type StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import type { Check, Worker } from "../../colony-bridge/protocol/wire/state.ts";
import { StatusChanges } from "../../durable/state/status-changes.ts";
import { rangeFor, statusPeriods } from "../../web/components/status-history.ts";
import { failures } from "../../web/widgets/status/check-lines.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const SECOND = 1000;

/** A cluster whose checks come to these statuses, one push each, a second apart. */
function rigWith(...pushes: Partial<Record<string, Check["status"]>>[]): Rig {
	const rig = new Rig({ keyframes: { soonest: 2, latest: 3, large: 1 } });
	for (const [i, statuses] of pushes.entries()) {
		const set = Object.entries(statuses).map(([id, status]) => ({ id, status, message: `${status} ${i}` }));
		rig.push(hello(), { type: "state", seq: i + 1, at: START + i * SECOND, checks: { set } });
	}
	return rig;
}
const rowsOf = (rig: Rig, more: object = {}) =>
	rig.ask({ kind: "checks", limit: 100, changes: 20, ...more } as { kind: "checks"; limit: 100 }).rows;

describe("changes of checks", () => {
	test("each change of status is kept with its message, newest first, over restarts too; an unchanged status is none", () => {
		const rig = rigWith({ db: "ok", disk: "ok" }, { db: "ok" }, { db: "failed" }, { db: "failed" }, { db: "ok" });
		const expected = [
			{ at: START + 4 * SECOND, status: "ok", message: "ok 4" },
			{ at: START + 2 * SECOND, status: "failed", message: "failed 2" },
			{ at: START, status: "ok", message: "ok 0" },
		];
		const of = (id: string) => rowsOf(rig).find((row) => row.id === id)?.changes;
		expect(of("db")).toEqual(expected);
		expect(of("disk")).toHaveLength(1);
		rig.restart();
		expect(of("db")).toEqual(expected);
		expect(rowsOf(rig, { changes: 1 }).find(({ id }) => id === "db")?.changes).toEqual(expected.slice(0, 1));
		expect(rig.ask({ kind: "checks", limit: 100 }).rows[0]).not.toHaveProperty("changes");
	});

	test("a new run of the colony continues the history of the one before; a removed check is forgotten in time", () => {
		const rig = rigWith({ db: "ok" }, { db: "failed" });
		rig.push(hello({ epoch: 9 }), { type: "state", seq: 1, at: START + 9 * SECOND, checks: { set: [{ id: "db", status: "ok" }] } });
		expect(rowsOf(rig)[0]?.changes?.map(({ status }) => status)).toEqual(["ok", "failed", "ok"]);
		const changes = new StatusChanges<Check["status"]>();
		for (let i = 0; i < 500; i++) {
			changes.note({ id: `c-${i}`, status: "ok" }, START, 1);
			changes.sweep((id) => id === `c-${i}`, 1);
		}
		expect(changes.store().length).toBeLessThan(110);
	});

	test("names and globs choose checks, those in trouble first, however many others there are", () => {
		const others = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`other-${i}`, "failed" as const]));
		const rig = rigWith({ "db-1": "ok", "db-2": "failed", disk: "ok", ...others });
		const answer = rig.ask({ kind: "checks", limit: 200, ids: ["disk", "db-*", "ghost"] });
		expect(answer).toMatchObject({ total: 3 });
		expect(answer.rows.map(({ id }) => id)).toEqual(["db-2", "db-1", "disk"]);
	});

	test("is bounded, and its instants never go back, whatever the colony reports", () => {
		const said = fc.record({
			id: fc.constantFrom("a", "b"),
			status: fc.constantFrom("ok", "warning", "failed", "unknown" as const),
			since: fc.option(fc.integer({ min: START - 1e6, max: START + 1e6 }), { nil: undefined }),
			message: fc.option(fc.string({ maxLength: 500 }), { nil: undefined }),
		});
		fc.assert(
			fc.property(fc.array(said, { maxLength: 200 }), fc.integer({ min: 1, max: 3000 }), (all, checks) => {
				const changes = new StatusChanges<Check["status"]>();
				const statuses: Record<string, string[]> = { a: [], b: [] };
				for (const [i, check] of all.entries()) {
					changes.note(check as Check, START + i * SECOND, checks);
					const known = statuses[check.id] as string[];
					if (known[0] !== check.status) known.unshift(check.status);
				}
				for (const id of ["a", "b"]) {
					const told = changes.of(id);
					expect(told.map(({ status }) => status)).toEqual(statuses[id]?.slice(0, Math.max(5, Math.min(50, Math.floor(5000 / checks)))));
					for (const [i, change] of told.entries()) {
						expect(change.message?.length ?? 0).toBeLessThanOrEqual(200);
						if (i > 0) expect(change.at).toBeLessThanOrEqual((told[i - 1] as StatusChange).at);
					}
				}
				const again = new StatusChanges<Check["status"]>();
				again.restore(JSON.parse(JSON.stringify(changes.store())));
				expect(again.store()).toEqual(changes.store());
			}),
		);
	});
});

describe("changes of workers and streams", () => {
	let seq = 0;
	const push = (rig: Rig, second: number, parts: object) =>
		rig.push(hello(), { type: "state", seq: ++seq, at: START + second * SECOND, ...parts });
	const workers = (...set: Partial<Worker>[]) => ({
		workers: { set: set.map((worker, i) => ({ id: `w-${i}`, status: "idle", ...worker })) },
	});
	const [w0] = ["w-0"];
	const rowOf = (rig: Rig) =>
		rig.ask({ kind: "workers", limit: 10, worker: w0, changes: 9 } as never) as unknown as {
			rows: [{ since: number; changes: StatusChange[] }];
		};

	test("busy and idle are no change; trouble, health and removal are", () => {
		const rig = new Rig({ keyframes: { soonest: 2, latest: 3, large: 1 } });
		const steps: Partial<Worker>[] = [
			{ status: "idle" },
			{ status: "busy" },
			{ status: "running", health: "healthy" },
			{ status: "busy", health: "degraded", message: "slow disk" },
			{ status: "idle", health: "degraded", message: "slower disk" },
			{ status: "failed", message: "Exit code 1" },
		];
		for (const [i, worker] of steps.entries()) push(rig, i, workers(worker));
		const expected = [
			{ at: START + 5 * SECOND, status: "failed", message: "Exit code 1" },
			{ at: START + 3 * SECOND, status: "degraded", message: "slow disk" },
			{ at: START, status: "ready" },
		];
		const told = () => rowOf(rig).rows[0];
		expect(told().changes).toEqual(expected);
		expect(told().since).toBe(START + 5 * SECOND);
		rig.restart();
		expect(told().changes).toEqual(expected);
		push(rig, 6, { workers: { remove: ["w-0"] } });
		push(rig, 9, workers({}));
		expect(
			told()
				.changes.map(({ at, status }) => [at, status])
				.slice(0, 2),
		).toEqual([
			[START + 9 * SECOND, "ready"],
			[START + 6 * SECOND, REMOVED],
		]);
	});

	test("rows are sorted by it, and those of streams and checks have it too", () => {
		seq = 0;
		const rig = new Rig();
		push(rig, 0, { ...workers({}, {}), streams: { set: [{ id: "s", status: "running" }] }, checks: { set: [{ id: "c", status: "ok" }] } });
		push(rig, 4, { ...workers({ status: "failed" }), streams: { set: [{ id: "s", status: "paused" }] } });
		const ids = (descending: boolean) => rig.ask({ kind: "workers", limit: 10, sort: "since", descending }).rows.map(({ id }) => id);
		expect([ids(false), ids(true)]).toEqual([
			["w-1", "w-0"],
			["w-0", "w-1"],
		]);
		expect(rig.ask({ kind: "streams", limit: 10, changes: 5 }).rows[0]).toMatchObject({
			since: START + 4 * SECOND,
			changes: [{ status: "paused" }, { status: "running" }],
		});
		expect(rig.ask({ kind: "checks", limit: 10 }).rows[0]).toMatchObject({ since: START });
	});

	test("ten thousand that go the same way are stored once", () => {
		const changes = new StatusChanges<string>();
		const all = (status: string, at: number) => {
			for (let i = 0; i < 10_000; i++) changes.note({ id: `w-${i}`, status, message: "all at once" }, at, 10_000);
		};
		all("ready", START);
		all("failed", START + SECOND);
		changes.note({ id: "w-7", status: "ready" }, START + 2 * SECOND, 10_000);
		const stored = changes.store();
		expect(stored.map(([list, ids]) => [list.length, ids.length])).toEqual([
			[2, 9_999],
			[3, 1],
		]);
		const again = new StatusChanges<string>();
		again.restore(JSON.parse(JSON.stringify(stored)));
		expect(again.of("w-7").map(({ status }) => status)).toEqual(["ready", "failed", "ready"]);
		expect(again.store()).toEqual(stored);
	});

	test("messages of very many that change each by itself stay within bounds", () => {
		const changes = new StatusChanges<string>();
		for (let round = 0; round < 8; round++)
			for (let i = 0; i < 10_000; i++)
				changes.note(
					{ id: `w-${i}`, status: round % 2 ? "failed" : "ready", message: `${i} `.repeat(100) },
					START + round * 1e5 + i,
					10_000,
				);
		expect(JSON.stringify(changes.store()).length).toBeLessThan(3_500_000);
	});
});

describe("the strip of a check", () => {
	const changes: StatusChange<Check["status"]>[] = [
		{ at: 90, status: "ok" },
		{ at: 60, status: "failed", message: "gone" },
		{ at: 20, status: "ok" },
		{ at: 5, status: "failed" },
	];
	test("counts failures and their duration within the time shown; before the oldest change nothing is known", () => {
		expect(statusPeriods(changes, 10, 100)).toEqual([
			{ from: 10, until: 20, status: "failed", message: undefined },
			{ from: 20, until: 60, status: "ok", message: undefined },
			{ from: 60, until: 90, status: "failed", message: "gone" },
			{ from: 90, until: 100, status: "ok", message: undefined },
		]);
		expect(failures(statusPeriods(changes, 10, 100))).toEqual({ times: 2, ms: 40 });
		expect(statusPeriods(changes, 0, 100)[0]?.from).toBe(5);
		expect(statusPeriods(changes, 95, 100)).toEqual([{ from: 95, until: 100, status: "ok", message: undefined }]);
		expect(failures(statusPeriods(changes, 95, 100))).toEqual({ times: 0, ms: 0 });
		expect(statusPeriods([], 0, 100)).toEqual([]);
		expect([0, 60_000, 3_600_001, 1e9].map((age) => rangeFor(1e10 - age, 1e10))).toEqual(["15m", "15m", "6h", "24h"]);
	});
});
