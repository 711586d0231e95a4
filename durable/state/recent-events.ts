/** The newest rows of one sort, bounded by count and by size. Rows are numbered across all sorts, so that several lists merge by age. */

import type { ErrorRow, LogRow, MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { LOG_LEVELS, type LogLevel, type LogLine, type Mark, type TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { OBJECT_BYTES, residentBytes } from "../work/resident.ts";

import { ErrorGroups, SameFailure, type StoredErrorGroups, type StoredSameFailure } from "./error-groups.ts";

export interface Numbered<T> {
	readonly n: number;
	readonly row: T;
}

interface RecentBounds {
	rows: number;
	/** Characters of text. */
	chars: number;
}

interface StoredRecent<T> {
	total: number;
	items: [n: number, row: T][];
}

/** Resident bytes of a row beside its texts. */
const ROW_BYTES = 4 * OBJECT_BYTES;

export class Recent<T> {
	readonly #bounds: RecentBounds;
	readonly #charsOf: (row: T) => number;
	readonly #dropped: (row: T) => void;
	/** Oldest first; the first `#start` are gone already. */
	#items: Numbered<T>[] = [];
	#start = 0;
	#chars = 0;
	#total = 0;

	constructor(bounds: RecentBounds, charsOf: (row: T) => number, dropped: (row: T) => void = () => {}) {
		this.#bounds = bounds;
		this.#charsOf = charsOf;
		this.#dropped = dropped;
	}

	get size(): number {
		return this.#items.length - this.#start;
	}
	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#chars * 2 + this.size * ROW_BYTES;
	}
	/** All there ever were: rises with every row, so it also tells whether anything is new. */
	get total(): number {
		return this.#total;
	}

	push(n: number, row: T): void {
		this.#items.push({ n, row });
		this.#chars += this.#charsOf(row);
		this.#total++;
		while (this.size > this.#bounds.rows || (this.#chars > this.#bounds.chars && this.size > 1)) this.#dropOldest();
	}

	/** Removes a row; fast for one of the newest. @returns undefined where it was dropped */
	remove(n: number): T | undefined {
		const at = this.#items.findLastIndex((item) => item.n <= n);
		const item = this.#items[at];
		if (item?.n !== n || at < this.#start) return undefined;
		this.#items.splice(at, 1);
		this.#chars -= this.#charsOf(item.row);
		this.#total--;
		return item.row;
	}

	/** i = 0 is the newest. */
	newest(i: number): Numbered<T> | undefined {
		return i < this.size ? this.#items[this.#items.length - 1 - i] : undefined;
	}

	store(): StoredRecent<T> {
		return { total: this.#total, items: this.#items.slice(this.#start).map(({ n, row }) => [n, row]) };
	}
	restore(stored: StoredRecent<T>): void {
		for (const [n, row] of stored.items) this.push(n, row);
		this.#total = stored.total;
	}

	#dropOldest(): void {
		const oldest = this.#items[this.#start];
		if (!oldest) return;
		this.#chars -= this.#charsOf(oldest.row);
		this.#start++;
		this.#dropped(oldest.row);
		// Shifting an array costs its length: let the dead half pile up, then cut it off at once.
		if (this.#start * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#start);
			this.#start = 0;
		}
	}
}

/** Rows of several lists, newest first. */
export function* newestOf<T>(lists: readonly Recent<T>[]): Generator<T> {
	const at = lists.map(() => 0);
	for (;;) {
		let best: Numbered<T> | undefined;
		let from = 0;
		for (const [k, list] of lists.entries()) {
			const item = list.newest(at[k] ?? 0);
			if (item && (!best || item.n > best.n)) {
				best = item;
				from = k;
			}
		}
		if (!best) return;
		at[from] = (at[from] ?? 0) + 1;
		yield best.row;
	}
}

/** ms a count, and how far back, ms. */
const TIERS = [
	{ size: 10_000, reach: 3_600_000 },
	{ size: 60_000, reach: 86_400_000 },
	{ size: 600_000, reach: 30 * 86_400_000 },
] as const;

/** By tier: index of the count and the count, in turn. */
type StoredErrorCounts = number[][];

/**
 * Number of errors by time: every one is counted, where of the errors themselves only the newest are kept. Counts of ten seconds
 * reach back an hour, of a minute a day, of ten minutes a month.
 */
export class ErrorCounts {
	/** By the index of the stretch (index * size, (index + 1) * size]. */
	readonly #counts = TIERS.map(() => new Map<number, number>());
	#newest = 0;
	/** Rises with every error. */
	version = 0;

	add(at: number): void {
		this.version++;
		const moved = at > this.#newest;
		this.#newest = Math.max(this.#newest, at);
		for (const [i, { size, reach }] of TIERS.entries()) {
			const counts = this.#counts[i] as Map<number, number>;
			const index = Math.ceil(at / size) - 1;
			// Twice as far: the first step of an answer begins before its time does.
			const oldest = Math.ceil((this.#newest - 2 * reach) / size) - 1;
			if (index < oldest) continue;
			const count = counts.get(index);
			counts.set(index, (count ?? 0) + 1);
			if (moved && count === undefined) for (const old of counts.keys()) if (old < oldest) counts.delete(old);
		}
	}

	/** One that was counted was no error of its own. */
	take(at: number): void {
		this.version++;
		for (const [i, { size }] of TIERS.entries()) {
			const counts = this.#counts[i] as Map<number, number>;
			const index = Math.ceil(at / size) - 1;
			const count = counts.get(index);
			if (count === 1) counts.delete(index);
			else if (count) counts.set(index, count - 1);
		}
	}

	/** @returns counts of at most some `points` steps up to `end`, ms: each of the step that ends at `start + i * step`. */
	over(range: number, end: number, points: number): { start: number; step: number; counts: number[] } {
		const wanted = range / points;
		const serving = TIERS.flatMap(({ size, reach }, i) =>
			end - range >= this.#newest - reach || i === TIERS.length - 1 ? [{ size, i }] : [],
		);
		const { size, i } = serving.findLast((tier) => tier.size <= wanted) ?? (serving[0] as (typeof serving)[number]);
		const step = Math.max(1, Math.ceil(wanted / size)) * size;
		const length = Math.ceil(range / step) + 1;
		const start = (Math.ceil(end / step) - length + 1) * step;
		const counts = new Array<number>(length).fill(0);
		for (const [index, count] of this.#counts[i] as Map<number, number>) {
			const column = Math.ceil(((index + 1) * size - start) / step);
			if (column >= 0 && column < length) counts[column] = (counts[column] as number) + count;
		}
		return { start, step, counts };
	}

	store(): StoredErrorCounts {
		return this.#counts.map((counts) => [...counts].flat());
	}
	restore(stored: StoredErrorCounts): void {
		for (const [i, { size }] of TIERS.entries()) {
			const [pairs = [], counts] = [stored[i], this.#counts[i] as Map<number, number>];
			for (let k = 0; k + 1 < pairs.length; k += 2) {
				counts.set(pairs[k] as number, pairs[k + 1] as number);
				this.#newest = Math.max(this.#newest, (pairs[k] as number) * size + 1);
			}
		}
	}
}

/**
 * Recent events: log lines, errors (failed tasks among them), marks. Ended tasks have a log of their own, `durable/tasks/`.
 *
 * Each level has a list of its own, so that a flood of INFO lines does not push the failures out.
 * All rows are numbered together, which gives each its id and merges lists by age.
 */
const LOG_BOUNDS = { rows: 1_000, chars: 200_000 };
const ERROR_BOUNDS = { rows: 500, chars: 400_000 };
const MARK_BOUNDS = { rows: 500, chars: 100_000 };
/** Characters of a stack in the list of errors; the ended task has it whole. */
const ERROR_STACK = 4_000;
/** Fields that are not text of the colony's, roughly. */
const FIELDS = 100;
const ERROR_LEVELS: readonly LogLevel[] = ["ERROR", "CRITICAL"];

export interface StoredRecentEvents {
	n: number;
	logs: Record<string, StoredRecent<LogRow>>;
	errors: StoredRecent<ErrorRow>;
	errorCounts?: StoredErrorCounts;
	errorGroups?: StoredErrorGroups;
	sameFailure?: StoredSameFailure;
	marks: StoredRecent<MarkRow>;
}

export class RecentEvents {
	#n = 0;
	readonly logs: Record<LogLevel, Recent<LogRow>>;
	readonly errors = new Recent<ErrorRow>(ERROR_BOUNDS, (row) => FIELDS + row.message.length + (row.stack?.length ?? 0));
	/** Counts of all errors, including those no longer kept. */
	readonly errorCounts = new ErrorCounts();
	readonly errorGroups = new ErrorGroups();
	readonly #sameFailure = new SameFailure();
	readonly marks = new Recent<MarkRow>(MARK_BOUNDS, (row) => FIELDS + row.text.length);

	constructor() {
		const logs = () => new Recent<LogRow>(LOG_BOUNDS, (row) => FIELDS + row.message.length);
		this.logs = { DEBUG: logs(), INFO: logs(), WARNING: logs(), ERROR: logs(), CRITICAL: logs() };
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return residentBytes([...Object.values(this.logs), this.errors, this.marks]);
	}

	taskFailed(end: TaskEnd): void {
		const n = ++this.#n;
		const row: ErrorRow = {
			id: String(n),
			at: end.endedAt,
			source: "task",
			name: end.name,
			task: end.id,
			...(end.worker !== undefined && { worker: end.worker }),
			...(end.error?.type !== undefined && { type: end.error.type }),
			message: end.error?.message ?? "",
			...(end.error?.stack !== undefined && { stack: shorten(end.error.stack) }),
		};
		// An earlier line about it is removed: the task has more details.
		const logged = this.#sameFailure.task(n, row);
		if (logged !== undefined) this.#take(logged);
		this.#error(n, row);
	}

	/** @param isWorker whether a source is a worker's id. */
	log({ at, level, source, stream, message }: LogLine, isWorker: (id: string) => boolean): void {
		const n = ++this.#n;
		const about = stream !== undefined && { stream };
		this.logs[level].push(n, { id: String(n), at, level, ...(source !== undefined && { source }), ...about, message });
		if (!ERROR_LEVELS.includes(level)) return;
		const row: ErrorRow = {
			id: String(n),
			at,
			source: "log",
			level,
			...(source !== undefined && { name: source }),
			...(source !== undefined && isWorker(source) && { worker: source }),
			...about,
			message,
		};
		if (this.#sameFailure.line(n, row) === undefined) this.#error(n, row);
	}

	#error(n: number, row: ErrorRow): void {
		this.errorCounts.add(row.at);
		this.errorGroups.add(row);
		this.errors.push(n, row);
	}
	#take(n: number): void {
		const row = this.errors.remove(n);
		if (!row) return;
		this.errorCounts.take(row.at);
		this.errorGroups.take(row);
	}

	mark({ at, until, kind, text, worker, stream }: Mark): void {
		const n = ++this.#n;
		// A mark that ends before it begins is an instant.
		const lasted = until !== undefined && until > at && { until };
		this.marks.push(n, {
			id: String(n),
			at,
			...lasted,
			kind,
			text,
			...defined({ worker, stream }),
		});
	}

	store(): StoredRecentEvents {
		return {
			n: this.#n,
			logs: Object.fromEntries(LOG_LEVELS.map((level) => [level, this.logs[level].store()])),
			errors: this.errors.store(),
			errorCounts: this.errorCounts.store(),
			errorGroups: this.errorGroups.store(),
			sameFailure: this.#sameFailure.store(),
			marks: this.marks.store(),
		};
	}
	restore(stored: StoredRecentEvents): void {
		this.#n = stored.n;
		for (const level of LOG_LEVELS) {
			const list = stored.logs[level];
			if (list) this.logs[level].restore(list);
		}
		this.errors.restore(stored.errors);
		this.errorCounts.restore(stored.errorCounts ?? []);
		if (stored.errorGroups) this.errorGroups.restore(stored.errorGroups);
		if (stored.sameFailure) this.#sameFailure.restore(stored.sameFailure);
		this.marks.restore(stored.marks);
	}
}

function shorten(stack: string): string {
	if (stack.length <= ERROR_STACK) return stack;
	return `${stack.slice(0, ERROR_STACK)}\n… ${stack.length - ERROR_STACK} more characters`;
}
