/**
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019).
 *
 * Bin i counts values in (gamma^(i-1), gamma^i]; answering with the bin's middle, 2 gamma^i / (gamma + 1), is at most 1 % off. Values below
 * `SMALLEST` count as zero. Between a millisecond and a year there are some 1,200 bins, and only those that hold something are kept.
 */
import type { EndStatus, TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";

const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 1e-6;

interface StoredSketch {
	zeros: number;
	max: number;
	/** Bin, count, bin, count, … in order of bins. */
	bins: number[];
}

export class DurationSketch {
	#zeros = 0;
	#count = 0;
	#max = 0;
	readonly #bins = new Map<number, number>();

	get count(): number {
		return this.#count;
	}
	get max(): number {
		return this.#max;
	}

	/** Bins that hold something. */
	get size(): number {
		return this.#bins.size;
	}

	/** @param value zero or more. @param grows absent: a value that has no bin yet is counted in the nearest one. */
	add(value: number, grows = true): void {
		this.#count++;
		if (value > this.#max) this.#max = value;
		if (value < SMALLEST) this.#zeros++;
		else {
			const own = Math.ceil(Math.log(value) / LOG_GAMMA);
			const bin = grows || this.#bins.has(own) ? own : this.#nearest(own);
			this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
		}
	}

	#nearest(wanted: number): number {
		let nearest: number | undefined;
		for (const bin of this.#bins.keys()) if (nearest === undefined || Math.abs(bin - wanted) < Math.abs(nearest - wanted)) nearest = bin;
		return nearest ?? wanted;
	}

	/** @param shares ascending, each 0 to 1. @returns a value for each, NaN where nothing was added. */
	quantiles(shares: readonly number[]): number[] {
		const bins = this.#sorted();
		let at = -1;
		let passed = this.#zeros;
		return shares.map((share) => {
			if (this.#count === 0) return Number.NaN;
			const rank = share * (this.#count - 1);
			while (passed <= rank && at < bins.length - 1) passed += bins[++at]?.[1] ?? 0;
			const bin = at < 0 ? undefined : bins[at]?.[0];
			return bin === undefined ? 0 : Math.min(this.#max, (2 * GAMMA ** bin) / (GAMMA + 1));
		});
	}

	/** The rest, taken from an earlier state of this sketch. */
	after(earlier: DurationSketch): DurationSketch {
		const rest = new DurationSketch();
		rest.#zeros = this.#zeros - earlier.#zeros;
		rest.#count = rest.#zeros;
		for (const [bin, count] of this.#bins) {
			const more = count - (earlier.#bins.get(bin) ?? 0);
			if (more <= 0) continue;
			rest.#bins.set(bin, more);
			rest.#count += more;
		}
		// The longest may have been before: then the bin of the longest that came after bounds it.
		const top = Math.max(Number.NEGATIVE_INFINITY, ...rest.#bins.keys());
		rest.#max = Math.min(this.#max, GAMMA ** top);
		return rest;
	}

	store(): StoredSketch {
		return { zeros: this.#zeros, max: this.#max, bins: this.#sorted().flat() };
	}
	static restore(stored: StoredSketch): DurationSketch {
		const sketch = new DurationSketch();
		sketch.#zeros = stored.zeros;
		sketch.#count = stored.zeros;
		sketch.#max = stored.max;
		for (let i = 0; i + 1 < stored.bins.length; i += 2) {
			const count = stored.bins[i + 1] ?? 0;
			sketch.#bins.set(stored.bins[i] ?? 0, count);
			sketch.#count += count;
		}
		return sketch;
	}

	#sorted(): [bin: number, count: number][] {
		return [...this.#bins].sort((a, b) => a[0] - b[0]);
	}
}

/** Names beyond this many are counted together: a colony that puts an id into the name must not fill the memory. */
const MOST_NAMES = 5_000;
/** Bins of all durations together; past it they are less exact. */
const MOST_BINS = 150_000;
/** Resident bytes of a bin, and of a name beside its text. */
const BIN_BYTES = 32;
const NAME_BYTES = 600;
/** Decay time of `recent`, ms. */
const RECENT_MS = 60_000;
const OTHERS = "(other names)";

export interface TaskStat {
	readonly name: string;
	completed: number;
	failed: number;
	cancelled: number;
	no_result: number;
	/** Instant of the last end, ms. */
	lastAt: number;
	/** Recently completed tasks: the weight of each falls by a factor e per minute before `lastAt`. */
	recent: number;
	/** The same of those that failed. */
	recentFailed: number;
	/** Sum of all known durations, ms. Absent: a version that did not add them up counted some. */
	totalMs: number | undefined;
	readonly durations: DurationSketch;
	/** Rises with every end. Not part of the state. */
	version: number;
}

export type StoredTaskStats = [
	name: string,
	completed: number,
	failed: number,
	cancelled: number,
	lastAt: number,
	durations: StoredSketch,
	recent?: number,
	totalMs?: number | null,
	recentFailed?: number,
	noResult?: number,
][];

/** Every run ever of each task name: exact counts, and durations as a sketch. */
export class TaskStats {
	readonly #stats = new Map<string, TaskStat>();
	#bins = 0;
	#version = 0;

	get size(): number {
		return this.#stats.size;
	}
	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#bins * BIN_BYTES + this.size * NAME_BYTES;
	}
	get version(): number {
		return this.#version;
	}
	values(): IterableIterator<TaskStat> {
		return this.#stats.values();
	}

	count(end: TaskEnd): void {
		const kind = this.#kind(end.name);
		kind[end.status]++;
		const later = end.endedAt - kind.lastAt;
		const [fading, weight] = later > 0 ? [fade(later), 1] : [1, fade(-later)];
		kind.recent = kind.recent * fading + weight;
		kind.recentFailed = kind.recentFailed * fading + (end.status === "failed" ? weight : 0);
		kind.lastAt = Math.max(kind.lastAt, end.endedAt);
		const duration = durationOf(end);
		if (duration !== undefined) {
			const before = kind.durations.size;
			kind.durations.add(duration, this.#bins < MOST_BINS);
			this.#bins += kind.durations.size - before;
			if (kind.totalMs !== undefined) kind.totalMs += duration;
		}
		kind.version++;
		this.#version++;
	}

	/** Tasks that ended after an earlier state of these: names without any are left out. */
	*since(earlier: TaskStats): Generator<TaskStat> {
		for (const kind of this.#stats.values()) {
			const before = earlier.#stats.get(kind.name);
			if (!before) {
				yield kind;
				continue;
			}
			const less = (field: EndStatus) => kind[field] - before[field];
			const counts = { completed: less("completed"), failed: less("failed"), cancelled: less("cancelled"), no_result: less("no_result") };
			if (Object.values(counts).every((count) => count <= 0)) continue;
			const totalMs = kind.totalMs === undefined || before.totalMs === undefined ? undefined : kind.totalMs - before.totalMs;
			yield { ...kind, ...counts, totalMs, durations: kind.durations.after(before.durations) };
		}
	}

	store(): StoredTaskStats {
		return Array.from(this.#stats.values(), (kind) => [
			kind.name,
			kind.completed,
			kind.failed,
			kind.cancelled,
			kind.lastAt,
			kind.durations.store(),
			kind.recent,
			kind.totalMs ?? null,
			kind.recentFailed,
			kind.no_result,
		]);
	}
	restore(stored: StoredTaskStats): void {
		for (const [name, completed, failed, cancelled, lastAt, durations, recent = 0, total, recentFailed = 0, noResult = 0] of stored) {
			const totalMs = total ?? undefined;
			const sketch = DurationSketch.restore(durations);
			this.#bins += sketch.size;
			const kind: TaskStat = {
				name,
				completed,
				failed,
				cancelled,
				no_result: noResult,
				lastAt,
				recent,
				recentFailed,
				totalMs,
				durations: sketch,
				version: 0,
			};
			this.#stats.set(name, kind);
		}
		this.#version++;
	}

	#kind(wanted: string): TaskStat {
		const name = this.#stats.has(wanted) || this.#stats.size < MOST_NAMES ? wanted : OTHERS;
		let kind = this.#stats.get(name);
		if (!kind) {
			kind = {
				name,
				completed: 0,
				failed: 0,
				cancelled: 0,
				no_result: 0,
				lastAt: 0,
				recent: 0,
				recentFailed: 0,
				totalMs: 0,
				durations: new DurationSketch(),
				version: 0,
			};
			this.#stats.set(name, kind);
		}
		return kind;
	}
}

const fade = (ms: number): number => Math.exp(-ms / RECENT_MS);

/** Recently completed and failed tasks of the name, as of now, ms. */
export function lately({ lastAt, recent, recentFailed }: TaskStat, now: number): { ended: number; failed: number } {
	const fading = fade(Math.max(0, now - lastAt));
	return { ended: recent * fading, failed: recentFailed * fading };
}

/** @returns ms, or undefined where the start is not known or the clocks disagree. */
export function durationOf(end: TaskEnd): number | undefined {
	if (end.startedAt === undefined || end.startedAt > end.endedAt) return undefined;
	return end.endedAt - end.startedAt;
}

/** @returns ms queued, or undefined where it is not known. */
export function waitOf(end: TaskEnd): number | undefined {
	if (end.queuedAt === undefined || end.startedAt === undefined || end.queuedAt > end.startedAt) return undefined;
	return end.startedAt - end.queuedAt;
}
