import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import { newestOf, Recent } from "../../durable/state/recent-events.ts";
import { DurationSketch } from "../../durable/state/task-stats.ts";
import { matchesGlob } from "../../durable/view/recent-events.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

describe("the sketch of durations", () => {
	test("is within 1 % of the exact quantile, stored and restored", () => {
		const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 1e12, noNaN: true })), {
			minLength: 1,
			maxLength: 300,
		});
		fc.assert(
			fc.property(values, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), (given, shares) => {
				const sketch = new DurationSketch();
				for (const value of given) sketch.add(value);
				const sorted = given.toSorted((a, b) => a - b);
				const asked = shares.toSorted((a, b) => a - b);
				const restored = DurationSketch.restore(JSON.parse(JSON.stringify(sketch.store())));
				expect(restored.count).toBe(given.length);
				for (const [i, answer] of restored.quantiles(asked).entries()) {
					const exact = sorted[Math.floor((asked[i] ?? 0) * (sorted.length - 1))] ?? 0;
					expect(Math.abs(answer - exact)).toBeLessThanOrEqual(Math.max(1e-6, 0.01001 * exact));
				}
			}),
		);
	});
});

describe("lists of recent events", () => {
	test("keep the newest within their bounds, and merge by age", () => {
		const pushes = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 30 })), { maxLength: 80 });
		fc.assert(
			fc.property(pushes, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 60 }), (given, rows, chars) => {
				const lists = [0, 1, 2].map(() => new Recent<string>({ rows, chars }, (row) => row.length));
				const model: { list: number; n: number; row: string }[] = [];
				for (const [n, [list, length]] of given.entries()) {
					const row = `${n}`.padEnd(length, ".");
					lists[list]?.push(n, row);
					model.push({ list, n, row });
				}
				const kept = lists.flatMap((_, list) => {
					const all = model.filter((each) => each.list === list).toReversed();
					let total = 0;
					return all.filter(({ row }, i) => {
						total += row.length;
						return i === 0 || (i < rows && total <= chars);
					});
				});
				const restored = lists.map((list) => {
					const copy = new Recent<string>({ rows, chars }, (row) => row.length);
					copy.restore(JSON.parse(JSON.stringify(list.store())));
					return copy;
				});
				const expected = kept.sort((a, b) => b.n - a.n).map(({ row }) => row);
				expect([...newestOf(lists)]).toEqual(expected);
				expect([...newestOf(restored)]).toEqual(expected);
				expect(restored.map(({ total }) => total)).toEqual([0, 1, 2].map((list) => model.filter((each) => each.list === list).length));
			}),
		);
	});
});

describe("natural order", () => {
	test("counts digits as numbers", () => {
		const ids = ["worker-10", "worker-2", "worker-1", "worker-01", "a", "worker-2a", "worker-2-1", "10", "9"];
		expect(ids.toSorted((a, b) => compareText(naturalKey(a), naturalKey(b)) || compareText(a, b))).toEqual([
			"9",
			"10",
			"a",
			"worker-01",
			"worker-1",
			"worker-2",
			"worker-2-1",
			"worker-2a",
			"worker-10",
		]);
	});
	test("is that of numbers", () => {
		fc.assert(
			fc.property(fc.nat(), fc.nat(), (a, b) => {
				expect(compareText(naturalKey(`w-${a}`), naturalKey(`w-${b}`))).toBe(Math.sign(a - b));
			}),
		);
	});
});

describe("globs", () => {
	test("match as the regular expression would", () => {
		const text = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 12 });
		const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "."), maxLength: 8 });
		fc.assert(
			fc.property(pattern, text, (glob, given) => {
				const regex = new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".")}$`);
				expect(matchesGlob(glob, given)).toBe(regex.test(given));
			}),
			{ numRuns: 1000 },
		);
	});
	test("made to be slow are not", () => {
		const begin = performance.now();
		expect(matchesGlob("*a".repeat(99), "a".repeat(150) + "b".repeat(50))).toBe(false);
		expect(performance.now() - begin).toBeLessThan(1000);
	});
});

describe("the state of a colony", () => {
	const events = (seq: number, ...list: object[]) => ({ type: "events", seq, events: list });
	const end = (id: string, more: object = {}) => ({ type: "taskEnd", id, name: "count", status: "completed", endedAt: START, ...more });

	test("a flood of lines or of tasks does not push failures out", () => {
		const rig = new Rig();
		rig.push(
			hello(),
			events(1, end("bad", { status: "failed", error: { message: "boom", stack: "s".repeat(9000) } }), {
				type: "log",
				at: START,
				level: "WARNING",
				source: "queen",
				message: "careful",
			}),
		);
		for (let seq = 2; seq <= 12; seq++) {
			const flood = Array.from({ length: 2000 }, (_, i) => [
				{ type: "log", at: START, level: "INFO", source: `worker-${i % 9}`, message: `line ${i}` },
				end(`t${seq}-${i}`),
			]).flat();
			expect(rig.push(hello(), events(seq, ...flood)).at(-1)).toEqual({ type: "ack", seq });
		}
		expect(rig.ask({ kind: "errors", limit: 10 }).rows).toMatchObject([{ task: "bad", message: "boom" }]);
		expect(rig.ask({ kind: "errors", limit: 10 }).rows[0]?.stack).toMatch(/5000 more characters$/);
		expect(rig.ask({ kind: "ended", limit: 10, status: "failed", stacks: true }).rows[0]?.error?.stack).toHaveLength(9000);
		expect(rig.ask({ kind: "logs", limit: 10, level: "WARNING" }).rows).toMatchObject([{ message: "careful" }]);
		const all = rig.ask({ kind: "logs", limit: 500 });
		expect([all.rows.length, all.total, all.overall]).toEqual([500, 1001, 22_001]);
		expect(rig.ask({ kind: "ended", limit: 5 })).toMatchObject({ overall: 22_001, total: 22_001 });
		expect(rig.ask({ kind: "logs", limit: 5, sources: ["worker-*"] }).rows[0]?.source).toBe("worker-1");
		expect(rig.ask({ kind: "logs", limit: 500, sources: ["que?n"] })).toMatchObject({ total: 1 });
		expect(rig.ask({ kind: "taskStats", limit: 5 }).rows).toMatchObject([{ name: "count", completed: 22_000, failed: 1 }]);
		rig.restart();
		expect(rig.ask({ kind: "logs", limit: 10, level: "WARNING" }).rows).toMatchObject([{ message: "careful" }]);
	});

	test("a task that is tried again has a row for each end", () => {
		const rig = new Rig();
		const failed = (attempt?: number) => end("t", { status: "failed", ...(attempt && { attempt }) });
		rig.push(hello(), events(1, failed(1), failed(2), failed(2), end("t"), end("t")));
		const { rows } = rig.ask({ kind: "ended", limit: 10 });
		expect(rows.map(({ id }) => id)).toEqual(["5", "4", "3", "2", "1"]);
		expect(rows.every(({ task }) => task === "t")).toBe(true);
	});

	test("an end of the first attempt does not remove the second", () => {
		const rig = new Rig();
		const task = (attempt: number) => ({ id: "t", name: "count", status: "running", attempt });
		rig.push(
			hello(),
			{ type: "state", seq: 1, at: START, tasks: { set: [task(2)] } },
			events(2, end("t", { attempt: 1, status: "failed" })),
		);
		expect(rig.ask({ kind: "tasks", limit: 10 }).rows).toHaveLength(1);
		rig.push(hello(), events(3, end("t", { attempt: 2 })));
		expect(rig.ask({ kind: "tasks", limit: 10 }).rows).toHaveLength(0);
	});

	test("durations that cannot be are left out", () => {
		const rig = new Rig();
		rig.push(hello(), events(1, end("a"), end("b", { startedAt: START + 5 }), end("c", { startedAt: START - 100, queuedAt: START - 150 })));
		expect(rig.ask({ kind: "ended", limit: 10 }).rows.map(({ durationMs, waitMs }) => [durationMs, waitMs])).toEqual([
			[100, 50],
			[undefined, undefined],
			[undefined, undefined],
		]);
		expect(rig.ask({ kind: "taskStats", limit: 10 }).rows).toMatchObject([{ completed: 3, maxMs: 100 }]);
	});

	test("health is the worst of the colony's own report and its parts, with a reason", () => {
		const rig = new Rig();
		let seq = 0;
		const status = (parts: object) => {
			expect(rig.push(hello(), { type: "state", seq: ++seq, at: START, ...parts }).at(-1)).toEqual({ type: "ack", seq });
			const { status: word, reason } = rig.ask({ kind: "cluster" }).view;
			return [word, reason];
		};
		const of = (...statuses: string[]) => ({
			workers: { replace: true, set: statuses.map((each, i) => ({ id: `worker-${i + 1}`, status: each })) },
		});
		expect(status({})).toEqual(["unknown", undefined]);
		expect(status(of("running", "idle"))).toEqual(["healthy", undefined]);
		expect(status(of("running", "failed"))).toEqual(["degraded", "1 of 2 workers failed (worker-2)"]);
		expect(status(of("failed", "failed"))).toEqual(["unhealthy", "2 of 2 workers failed (worker-1, worker-2)"]);
		expect(status(of(...Array.from({ length: 12 }, () => "failed"), "idle"))).toEqual([
			"degraded",
			"12 of 13 workers failed (worker-1, worker-2, worker-3 and 9 more)",
		]);
		expect(status({ ...of("idle"), checks: { set: [{ id: "kafka", status: "failed" }] } })).toEqual(["unhealthy", "check kafka failed"]);
		expect(status({ checks: { set: [{ id: "kafka", status: "warning" }] } })).toEqual(["degraded", "check kafka: warning"]);
		expect(status({ checks: { replace: true }, streams: { set: [{ id: "s", status: "failed" }] } })).toEqual([
			"degraded",
			"stream s failed",
		]);
		expect(status({ health: { status: "healthy" } })).toEqual(["degraded", "stream s failed"]);
		expect(status({ streams: { replace: true, set: [] } })).toEqual(["healthy", undefined]);
		expect(status({ health: { status: "unhealthy", reason: "the queen left" } })).toEqual(["unhealthy", "the queen left"]);
	});

	test("names that mean something to JavaScript are names like any other", () => {
		const rig = new Rig();
		const set = ["__proto__", "constructor", "toString"].map((id) => ({ id, status: "idle", role: id }));
		rig.push(hello({ bridge: "__proto__" }), { type: "state", seq: 1, at: START, workers: { set } });
		rig.push(
			hello({ bridge: "__proto__" }),
			{ type: "series", seq: 2, series: [{ id: 0, name: "__proto__", labels: { worker: "toString" }, type: "gauge" }] },
			{ type: "tick", seq: 3, at: START, ids: [0], values: [5] },
			events(4, end("constructor", { name: "__proto__" })),
		);
		const rows = rig.ask({ kind: "workers", limit: 5 }).rows;
		expect(rows.map(({ id }) => id)).toEqual(["__proto__", "constructor", "toString"]);
		expect(Object.entries(rows[2]?.values ?? {})).toEqual([["__proto__", 5]]);
		const { byRole } = rig.ask({ kind: "cluster" }).view.workers;
		expect(Object.entries(byRole)).toHaveLength(3);
		rig.push(hello({ bridge: "__proto__" }), {
			type: "state",
			seq: 5,
			at: START,
			workers: { set: [{ id: "toString", status: "failed", role: "toString" }] },
		});
		expect(rig.ask({ kind: "cluster" }).view.workers.byRole.toString).toEqual({ total: 1, failed: 1 });
		expect(rig.ask({ kind: "taskStats", limit: 5 }).rows).toMatchObject([{ id: "__proto__", completed: 1 }]);
	});
});

describe("marks that last", () => {
	test("a gap has the instants of the dropped frames, a colony's mark its own; a mark that ends before it begins is an instant", () => {
		const rig = new Rig();
		const mark = { type: "mark", kind: "deploy", text: "v2" };
		const events = [
			{ ...mark, at: START, until: START + 5000 },
			{ ...mark, at: START, until: START - 1 },
		];
		const gap = { type: "gap", seq: 9, first: 2, samples: 650, events: 3, from: START - 60_000, until: START - 5000 };
		rig.push(hello(), { type: "events", seq: 1, events }, gap);
		rig.restart();
		const { rows } = rig.ask({ kind: "marks", limit: 10 });
		expect(rows.map(({ kind, at, until }) => [kind, at, until])).toEqual([
			["gap", START - 60_000, START - 5000],
			["deploy", START, undefined],
			["deploy", START, START + 5000],
			["start", START, undefined],
		]);
	});
});
