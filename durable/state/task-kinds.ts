/** Every run ever of each task name: exact counts, and durations as a sketch. */
import type { TaskEnd } from "../../colony-bridge/protocol/state.ts";
import { DurationSketch, type StoredSketch } from "./sketch.ts";

/** Names beyond this many are counted together: a colony that puts an id into the name must not fill the memory. */
const MOST_NAMES = 5_000;
/** What `recent` means by lately. */
const RECENT_MS = 60_000;
const OTHERS = "(other names)";

export interface TaskKind {
	readonly name: string;
	completed: number;
	failed: number;
	cancelled: number;
	no_result: number;
	/** Instant of the last end, ms. */
	lastAt: number;
	/** How many ended lately: each counts less the longer ago it was before `lastAt`, e times less a minute. */
	recent: number;
	/** The same of those that failed. */
	recentFailed: number;
	/** Of all durations that are known, ms. Absent: some were counted by a version that did not add them up. */
	totalMs: number | undefined;
	readonly durations: DurationSketch;
	/** Rises with every end. Not part of the state. */
	version: number;
}

export type StoredKinds = [
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

export class TaskKinds {
	readonly #kinds = new Map<string, TaskKind>();
	#version = 0;

	get size(): number {
		return this.#kinds.size;
	}
	get version(): number {
		return this.#version;
	}
	values(): IterableIterator<TaskKind> {
		return this.#kinds.values();
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
			kind.durations.add(duration);
			if (kind.totalMs !== undefined) kind.totalMs += duration;
		}
		kind.version++;
		this.#version++;
	}

	store(): StoredKinds {
		return Array.from(this.#kinds.values(), (kind) => [
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
	restore(stored: StoredKinds): void {
		for (const [name, completed, failed, cancelled, lastAt, durations, recent = 0, total, recentFailed = 0, noResult = 0] of stored) {
			const totalMs = total ?? undefined;
			const sketch = DurationSketch.restore(durations);
			const kind: TaskKind = {
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
			this.#kinds.set(name, kind);
		}
		this.#version++;
	}

	#kind(wanted: string): TaskKind {
		const name = this.#kinds.has(wanted) || this.#kinds.size < MOST_NAMES ? wanted : OTHERS;
		let kind = this.#kinds.get(name);
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
			this.#kinds.set(name, kind);
		}
		return kind;
	}
}

const fade = (ms: number): number => Math.exp(-ms / RECENT_MS);

/** How many of the kind ended and failed lately, as of now, ms. */
export function lately({ lastAt, recent, recentFailed }: TaskKind, now: number): { ended: number; failed: number } {
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
