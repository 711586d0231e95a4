/**
 * An entry as text: JSON, but a tick's ids as runs, since a bridge numbers its series densely and names them all in every tick.
 *
 * `ids: [0,1,2,3,9,10]` is written as `runs: [0,4,9,2]` (first, how many). JSON writes -0 as 0, so the places of negative zeros stand
 * beside the values.
 */
import type { Entry, LoggedFrame, LoggedTick } from "./entry.ts";

type StoredTick = Omit<LoggedTick, "ids"> & { ids?: number[]; runs?: number[]; negativeZeros?: number[] };
type StoredFrame = Exclude<LoggedFrame, { type: "tick" }> | StoredTick;

export function encodeEntry(entry: Entry): string {
	if (entry.type !== "push") return JSON.stringify(entry);
	return JSON.stringify({ ...entry, frames: entry.frames.map((frame) => (frame.type === "tick" ? storeTick(frame) : frame)) });
}

export function decodeEntry(text: string): Entry {
	const entry = JSON.parse(text) as Entry;
	if (entry.type !== "push") return entry;
	entry.frames = (entry.frames as StoredFrame[]).map((frame) => (frame.type === "tick" ? restoreTick(frame) : frame));
	return entry;
}

function storeTick({ ids, ...tick }: LoggedTick): StoredTick {
	const runs = toRuns(ids);
	const negativeZeros = tick.values.flatMap((value, i) => (Object.is(value, -0) ? [i] : []));
	return { ...tick, ...(runs.length < ids.length ? { runs } : { ids }), ...(negativeZeros.length > 0 && { negativeZeros }) };
}

function restoreTick({ ids, runs, negativeZeros, ...tick }: StoredTick): LoggedTick {
	for (const i of negativeZeros ?? []) tick.values[i] = -0;
	return { ...tick, ids: ids ?? fromRuns(runs ?? []) };
}

function toRuns(ids: readonly number[]): number[] {
	const runs: number[] = [];
	for (let i = 0; i < ids.length; ) {
		const first = ids[i] ?? 0;
		let count = 1;
		while (ids[i + count] === first + count) count++;
		runs.push(first, count);
		i += count;
	}
	return runs;
}

function fromRuns(runs: readonly number[]): number[] {
	const ids: number[] = [];
	for (let i = 0; i + 1 < runs.length; i += 2) {
		const first = runs[i] ?? 0;
		const count = runs[i + 1] ?? 0;
		for (let k = 0; k < count; k++) ids.push(first + k);
	}
	return ids;
}
