/** Errors in groups: all are counted, each failure once, within bounds, and a restart changes nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ErrorRow } from "../../colony-bridge/protocol/query/rows.ts";
import { ErrorGroups, fold } from "../../durable/state/error-groups.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const MINUTE = 60_000;
const QUERY = { kind: "errorGroups", limit: 200, stacks: true } as const;

test.each([
	["timeout after 30 s on host-7", "timeout after # s on host-#"],
	["took 1,234.5 ms at 12:30:01", "took # ms at #"],
	["no job 6f1e8a34-52c1-4a0e-9d0b-7f60b2a1c9de here", "no job # here"],
	["at 0xDEADbeef, commit 5c0ffee12ab", "at #, commit #"],
	["  a decade\n\tof   defaced facades ", "a decade of defaced facades"],
	["no digits: cannot read", "no digits: cannot read"],
])("%j is folded to %j", (message, folded) => expect(fold(message)).toBe(folded));

const row = fc.record(
	{
		kind: fc.constantFrom("timeout", "lost", "x".repeat(5000)),
		more: fc.nat(12).map((at) => "abcdefghijklm".charAt(at)),
		number: fc.nat(1000),
		type: fc.constantFrom("TypeError", "OSError"),
		worker: fc.nat(70).map((n) => `worker-${n}`),
		age: fc.integer({ min: 0, max: 3 * 60 * MINUTE }),
	},
	{ requiredKeys: ["kind", "more", "number", "age"] },
);
const rowOf = ({ kind, more, number, age, ...rest }: { kind: string; more: string; number: number; age: number }): ErrorRow => ({
	id: "1",
	source: "task",
	name: "fold",
	at: START - age,
	message: `${kind} ${more} ${number}`,
	...rest,
});

test("counts add up to all errors, as a plain model has them, and a restart at any place changes nothing", () => {
	fc.assert(
		fc.property(fc.array(row, { maxLength: 150 }), fc.nat(150), (made, stop) => {
			let groups = new ErrorGroups();
			const model = new Map<string, ErrorRow[]>();
			for (const [i, each] of made.map(rowOf).entries()) {
				if (i === stop) {
					const again = new ErrorGroups();
					again.restore(JSON.parse(JSON.stringify(groups.store())));
					expect(again.rows("recent")).toEqual(groups.rows("recent"));
					groups = again;
				}
				groups.add(each);
				const key = `${each.type} ${each.message.slice(0, 300).replace(/\d+/, "")}`;
				model.set(key, [...(model.get(key) ?? []), each]);
			}
			const found = groups.rows("count").map(({ count, firstAt, lastAt, workers }) => ({ count, firstAt, lastAt, workers: workers.total }));
			const wanted = [...model.values()].map((rows) => ({
				count: rows.length,
				firstAt: Math.min(...rows.map(({ at }) => at)),
				lastAt: Math.max(...rows.map(({ at }) => at)),
				workers: Math.min(50, new Set(rows.flatMap(({ worker }) => worker ?? [])).size),
			}));
			const sorted = (rows: typeof found) => rows.map((each) => JSON.stringify(each)).sort();
			expect(sorted(found)).toEqual(sorted(wanted));
			for (const { counts, type, text } of groups.rows("recent")) {
				const folded = fold(text).slice(0, 100);
				const rows = [...model.values()].find(([first]) => first?.type === type && fold(first?.message ?? "").startsWith(folded)) ?? [];
				const oldest = counts.until - counts.values.length * counts.step;
				expect(counts.values.reduce((a, b) => a + b, 0)).toBe(rows.filter(({ at }) => at >= oldest && at < counts.until).length);
			}
		}),
	);
});

test("groups are bounded in number and size: the one hit least recently is dropped, and counted", () => {
	const word = (n: number) => Array.from(String(n), (digit) => "abcdefghij".charAt(Number(digit))).join("");
	const groups = new ErrorGroups();
	for (let i = 0; i < 1000; i++) {
		groups.add(rowOf({ kind: "first", more: "of all", number: i, age: 0 }));
		groups.add({ ...rowOf({ kind: "other", more: word(i), number: i, age: 0 }), stack: "s".repeat(4000) });
	}
	const rows = groups.rows("count");
	expect(rows.length).toBe(groups.size);
	expect(rows.length).toBeLessThanOrEqual(200);
	expect(rows[0]).toMatchObject({ text: "first of all #", count: 1000 });
	expect(rows.some(({ text }) => text.includes(` ${word(999)} `))).toBe(true);
	expect(JSON.stringify(groups.store()).length).toBeLessThan(1_000_000);
	expect(rows.reduce((sum, { count }) => sum + count, 0) + groups.dropped.errors).toBe(2000);
	expect(rows.length + groups.dropped.groups).toBe(1001);
});

describe("a cluster", () => {
	let seq = 0;
	const tell = (rig: Rig, ...events: object[]) => {
		const frames = [{ type: "events", seq: ++seq, events }];
		expect(rig.push(hello(), ...frames).filter(({ type }) => type === "error")).toEqual([]);
	};
	const begun = () => {
		seq = 0;
		const rig = new Rig();
		const set = ["worker-1", "worker-2"].map((id) => ({ id, status: "busy" }));
		rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, workers: { set } });
		return rig;
	};
	const failed = (id: string, message: string, worker = "worker-1") => ({
		type: "taskEnd",
		id,
		name: "fold",
		status: "failed",
		worker,
		endedAt: START,
		error: { type: "OSError", message, stack: `at ${id}` },
	});
	const line = (message: string, source = "worker-1", at = START) => ({ type: "log", at, level: "ERROR", source, message });

	test("has count, places and instants, and the newest error whole", () => {
		const rig = begun();
		tell(rig, failed("task-1", "disk 1 is full"));
		rig.pass(2 * MINUTE);
		tell(rig, { ...failed("task-2", "disk 2 is full", "worker-2"), endedAt: rig.now }, { ...line("who knows", "queen"), at: rig.now });
		const answer = rig.ask({ ...QUERY, order: "count" });
		expect(answer).toMatchObject({ total: 2, overall: 2 });
		expect(answer.rows[0]).toMatchObject({
			type: "OSError",
			text: "disk # is full",
			count: 2,
			firstAt: START,
			lastAt: START + 2 * MINUTE,
			tasks: { names: ["fold"], total: 1 },
			workers: { names: ["worker-1", "worker-2"], total: 2 },
			sample: { message: "disk 2 is full", stack: "at task-2", task: "task-2", worker: "worker-2" },
		});
		expect(answer.rows[0]?.counts.values.slice(-2)).toEqual([1, 1]);
		expect(answer.rows[1]).toMatchObject({ text: "who knows", tasks: { names: ["queen"] }, workers: { total: 0 } });
	});

	const FAILURE = failed("task-1", "disk 1 is full");
	test.each([
		["the same words", line("disk 1 is full")],
		["type and message", line("OSError: disk 1 is full")],
		["a traceback below", line("fold failed: disk 1 is full\nTraceback (most recent call last)\n  at fold")],
		["a traceback above", line("fold failed\nTraceback (most recent call last)\nOSError: disk 1 is full\n")],
		["its id", line("task-1 gave up: disk 1 is full, retrying", "queen")],
	])("counts a failed task and its line once: %s, whichever comes first, over a restart too", (_, twin) => {
		for (const [first, second] of [
			[FAILURE, twin],
			[twin, FAILURE],
		] as const) {
			for (const together of [true, false]) {
				const rig = begun();
				if (together) tell(rig, first, second);
				else {
					tell(rig, first);
					rig.restart();
					tell(rig, second);
				}
				expect(rig.ask(QUERY).rows).toMatchObject([{ type: "OSError", count: 1 }]);
				expect(rig.ask({ kind: "errors", limit: 10 })).toMatchObject({ total: 1, rows: [{ task: "task-1" }] });
				expect(rig.ask({ kind: "errorCounts", range: "15m" }).counts.reduce((a, b) => a + b, 0)).toBe(1);
				// The line itself stays where lines are.
				expect(rig.ask({ kind: "logs", limit: 10 }).total).toBe(1);
			}
		}
	});

	test.each([
		["another worker wrote it", line("disk 1 is full", "worker-2")],
		["it says more", line("disk 1 is full of cats")],
		["it came much later", line("disk 1 is full", "worker-1", START + MINUTE)],
	])("counts both where %s", (_, other) => {
		const rig = begun();
		tell(rig, FAILURE, other);
		expect(rig.ask(QUERY).rows.reduce((sum, { count }) => sum + count, 0)).toBe(2);
	});

	test("counts one log line with one failed task", () => {
		const rig = begun();
		tell(rig, failed("a1", "disk 1 is full"), failed("a2", "disk 2 is full"), line("disk 1 is full"), line("disk 1 is full"));
		expect(rig.ask(QUERY).rows.reduce((sum, { count }) => sum + count, 0)).toBe(3);
	});

	test("answers the same after a restart, also from the log alone", () => {
		const rig = begun();
		for (let i = 0; i < 300; i++) {
			tell(rig, { ...failed(`task-${i}`, `${"abcdefg".charAt(i % 7)} lost ${i}`), endedAt: rig.now }, { ...line(`odd ${i}`), at: rig.now });
			rig.pass(5000);
		}
		const before = rig.ask(QUERY);
		rig.restart();
		expect(rig.ask(QUERY)).toEqual(before);
		expect(before.rows.reduce((sum, { count }) => sum + count, 0)).toBe(600);
	});
});
