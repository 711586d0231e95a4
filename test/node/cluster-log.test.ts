import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEntry, type Entry, encodeEntry } from "../../durable/log/entry.ts";
import { LOG, LOG_SQL, Log, type LogBounds } from "../../durable/log/log.ts";
import { KEYFRAME_SQL } from "../../durable/state/keyframes.ts";
import { createPart, type Sql } from "../../durable/storage/sql.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const entry = (position: number, chars: number): string =>
	encodeEntry({ type: "stale", at: position, bridge: "x".repeat(chars), since: 0 });

function emptyLog(bounds: LogBounds): { sql: Sql; log: Log } {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => createPart(sql, LOG));
	return { sql, log: new Log(sql, true, bounds) };
}

const positionsAfter = (log: Log, position: number) =>
	Array.from(log.after(position), ({ position, entry }) => [position, (entry as Entry).at]);
const counted = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => [from + i, from + i]);

describe("the ring", () => {
	test("keeps all entries since the keyframe, reads back what it lists, and stays within its bounds", () => {
		const step = fc.record({
			chars: fc.integer({ min: 0, max: 60 }),
			/** How far behind the newest the floor is at most. */
			lag: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) }, fc.integer({ min: 0, max: 60 })),
			reopen: fc.boolean(),
		});
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 150 }),
				fc.record({ entries: fc.integer({ min: 1, max: 20 }), chars: fc.integer({ min: 100, max: 4000 }) }),
				(steps, bounds) => {
					const { sql, log: first } = emptyLog(bounds);
					let log = first;
					let floor = 0;
					let widest = 0;
					for (const [i, { chars, lag, reopen }] of steps.entries()) {
						const position = i + 1;
						floor = Math.max(floor, position - 1 - lag);
						widest = Math.max(widest, position - floor);
						sql.transaction(() => log.append(position, position * 1000, entry(position, chars), floor));
						if (reopen) {
							log = new Log(sql, true, bounds);
							// The end is found by reading to it.
							expect(positionsAfter(log, floor)).toEqual(counted(floor + 1, position));
						}
						expect(log.oldest).toBeLessThanOrEqual(floor + 1);
						expect(positionsAfter(log, log.oldest - 1)).toEqual(counted(log.oldest, position));
						const [{ rows } = { rows: 0 }] = sql.all<{ rows: number }>("SELECT count(*) AS rows FROM log");
						expect(rows).toBeLessThanOrEqual(2 * Math.max(bounds.entries, 2 * widest) + widest + 2);
					}
				},
			),
			{ numRuns: 300 },
		);
	});

	test("reports a requested entry that was overwritten", () => {
		const { sql, log } = emptyLog({ entries: 4, chars: 1e6 });
		for (let position = 1; position <= 20; position++)
			sql.transaction(() => log.append(position, position * 1000, entry(position, 1), position - 1));
		expect(log.oldest).toBeGreaterThan(10);
		expect(() => positionsAfter(log, 0)).toThrow(/entry 1 of the log was overwritten/);
		expect(() => positionsAfter(log, log.oldest - 2)).toThrow(/overwritten/);
	});

	test("writes one row an entry, going round", () => {
		const { sql, log } = emptyLog({ entries: 100, chars: 1e6 });
		const before = sql.rowsWritten;
		for (let position = 1; position <= 1000; position++)
			sql.transaction(() => log.append(position, position * 1000, entry(position, 1), position - 1));
		// Besides, each lap is a row, and the lap before the last is let go.
		expect(sql.rowsWritten - before).toBeLessThanOrEqual(1000 + 2 * 10);
	});

	test("is bounded by characters as well", () => {
		const { sql, log } = emptyLog({ entries: 1e6, chars: 11_000 });
		for (let position = 1; position <= 1000; position++)
			sql.transaction(() => log.append(position, position * 1000, entry(position, position % 200), position - 1));
		const [{ chars } = { chars: 0 }] = sql.all<{ chars: number }>("SELECT sum(length(entry)) AS chars FROM log");
		expect(chars).toBeLessThanOrEqual(11_000);
		expect(log.oldest).toBeLessThan(1000 - 20);
	});
});

test("no statement of the log scans a table", () => {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => createPart(sql, LOG));
	for (const text of [...Object.values(LOG_SQL), ...Object.values(KEYFRAME_SQL)]) {
		const params = Array.from(text.matchAll(/\?/g), () => 0);
		const plan = sql.all(`EXPLAIN QUERY PLAN ${text}`, ...params).map(({ detail }) => String(detail));
		expect(
			plan.filter((line) => line.includes("SCAN")),
			text,
		).toEqual([]);
	}
});

describe("an entry as text", () => {
	const tick = fc
		.array(fc.tuple(fc.nat(30), fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0))), { maxLength: 40 })
		.map((samples) => ({
			type: "tick" as const,
			seq: 1,
			at: 5,
			ids: samples.map(([id]) => id),
			values: samples.map(([, value]) => value),
		}));

	test("is decoded as it was encoded, negative zeros too", () => {
		fc.assert(
			fc.property(fc.array(tick, { maxLength: 3 }), (frames) => {
				const push: Entry = { type: "push", at: 1, bridge: "b", epoch: 2, seq: 3, frames };
				expect(decodeEntry(encodeEntry(push))).toStrictEqual(push);
			}),
		);
	});

	test("takes no room for ids that follow one another", () => {
		const ids = Array.from({ length: 650 }, (_, i) => i);
		const text = encodeEntry({
			type: "push",
			at: 1,
			bridge: "b",
			epoch: 2,
			seq: 3,
			frames: [{ type: "tick", seq: 1, at: 5, ids, values: ids.map(() => 1) }],
		});
		expect(text).toContain('"runs":[0,650]');
		expect(text.length).toBeLessThan(1500);
	});
});
