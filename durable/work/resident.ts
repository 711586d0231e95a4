/**
 * Estimates of resident memory. A part that grows has a getter `bytes`: what it holds now, heap and buffers, as V8 lays it out. It costs a few
 * additions, never a walk over series: a cluster asks at every push how much room it has left.
 *
 * Estimates are of what stays after a garbage collection. `npm run bench -- memory` shows them beside what a process was measured to take.
 */
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { valuesOf } from "./budget.ts";

export interface Resident {
	/** Estimated resident bytes, heap and buffers. */
	readonly bytes: number;
}

/** Resident bytes of all parts. */
export function residentBytes(parts: Iterable<Resident>): number {
	let sum = 0;
	for (const { bytes } of parts) sum += bytes;
	return sum;
}

/** An entry of a `Map` or a `Set`, without what it refers to. */
export const ENTRY_BYTES = 32;
/** A small object or array, without what it refers to. */
export const OBJECT_BYTES = 64;
/** A typed array, beside its elements. */
export const BUFFER_BYTES = 200;

/** Resident bytes of parsed JSON; a character may take two bytes. */
export function valueBytes(value: unknown): number {
	if (typeof value === "string") return 24 + 2 * value.length;
	if (typeof value !== "object" || value === null) return 12;
	let bytes = OBJECT_BYTES;
	// The names of fields are one string each.
	for (const field of Object.values(value)) bytes += 8 + valueBytes(field);
	return bytes;
}

/** A value of an answer: a number in a list, or a field of a row. */
const VALUE_BYTES = 16;
const ANSWER_BYTES = 500;

/** Resident bytes of an answer that is kept. */
export function answerBytes(answer: Answer): number {
	return ANSWER_BYTES + valuesOf(answer) * VALUE_BYTES;
}
