import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChange, difference } from "../../colony-bridge/protocol/query/delta.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { Answer, Metrics, SeriesColumn } from "../../colony-bridge/protocol/query/view.ts";

/** A change after a trip over the wire. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The viewer's answer after a change from `before` to `after`, as it would have it. */
function arrived(before: Answer, after: Answer): Answer {
	const change = difference(0, before, after);
	return change ? applyChange(before, sent(change)) : before;
}

const row = fc.record(
	{
		status: fc.constantFrom("idle", "busy", "failed"),
		message: fc.string(),
		tasks: fc.array(fc.constantFrom("t1", "t2"), { maxLength: 2 }),
		values: fc.dictionary(fc.constantFrom("cpu_percent", "memory_mb"), fc.integer({ min: 0, max: 3 }), { noNullPrototype: true }),
	},
	{ requiredKeys: ["status"], noNullPrototype: true },
);
const rows = fc
	.tuple(
		fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e", "f"), row), { selector: ([id]) => id }),
		fc.nat(),
		fc.option(fc.nat(), { nil: undefined }),
	)
	.map(([entries, more, overall]): Answer => {
		const list = entries.map(([id, fields]) => ({ id, ...fields }));
		return {
			kind: "workers",
			total: list.length + more,
			...(overall !== undefined && { overall }),
			rows: list,
		} as unknown as Rows<"workers">;
	});

const metrics = fc
	.record({
		start: fc.nat(8).map((steps) => 1_700_000_000_000 + steps * 5000),
		step: fc.constantFrom(5000, 10_000),
		length: fc.nat(6),
		keys: fc.uniqueArray(fc.constantFrom("up", "cpu_percent"), { minLength: 0, maxLength: 2 }),
		cells: fc.array(fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }), { minLength: 12, maxLength: 12 }),
		unknown: fc.subarray(["nope"]),
		left: fc.constantFrom(0, 3),
		of: fc.constantFrom<SeriesColumn["across"]>(
			undefined,
			{ fold: "sum", series: 1, labels: ["worker"] },
			{ fold: "avg", series: 2, labels: [] },
		),
	})
	.map(
		({ start, step, length, keys, cells, unknown, left: omitted, of }): Metrics => ({
			kind: "metrics",
			start,
			step,
			length,
			series: keys.map((key, i) => ({
				key,
				name: key,
				type: "gauge",
				aggregation: "avg",
				...(of && { of }),
				values: cells.slice(i * 6, i * 6 + length),
			})),
			unknown,
			omitted,
		}),
	);

describe("a change", () => {
	test("C3: of rows makes the old answer the new one", () => {
		fc.assert(
			fc.property(rows, rows, (before, after) => {
				expect(arrived(before, after)).toEqual(after);
			}),
			{ numRuns: 500 },
		);
	});

	test("C3: of metrics makes the old answer the new one", () => {
		fc.assert(
			fc.property(metrics, metrics, (before, after) => {
				expect(arrived(before, after)).toEqual(after);
			}),
			{ numRuns: 1000 },
		);
	});

	test("of a continued chart has only the new columns", () => {
		const grid = (from: number): Metrics => ({
			kind: "metrics",
			start: from * 5000,
			step: 5000,
			length: 100,
			series: [{ key: "up", name: "up", type: "gauge", aggregation: "avg", values: Array.from({ length: 100 }, (_, i) => from + i) }],
			unknown: [],
			omitted: 0,
		});
		expect(difference(3, grid(0), grid(2))).toEqual({ index: 3, type: "append", start: 10_000, keep: 98, values: [[100, 101]] });
		expect(arrived(grid(0), grid(2))).toEqual(grid(2));
	});

	test("of a chart without series keeps its length", () => {
		const empty = (length: number): Metrics => ({
			kind: "metrics",
			start: 0,
			step: 5000,
			length,
			series: [],
			unknown: ["nope"],
			omitted: 0,
		});
		expect(arrived(empty(1), empty(2))).toEqual(empty(2));
	});

	test("of one field of one row sends that field alone, and the other rows stay the same objects", () => {
		const before = {
			kind: "workers",
			total: 2,
			rows: [
				{ id: "a", status: "idle" },
				{ id: "b", status: "idle" },
			],
		} as unknown as Rows<"workers">;
		const after = { ...before, rows: [before.rows[0], { id: "b", status: "busy" }] } as unknown as Rows<"workers">;
		const change = difference(0, before as Answer, after as Answer);
		expect(change).toEqual({ index: 0, type: "rows", total: 2, patch: { b: { status: "busy" } } });
		const next = applyChange(before as Answer, change as NonNullable<typeof change>) as Rows<"workers">;
		expect(next.rows[0]).toBe(before.rows[0]);
	});

	test("is absent where nothing changed", () => {
		fc.assert(
			fc.property(fc.oneof(rows, metrics), (answer: Answer) => {
				expect(difference(0, answer, sent(answer))).toBeUndefined();
			}),
		);
	});

	test("that does not fit is refused, so that the viewer requests a snapshot", () => {
		const none: Answer = { kind: "workers", total: 0, rows: [] };
		expect(() => applyChange(none, { index: 0, type: "append", start: 0, keep: 0, values: [] })).toThrow("does not fit");
		expect(() => applyChange(none, { index: 0, type: "rows", total: 1, keys: ["a"], patch: {} })).toThrow("unknown row a");
		expect(() => applyChange(undefined, { index: 0, type: "rows", total: 0, patch: {} })).toThrow("does not fit");
	});
});
