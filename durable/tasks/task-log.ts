/**
 * The log of ended tasks: the last 100,000 in full, and of those that failed the last 10,000, so that a flood of good ones does not wash them
 * away. (How many there ever were, and how long they took, `state/task-kinds.ts` counts for ever.)
 *
 * The truth is the ends in the blocks on disk, and for what came after those the cluster's log. The number of an end is its place among all
 * there ever were, so a restart begins at the newest keyframe that knows of no end that is not on disk, and none is taken twice; nothing else
 * has to be written down. The block that grows is written {@link UNWRITTEN} entries of the log after the first end it is short of, however
 * little is new in it, so a restart never goes back far.
 */

import { barsOf, encodeBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import type { Sql } from "../storage/sql.ts";
import { residentBytes } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import type { Block, NumberedEnd } from "./block.ts";
import { type EndedPage, type EndedQuery, pageOf, Searches } from "./page.ts";
import { type RingBounds, TaskRing } from "./ring.ts";

/** Entries of the cluster's log after which what they brought is on disk. */
const UNWRITTEN = 200;
/** A position beyond every one. */
const NOWHERE = 2 ** 40;

/** Units of looking through the ids of one block. */
const LATEST_UNITS = 60_000;

export interface TaskLogBounds {
	all: RingBounds;
	failed: RingBounds;
	unwritten: number;
}

const BLOCK = { blockTasks: 4_096, blockChars: 280_000 };
const BOUNDS: TaskLogBounds = {
	all: { ends: 100_000, bytes: 64_000_000, ...BLOCK },
	failed: { ends: 10_000, bytes: 16_000_000, ...BLOCK },
	unwritten: UNWRITTEN,
};

/** Ended tasks as who reads sees them. */
export type TaskReads = Pick<TaskLog, "version" | "retained" | "page" | "latest" | "stream">;

export class TaskLog {
	readonly #all: TaskRing;
	readonly #failed: TaskRing;
	readonly #unwritten: number;
	readonly #searches = { all: new Searches(), failed: new Searches() };
	/** Position of the log with which the oldest end came that is not on disk. */
	#since: number | undefined;
	/** Rises with every end. */
	version = 0;

	constructor(sql: Sql, bounds: Partial<TaskLogBounds> = {}) {
		const { all, failed, unwritten } = { ...BOUNDS, ...bounds };
		this.#all = new TaskRing(sql, "task_block", all);
		this.#failed = new TaskRing(sql, "task_failure_block", failed);
		this.#unwritten = unwritten;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return residentBytes([this.#all, this.#failed, this.#searches.all, this.#searches.failed]);
	}

	/** Memory is short: frees blocks that were read and search results. */
	letGo(): void {
		for (const part of [this.#all, this.#failed, this.#searches.all, this.#searches.failed]) part.letGo();
	}

	/** Number of the newest end on disk: all before it are, too. */
	get written(): number {
		return this.#all.written;
	}
	/** The position of the log after which a replay begins. */
	get replayFrom(): number {
		return this.#since === undefined ? NOWHERE : this.#since - 1;
	}
	/** Completed tasks that can be read, and when the oldest of them ended, ms. */
	get retained(): { count: number; since: number | undefined } {
		return { count: this.#all.retained, since: this.#all.since };
	}

	/**
	 * Appends completed tasks. Repeated after a restart: those on disk are not appended twice.
	 * @param number of the first among all ends there ever were, from 1.
	 * @param position of the log, with which they came.
	 */
	append(number: number, ends: readonly TaskEnd[], position: number): void {
		for (const [i, end] of ends.entries()) {
			let taken = false;
			for (const ring of end.status === "failed" ? [this.#all, this.#failed] : [this.#all]) {
				if (number + i <= ring.last) continue;
				ring.append(number + i, end);
				taken = true;
			}
			if (taken) this.#since ??= position;
		}
		this.version++;
	}

	/** Writes what is due, inside the transaction of the entry that brought it. @param position the entry's in the cluster's log. */
	commit(position: number): void {
		if (this.#since === undefined) return;
		const due = position - this.#since >= this.#unwritten;
		const full = this.#all.write(due);
		// So that a failure is on disk no later than its neighbours.
		this.#failed.write(due || full);
		if (due) this.#since = undefined;
	}

	/** Completed tasks that match, in order. */
	page({ status, ...query }: EndedQuery): Work<EndedPage> {
		if (status === "failed") return pageOf(this.#failed, this.#searches.failed, query);
		return pageOf(this.#all, this.#searches.all, { status, ...query });
	}

	/** The newest end of each of these tasks that is kept. */
	*latest(ids: readonly string[], upTo = Number.POSITIVE_INFINITY): Work<Map<string, TaskEnd>> {
		const wanted = new Set(ids);
		const found = new Map<string, TaskEnd>();
		if (wanted.size === 0) return found;
		for (const { segment } of this.#all.segments()) {
			for (let i = segment.bars.count - 1; i >= 0; i--) {
				if ((segment.bars.number[i] as number) > upTo) continue;
				const id = segment.id(i);
				if (wanted.delete(id)) found.set(id, segment.end(i));
			}
			if (wanted.size === 0) break;
			yield LATEST_UNITS;
		}
		return found;
	}

	/** Completed tasks as bars. */
	stream(ask: StreamAsk): Work<StreamPart> {
		return streamPart(this.#all, ask);
	}

	/** The log as it was when so many tasks had ended. Of those it had kept, some may have been let go since. */
	upTo(ended: number): TaskReads {
		const ring = this.#all;
		const { first = ended + 1, since } = ring;
		const count = Math.max(0, ended - first + 1);
		return {
			version: ended,
			retained: { count, since: count > 0 ? since : undefined },
			page: (query) => this.page({ ...query, upTo: ended }),
			latest: (ids) => this.latest(ids, ended),
			*stream(ask) {
				return { ...(yield* streamPart(ring, ask, ended)), retained: count, last: ended };
			},
		};
	}
}

/** The bytes of a task stream: full blocks' bars as stored, the newest encoded on the spot. */
export interface StreamAsk {
	/** Completed tasks with greater numbers. Whole blocks are sent, so some before may come again. */
	after?: number | undefined;
	/** Completed tasks with smaller numbers. */
	before?: number | undefined;
	/** Tasks that ran at this instant or later, ms. */
	since?: number | undefined;
}

interface StreamPart {
	/** Bars by blocks, oldest first (`protocol/task-bars.ts`). */
	parts: Uint8Array[];
	/** Completed tasks that are kept, and the numbers of the first and the last of them. */
	retained: number;
	first: number;
	last: number;
}

/** Units of reading a block, and of an end that is in none. */
const BLOCK_UNITS = 10_000;
const END_UNITS = 20;

/** Answers as of one instant: a task that ends while blocks are read comes with the next request. @param upTo number of the last one. */
function* streamPart(
	ring: TaskRing,
	{ after = 0, before = Number.POSITIVE_INFINITY, since = 0 }: StreamAsk,
	upTo = Number.POSITIVE_INFINITY,
): Work<StreamPart> {
	const { retained, last } = ring;
	const { blocks, loose } = ring.lying((row) => row.last > after && row.first < before && row.first <= upTo && row.ended >= since);
	const rest = loose.filter(({ number, end }) => number > after && number < before && number <= upTo && end.endedAt >= since);
	const encoded = rest.length > 0 ? [barBytes(rest)] : [];
	yield loose.length * END_UNITS;
	const parts: Uint8Array[] = [];
	for (const { row, block } of blocks) {
		parts.push(row.last <= upTo ? block.barBytes : barBytes(endsOf(block).filter(({ number }) => number <= upTo)));
		yield BLOCK_UNITS;
	}
	return { parts: [...parts, ...encoded], retained, first: ring.first ?? 0, last };
}

const endsOf = (block: Block): NumberedEnd[] => Array.from(block.bars.number, (number, i) => ({ number, end: block.end(i) }));

function barBytes(ends: readonly NumberedEnd[]): Uint8Array {
	return encodeBars(barsOf(ends.map(({ number, end }) => ({ ...end, number }))));
}
