/** The log of ended tasks says what a plain list of them says, whatever is written when and however often memory is lost. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../colony-bridge/protocol/query/codec/bytes.ts";
import { attemptOf, BAR_STATUSES, decodeBars, startOf } from "../../colony-bridge/protocol/query/task-bars.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import type { TaskFilter } from "../../durable/tasks/page.ts";
import { TaskLog, type TaskLogBounds } from "../../durable/tasks/task-log.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const text = fc.oneof(
	fc.constantFrom("a", "b", "task-1", "task-2", "x007", "__proto__", "\ud800", "\u0000\n", "ß-9"),
	fc.string({ minLength: 1, maxLength: 12 }),
);
const instant = fc.oneof(
	{ weight: 9, arbitrary: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_060_000 }) },
	fc.constantFrom(0, 1, 2 ** 49),
);
const end: fc.Arbitrary<TaskEnd> = fc.record(
	{
		id: text,
		name: text,
		kind: text,
		status: fc.constantFrom("completed", "completed", "failed", "cancelled", "no_result"),
		worker: text,
		attempt: fc.nat(3),
		parent: text,
		queuedAt: instant,
		startedAt: instant,
		endedAt: instant,
		error: fc.record({ type: text, message: text, stack: text }, { requiredKeys: ["message"], noNullPrototype: true }),
	},
	{ requiredKeys: ["id", "name", "status", "endedAt"], noNullPrototype: true },
);

interface Kept {
	number: number;
	end: TaskEnd;
}

/** The cluster's log of entries with ends, and what became of them. */
class Rig {
	readonly sql = openNodeSql(":memory:");
	readonly #bounds: Partial<TaskLogBounds>;
	readonly #entries: TaskEnd[][] = [];
	readonly all: Kept[] = [];
	log: TaskLog;

	constructor(bounds: Partial<TaskLogBounds>) {
		this.#bounds = bounds;
		this.log = new TaskLog(this.sql, bounds);
	}

	push(ends: TaskEnd[], crash: boolean): void {
		this.#entries.push(ends);
		const position = this.#entries.length;
		this.log.append(this.all.length + 1, ends, position);
		for (const each of ends) this.all.push({ number: this.all.length + 1, end: each });
		this.sql.transaction(() => this.log.commit(position));
		if (crash) this.restart();
	}

	/** Failed ends that are kept. */
	failed(of: readonly Kept[]): Kept[] {
		const failed = this.all.filter(({ end }) => end.status === "failed");
		const kept = wholly(this.log.page({ status: "failed", limit: 1 })).total;
		expect(kept).toBeGreaterThanOrEqual(Math.min(failed.length, this.#bounds.failed?.ends ?? 0));
		const oldest = failed[failed.length - kept]?.number ?? Number.POSITIVE_INFINITY;
		return of.filter(({ number }) => number >= oldest);
	}

	/** As the cluster does: from the newest place by which all ends were on disk. */
	restart(): void {
		const { replayFrom } = this.log;
		this.log = new TaskLog(this.sql, this.#bounds);
		const counts = this.#entries.map((_, i) => this.#entries.slice(0, i).flat().length);
		const from = counts.findLastIndex((count) => count <= this.log.written);
		expect(from, "what is needed is held back in the log").toBeGreaterThanOrEqual(Math.min(replayFrom, from));
		for (let i = Math.max(0, from); i < this.#entries.length; i++)
			this.log.append((counts[i] as number) + 1, this.#entries[i] as TaskEnd[], i + 1);
	}
}

const BOUNDS: fc.Arbitrary<Partial<TaskLogBounds>> = fc
	.record({
		ends: fc.integer({ min: 1, max: 40 }),
		blockTasks: fc.integer({ min: 1, max: 12 }),
		blockChars: fc.constantFrom(20, 10_000),
		unwritten: fc.nat(8),
	})
	.map(({ unwritten, ...bounds }) => {
		const ring = { ...bounds, bytes: 1e6 };
		return { all: ring, failed: ring, unwritten };
	});

const SMALL = { ends: 1, blockTasks: 4, blockChars: 10_000, bytes: 1e6 };
const plain = (count: number): TaskEnd[] => Array.from({ length: count }, () => ({ id: "a", name: "a", status: "completed", endedAt: 1 }));

const ran = ({ startedAt, endedAt }: TaskEnd) => (startedAt === undefined || startedAt > endedAt ? -1 : endedAt - startedAt);

const filter: fc.Arbitrary<TaskFilter> = fc.record(
	{
		status: fc.constantFrom("completed", "failed", "cancelled", "no_result"),
		name: text,
		worker: text,
		id: text,
		parent: text,
		text,
		since: instant,
		until: instant,
	},
	{ requiredKeys: [], noNullPrototype: true },
);

function isMeant({ since = 0, until = Number.POSITIVE_INFINITY, text, ...same }: TaskFilter, end: TaskEnd): boolean {
	const said = [end.id, end.name, end.error?.type, end.error?.message].map((each) => each?.toLowerCase());
	return (
		Object.entries(same).every(([field, value]) => value === undefined || end[field as keyof TaskEnd] === value) &&
		(text === undefined || said.some((each) => each?.includes(text.toLowerCase()))) &&
		end.endedAt >= since &&
		end.endedAt <= until
	);
}

/** All pages, one after the other. */
function turnedThrough(log: TaskLog, query: TaskFilter & { order: "newest" | "longest"; limit: number }): { found: Kept[]; total: number } {
	const found: Kept[] = [];
	for (;;) {
		const page = wholly(log.page({ ...query, after: found.at(-1)?.number }));
		expect(page.before).toBe(found.length);
		found.push(...page.ends);
		if (found.length >= page.total || page.ends.length === 0) return { found, total: page.total };
	}
}

describe("the log of ended tasks", () => {
	test("gives back every end as it was, in pages that leave none out, whatever is asked", () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ ends: fc.array(end, { maxLength: 9 }), crash: fc.boolean() }), { maxLength: 14 }),
				BOUNDS,
				fc.array(fc.oneof(fc.constant<TaskFilter>({}), filter), { minLength: 1, maxLength: 5 }),
				fc.integer({ min: 1, max: 7 }),
				(pushes, bounds, filters, limit) => {
					const rig = new Rig(bounds);
					const least = bounds.all?.ends ?? 0;
					for (const { ends, crash } of pushes) {
						rig.push(ends, crash);
						const kept = rig.log.retained.count;
						expect(kept).toBeGreaterThanOrEqual(Math.min(rig.all.length, least));
						for (const filter of filters) {
							const recent = ({ number }: Kept) => number > rig.all.length - kept;
							const meant = rig.all.filter((each) => isMeant(filter, each.end));
							for (const order of ["newest", "longest"] as const) {
								const { found, total } = turnedThrough(rig.log, { ...filter, order, limit });
								// More failed ends are kept: how many depends on where blocks end.
								const expected = filter.status === "failed" ? rig.failed(meant) : meant.filter(recent);
								if (order === "longest") expected.sort((a, b) => ran(a.end) - ran(b.end) || a.number - b.number);
								expect(found).toEqual(expected.toReversed());
								expect(total).toBe(expected.length);
							}
						}
					}
				},
			),
			{
				numRuns: 50,
				// The second push fills the block that has begun on disk, and another, which takes the first one's place.
				examples: [
					[
						[
							{ ends: plain(3), crash: false },
							{ ends: plain(5), crash: false },
							{ ends: [], crash: true },
						],
						{ all: SMALL, failed: SMALL, unwritten: 0 },
						[{}],
						1,
					],
				],
			},
		);
	});

	test("streams all that is kept as bars, and what came after a number", () => {
		fc.assert(
			fc.property(fc.array(fc.array(end, { maxLength: 9 }), { maxLength: 12 }), BOUNDS, fc.nat(60), (pushes, bounds, after) => {
				const rig = new Rig(bounds);
				for (const ends of pushes) rig.push(ends, false);
				const { parts, first, last, retained } = wholly(rig.log.stream({ after }));
				const bars = parts.map((part) => decodeBars(new ByteReader(part)));
				const numbers = bars.flatMap(({ number }) => [...number]);
				expect(last).toBe(rig.all.length);
				expect(retained).toBe(rig.all.length === 0 ? 0 : last - first + 1);
				const wanted = rig.all.filter(({ number }) => number > after && number >= first).map(({ number }) => number);
				expect(numbers.filter((number) => number > after)).toEqual(wanted);
				for (const each of bars) {
					for (let i = 0; i < each.count; i++) {
						const { end: e } = rig.all[(each.number[i] as number) - 1] as Kept;
						expect({
							name: each.names[(each.name[i] as number) - 1],
							worker: each.workers[(each.worker[i] as number) - 1],
							status: BAR_STATUSES[each.status[i] as number],
							endedAt: each.ended[i],
							startedAt: startOf(each, i),
							attempt: attemptOf(each, i),
						}).toEqual({
							name: e.name,
							worker: e.worker,
							status: e.status,
							endedAt: e.endedAt,
							startedAt: e.startedAt,
							attempt: e.attempt,
						});
					}
				}
			}),
			{ numRuns: 30 },
		);
	});

	test("a hundred thousand ends take some ten bytes each on disk, few rows, and are searched in a blink", () => {
		const sql = openNodeSql(":memory:");
		let log = new TaskLog(sql);
		const before = sql.rowsWritten;
		const pushes = 5_500;
		for (let push = 0; push < pushes; push++) {
			const ends = Array.from({ length: 20 }, (_, k): TaskEnd => {
				const n = push * 20 + k;
				const endedAt = 1_700_000_000_000 + push * 5000 + k * 200;
				const failed = n % 97 === 0;
				return {
					id: `task-${n}`,
					name: ["wordCount", "checksum", "resize"][n % 3] as string,
					status: failed ? "failed" : "completed",
					worker: `worker-${n % 40}`,
					attempt: 1,
					queuedAt: endedAt - 900 - ((n * 7919) % 3000),
					startedAt: endedAt - ((n * 104_729) % 900),
					endedAt,
					...(failed && {
						error: { type: "TypeError", message: `no such file ${n}`, stack: "TypeError\n    at read (file.js:1:1)".repeat(20) },
					}),
				};
			});
			log.append(push * 20 + 1, ends, push + 1);
			sql.transaction(() => log.commit(push + 1));
		}
		const rows = sql.rowsWritten - before;
		expect(rows / pushes).toBeLessThan(0.03);
		log = new TaskLog(sql);
		expect(log.retained.count).toBeGreaterThanOrEqual(100_000);
		const bytes = wholly(log.stream({})).parts.reduce((sum, part) => sum + part.length, 0);
		expect(bytes / log.retained.count).toBeLessThan(6);
		const begin = performance.now();
		expect(wholly(log.page({ text: "NO SUCH file 97", order: "longest", limit: 100 })).total).toBeGreaterThan(0);
		const cold = performance.now() - begin;
		const again = performance.now();
		wholly(log.page({ text: "NO SUCH file 97", order: "longest", limit: 100 }));
		const warm = performance.now() - again;
		expect(warm).toBeLessThan(cold);
		expect(sql.databaseBytes / log.retained.count).toBeLessThan(15);
	});
});
