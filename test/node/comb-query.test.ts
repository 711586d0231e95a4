/** The comb's query: every worker once, its state and its number as they were said, whatever comes and goes; and no more bytes than allowed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeState, encodeValue, readTally, stateNumber, stateOf } from "../../colony-bridge/protocol/query/cells.ts";
import { applyChange, difference } from "../../colony-bridge/protocol/query/delta.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import type { Health, WorkerStatus } from "../../colony-bridge/protocol/wire/state.ts";
import { History } from "../../durable/history/history.ts";
import { ClusterState } from "../../durable/state/cluster-state.ts";
import { Comb } from "../../durable/view/comb.ts";
import { Hearing } from "../../durable/view/facts.ts";
import { LabelledRows } from "../../durable/view/labelled-rows.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const STATUSES: WorkerStatus[] = ["starting", "running", "idle", "busy", "draining", "restarting", "stopped", "failed"];
const HEALTHS: (Health | undefined)[] = [undefined, "healthy", "degraded", "unhealthy"];
const START = Date.UTC(2026, 0, 1);

/** A table and a history as a cluster has them. */
function colony() {
	const state = new ClusterState();
	const { workers } = state;
	const history = new History(openNodeSql(":memory:"));
	const hearing = new Hearing(state);
	const table = new LabelledRows(
		"workers",
		"worker",
		workers,
		{ state, history, hearing },
		() => 0,
		({ value, bridge, at }, values) => ({ ...value, bridge, at, values }),
	);
	const comb = new Comb(workers, hearing, history, (filter) => table.matching(filter));
	let at = START;
	return {
		workers,
		comb: { answer: (query: Extract<Query, { kind: "comb" }>) => wholly(comb.answer(query)) },
		set: (id: string, status: WorkerStatus, health?: Health, host?: string) =>
			workers.set("b", { id, status, ...(health && { health }), ...(host && { host }) }, at),
		tick(values: Iterable<[id: string, value: number]>) {
			const pairs = [...values];
			const numbers = pairs.map(([worker]) => history.define({ name: "cpu_percent", labels: { worker }, type: "gauge" }));
			at += 1000;
			history.append(
				at,
				numbers,
				pairs.map(([, value]) => value),
			);
		},
	};
}

interface Cell {
	id: string;
	status: WorkerRow["status"];
	health: Health | undefined;
	value: number | undefined;
}

function cells(answer: AnswerOf<"comb">): Cell[] {
	return answer.rows.flatMap(({ prefix, suffixes, states, values }) => {
		expect(states).toHaveLength(suffixes.length);
		return suffixes.map((end, i) => {
			const value = values === undefined ? Number.NaN : decodeValue(values, i);
			return { id: prefix + end, ...stateOf(stateNumber(states, i)), value: Number.isNaN(value) ? undefined : value };
		});
	});
}

test("every state survives its character, every number its four", () => {
	for (const status of STATUSES)
		for (const health of HEALTHS) expect(stateOf(stateNumber(encodeState(status, health), 0))).toEqual({ status, health });
	expect(decodeValue(encodeValue(undefined), 0)).toBeNaN();
	expect(decodeValue(encodeValue(1e300), 0)).toBeGreaterThan(3e38);
	fc.assert(
		fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (value) => {
			const text = encodeValue(value);
			expect(text).toMatch(/^[\w-]{4}$/);
			expect(Math.abs(decodeValue(text, 0) - value)).toBeLessThanOrEqual(Math.abs(value) / 65_000 + 1e-36);
		}),
	);
});

test("after any changes a viewer that applied the deltas has the reported state", () => {
	const id = fc.oneof(
		fc.integer({ min: 0, max: 300 }).map((n) => `worker-${n}`),
		fc.string({ unit: "binary", minLength: 1, maxLength: 4 }),
	);
	const step = fc.oneof(
		fc.record({
			type: fc.constant("set" as const),
			id,
			status: fc.constantFrom(...STATUSES),
			health: fc.constantFrom(...HEALTHS),
		}),
		fc.record({ type: fc.constant("gone" as const), id }),
		fc.record({ type: fc.constant("tick" as const), id, value: fc.float({ noNaN: true, min: -1000, max: 1000 }) }),
	);
	fc.assert(
		fc.property(fc.array(fc.array(step, { maxLength: 40 }), { maxLength: 8 }), (rounds) => {
			const { comb, set, tick, workers } = colony();
			const said = new Map<string, number>();
			let seen = comb.answer({ kind: "comb", metric: "cpu_percent" });
			for (const round of rounds) {
				for (const change of round) {
					if (change.type === "set") set(change.id, change.status, change.health);
					else if (change.type === "gone") workers.remove("b", change.id);
					else {
						tick([[change.id, change.value]]);
						said.set(change.id, change.value);
					}
				}
				const next = comb.answer({ kind: "comb", metric: "cpu_percent" });
				const change = difference(0, seen, next);
				if (change) seen = applyChange(seen, JSON.parse(JSON.stringify(change))) as typeof seen;
				expect(seen).toEqual(next);
				const shown = cells(seen);
				const filtered = comb.answer({ kind: "comb", filter: "status=busy" });
				const through = filtered.rows.flatMap(({ matches = "" }) => [...matches]);
				expect(through).toEqual(shown.map(({ status }) => (status === "busy" ? "1" : "0")));
				expect(shown.map((cell) => cell.id).sort()).toEqual([...workers.values()].map(({ value }) => value.id).sort());
				for (const cell of shown) {
					const worker = workers.get(cell.id)?.value;
					expect([cell.status, cell.health]).toEqual([worker?.status, worker?.health]);
					expect(cell.value).toBe(said.has(cell.id) ? decodeValue(encodeValue(said.get(cell.id)), 0) : undefined);
				}
			}
		}),
		{ numRuns: 60 },
	);
});

test("10,000 workers: all fit a page, all changing at once a delta; one that changes is one row, one that comes too", () => {
	const { comb, set, tick } = colony();
	const ids = Array.from({ length: 10_000 }, (_, i) => `worker-${i}`);
	const all = (salt: number) => {
		for (const [i, id] of ids.entries()) set(id, STATUSES[(i + salt) % 8] ?? "idle");
		tick(ids.map((id, i) => [id, ((i * 7919 + salt * 31) % 1000) / 7]));
		return comb.answer({ kind: "comb", metric: "cpu_percent" });
	};
	const bytes = (before: AnswerOf<"comb">, after: AnswerOf<"comb">) => JSON.stringify(difference(0, before, after))?.length ?? 0;
	const first = all(0);
	expect(cells(first).map(({ id }) => id)).toEqual(ids);
	expect(JSON.stringify(first).length).toBeLessThan(150_000);
	const second = all(1);
	expect(bytes(first, second)).toBeGreaterThan(40_000);
	expect(bytes(first, second)).toBeLessThan(64_000);
	set("worker-5000", "failed", "unhealthy");
	const third = comb.answer({ kind: "comb", metric: "cpu_percent" });
	expect(bytes(second, third)).toBeLessThan(300);
	set("worker-10000", "idle");
	expect(bytes(third, comb.answer({ kind: "comb", metric: "cpu_percent" }))).toBeLessThan(8_000);
});

test("workers past the bound are left out, and the total counts all", () => {
	const { comb, set } = colony();
	for (let i = 0; i < 10_100; i++) set(`w${i}`, "idle");
	const answer = comb.answer({ kind: "comb" });
	expect(cells(answer)).toHaveLength(10_000);
	expect(answer.total).toBe(10_100);

	const other = colony();
	for (let i = 0; i < 5_000; i++) other.set(`${(i * 2654435761) % 4294967296}-${"\u4e00".repeat(60)}-${i}`, "idle");
	const cut = other.comb.answer({ kind: "comb" });
	expect(cut.total).toBe(5_000);
	expect(cells(cut).length).toBeGreaterThan(100);
	expect(cells(cut).length).toBeLessThan(5_000);
	expect(new TextEncoder().encode(JSON.stringify(cut)).length).toBeLessThan(150_000);
});

describe("more than 2,000 workers", () => {
	const hostOf = (i: number) => `host-${i % 100}`;
	const many = (count: number, host: (i: number) => string | undefined = hostOf) => {
		const made = colony();
		for (let i = 0; i < count; i++) made.set(`worker-${i}`, i % 3 ? "busy" : "idle", "healthy", host(i));
		return made;
	};
	/** Workers by group and state. */
	const groups = (answer: AnswerOf<"comb">) =>
		new Map(
			answer.rows.flatMap(({ prefix, suffixes, states, matches }) =>
				states.split(",").map((tally, i): [string, { counts: Record<string, number>; matches: string | undefined }] => {
					const counts: Record<string, number> = {};
					readTally(tally, (state, workers) => {
						counts[stateOf(state).status] = workers;
					});
					return [prefix + suffixes[i], { counts, matches: matches?.[i] }];
				}),
			),
		);

	test("are a cell a host with the number of its workers in each state, and its highest value; a filter counts those that match", () => {
		const { comb, set, tick } = many(2400);
		set("worker-7", "failed", "unhealthy", hostOf(7));
		tick([
			["worker-7", 12],
			["worker-107", 90],
		]);
		const answer = comb.answer({ kind: "comb", metric: "cpu_percent" });
		expect(answer.total).toBe(2400);
		expect(new Set(answer.rows.map(({ by }) => by))).toEqual(new Set(["host"]));
		const all = groups(answer);
		expect([...all.keys()]).toEqual(Array.from({ length: 100 }, (_, i) => `host-${i}`));
		expect([...all.values()].flatMap(({ counts }) => Object.values(counts)).reduce((a, b) => a + b)).toBe(2400);
		expect(all.get("host-7")?.counts).toEqual({ busy: 15, idle: 8, failed: 1 });
		const values = answer.rows.flatMap(({ suffixes, values = "" }) => suffixes.map((_, i) => decodeValue(values, i)));
		expect(values[7]).toBe(90);
		expect(values[8]).toBeNaN();
		const failed = groups(comb.answer({ kind: "comb", filter: "status=failed" }));
		expect(failed.get("host-7")).toEqual({ counts: { failed: 1 }, matches: "1" });
		expect(failed.get("host-8")).toEqual({ counts: { busy: 16, idle: 8 }, matches: "0" });
		expect(JSON.stringify(answer).length).toBeLessThan(6000);
	});

	test("a worker on another host is counted there by the answer after the next", () => {
		const { comb, set } = many(2001);
		comb.answer({ kind: "comb" });
		set("worker-3", "failed", undefined, "host-new");
		comb.answer({ kind: "comb" });
		const now = groups(comb.answer({ kind: "comb" }));
		expect(now.get("host-new")?.counts).toEqual({ failed: 1 });
		expect(now.get("host-3")?.counts.failed).toBeUndefined();
	});

	test("groups stay until workers are fewer than 1,800, so that one that comes and goes changes its own cell alone", () => {
		const { comb, workers } = many(2001);
		const grouped = () => comb.answer({ kind: "comb" }).rows[0]?.by;
		expect(grouped()).toBe("host");
		for (let i = 0; i < 200; i++) workers.remove("b", `worker-${i}`);
		expect(grouped()).toBe("host");
		workers.remove("b", "worker-200");
		expect(grouped()).toBeUndefined();
		expect(many(2000).comb.answer({ kind: "comb" }).rows[0]?.by).toBeUndefined();
	});

	test("without hosts are grouped by the prefix of their ids; where neither tells them apart each is a cell", () => {
		const { comb, set } = colony();
		for (let i = 0; i < 2500; i++) set(`rack-${i % 50}/w${i}`, "busy");
		const all = groups(comb.answer({ kind: "comb" }));
		expect(all.size).toBe(50);
		expect(all.get("rack-7/")?.counts).toEqual({ busy: 50 });
		for (const host of [() => undefined, () => "one", (i: number) => `host-${i}`]) {
			const answer = many(2500, host).comb.answer({ kind: "comb" });
			expect(answer.rows[0]?.by).toBeUndefined();
			expect(cells(answer)).toHaveLength(2500);
		}
	});
});
