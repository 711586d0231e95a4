/**
 * Task ends as bars to be drawn, column by column: who ran what, from when to when, and how it ended. The first part of a block of the task
 * log, and what the task stream is sent: some five bytes a task.
 *
 * Columns are those of `codec/integers.ts`; names are dictionaries. Ids, errors and all else come by the number of the end.
 */

import { NOT_HEARD } from "../wire/liveness.ts";
import type { TaskEnd } from "../wire/state.ts";
import { type ByteReader, ByteWriter } from "./codec/bytes.ts";
import { readIntegers, writeIntegers } from "./codec/integers.ts";
import { Dictionary, readIds, writeIds } from "./codec/texts.ts";

/** Numbers of the format; they only grow. `open`: a task that has not ended; not heard: nor has it been heard of since the bar's end. */
export const BAR_STATUSES = ["completed", "failed", "cancelled", "open", "no_result", NOT_HEARD] as const;
type BarStatus = (typeof BAR_STATUSES)[number];

/** Known fields of a completed task, as bits. */
export const STARTED = 1;
export const QUEUED = 2;

/** Every column has `count` entries. Instants and durations are whole ms. */
export interface TaskBars {
	count: number;
	/** Ends are numbered in the order the cluster learnt of them; ascending. */
	number: Float64Array;
	/** For an open task the instant it was started, else queued; 0 where neither was reported. */
	ended: Float64Array;
	/** From start to end; 0 where the start is not known. Negative where the clocks disagreed. */
	duration: Float64Array;
	/** From being queued to the start, else to the end; 0 where it is not known. */
	wait: Float64Array;
	/** Bits of {@link STARTED} and {@link QUEUED}. */
	present: Float64Array;
	/** Place among {@link BAR_STATUSES}. */
	status: Float64Array;
	/** 0: not reported. */
	attempt: Float64Array;
	/** Places in the lists, from 1; 0: not reported. */
	worker: Float64Array;
	name: Float64Array;
	kind: Float64Array;
	workers: string[];
	names: string[];
	kinds: string[];
}

const COLUMNS = ["number", "ended", "duration", "wait", "present", "status", "attempt", "worker", "name", "kind"] as const;
type Columns = Pick<TaskBars, (typeof COLUMNS)[number]>;

/** An instant past the year 19,000 is no instant: the codec's differences would not be exact. */
const MOST = 2 ** 49;
const within = (value: number): number => Math.min(value, MOST);

export type Bar = Omit<TaskEnd, "status" | "error" | "parent" | "endedAt"> & {
	number: number;
	status: BarStatus;
	endedAt?: number | undefined;
};

function emptyColumns(count: number): Columns {
	return Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(count)])) as unknown as Columns;
}

/** @param bars in ascending order of their numbers. */
export function barsOf(bars: readonly Bar[]): TaskBars {
	const columns = emptyColumns(bars.length);
	const [workers, names, kinds] = [new Dictionary(), new Dictionary(), new Dictionary()];
	for (const [i, bar] of bars.entries()) {
		const { startedAt, queuedAt } = bar;
		const end = within(bar.endedAt ?? startedAt ?? queuedAt ?? 0);
		const start = within(startedAt ?? end);
		columns.number[i] = bar.number;
		columns.ended[i] = end;
		columns.duration[i] = end - start;
		columns.wait[i] = queuedAt === undefined ? 0 : start - within(queuedAt);
		columns.present[i] = (startedAt === undefined ? 0 : STARTED) + (queuedAt === undefined ? 0 : QUEUED);
		columns.status[i] = BAR_STATUSES.indexOf(bar.status);
		columns.attempt[i] = bar.attempt === undefined ? 0 : Math.min(bar.attempt, MOST) + 1;
		columns.worker[i] = workers.place(bar.worker);
		columns.name[i] = names.place(bar.name);
		columns.kind[i] = kinds.place(bar.kind);
	}
	return { count: bars.length, ...columns, workers: workers.texts, names: names.texts, kinds: kinds.texts };
}

export function encodeBars(bars: TaskBars): Uint8Array {
	const out = new ByteWriter();
	out.varint(bars.count);
	for (const texts of [bars.workers, bars.names, bars.kinds]) {
		out.varint(texts.length);
		writeIds(texts, out);
	}
	// The codec works in the numbers it is given.
	for (const name of COLUMNS) writeIntegers(bars[name].slice(), bars.count, out);
	return out.take();
}

/** @throws RangeError where the bytes are no bars. */
export function decodeBars(from: ByteReader): TaskBars {
	const count = from.varint();
	const texts = () => readIds(from, from.varint());
	const [workers, names, kinds] = [texts(), texts(), texts()];
	const columns = emptyColumns(count);
	for (const name of COLUMNS) readIntegers(from, count, columns[name]);
	return { count, ...columns, workers, names, kinds };
}

/** When a bar's task started, ms; undefined: not reported. */
export function startOf(bars: TaskBars, i: number): number | undefined {
	return (bars.present[i] as number) & STARTED ? (bars.ended[i] as number) - (bars.duration[i] as number) : undefined;
}

/** Which try it was, as the colony counts. */
export function attemptOf(bars: TaskBars, i: number): number | undefined {
	const attempt = bars.attempt[i] as number;
	return attempt > 0 ? attempt - 1 : undefined;
}
