/**
 * The comb's cells as text: a character for a worker's state and health, four for a value, so that 10,000 of them fit a frame whatever the
 * numbers are. A value keeps 24 of a float's 32 bits (sign, exponent, 15 bits of mantissa): exact to 1 in 65,000.
 */
import { NOT_HEARD } from "../wire/liveness.ts";
import type { Health } from "../wire/state.ts";
import type { WorkerRow } from "./rows.ts";

/** RFC 4648's alphabet for URLs: nothing in it is escaped in JSON. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NUMBERS = new Uint8Array(128);
for (let i = 0; i < DIGITS.length; i++) NUMBERS[DIGITS.charCodeAt(i)] = i;

type CellStatus = WorkerRow["status"];

// Lists of their own: the browser takes no schema along.
const STATUS: Record<CellStatus, number> = {
	starting: 0,
	running: 1,
	idle: 2,
	busy: 3,
	draining: 4,
	restarting: 5,
	stopped: 6,
	failed: 7,
	[NOT_HEARD]: 8,
};
const STATUSES = Object.keys(STATUS) as CellStatus[];
const HEALTHS: readonly (Health | undefined)[] = [undefined, "healthy", "degraded", "unhealthy"];

const VALUE_CHARS = 4;

/** States there can be, numbers from 0. */
export const STATES = STATUSES.length * HEALTHS.length;

export function encodeState(status: CellStatus, health?: Health): string {
	return DIGITS[STATUS[status] * HEALTHS.length + HEALTHS.indexOf(health)] as string;
}

/** A state as a number below {@link STATES}, to be read by {@link stateOf}. */
export const stateNumber = (states: string, i: number): number => NUMBERS[states.charCodeAt(i) & 127] as number;

export function stateOf(number: number): { status: CellStatus; health: Health | undefined } {
	return { status: STATUSES[number >> 2] as CellStatus, health: HEALTHS[number & 3] };
}

/** `N5d1`: a group's workers by state. */
export const encodeTally = (counts: ReadonlyMap<string, number>): string => Array.from(counts, ([state, n]) => state + n).join("");

/** @param add called with a state's number and the workers that are in it */
export function readTally(tally: string, add: (state: number, workers: number) => void): void {
	// No state's character is a digit.
	for (const [, state = "", workers] of tally.matchAll(/(\D)(\d+)/g)) add(stateNumber(state, 0), Number(workers));
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** @param value undefined: the worker does not report it. What a 32-bit float cannot hold, past 3.4e38, becomes infinite. */
export function encodeValue(value: number | undefined): string {
	float[0] = value ?? Number.NaN;
	// To the nearest of those that end in eight zero bits.
	const rounded = (bits[0] as number) + 0x80;
	const digits = rounded >>> 8;
	return `${DIGITS[digits >>> 18]}${DIGITS[(digits >>> 12) & 63]}${DIGITS[(digits >>> 6) & 63]}${DIGITS[digits & 63]}`;
}

/** @returns NaN where there is none. */
export function decodeValue(values: string, i: number): number {
	const at = i * VALUE_CHARS;
	let digits = 0;
	for (let n = 0; n < VALUE_CHARS; n++) digits = (digits << 6) | (NUMBERS[values.charCodeAt(at + n) & 127] as number);
	bits[0] = (digits << 8) >>> 0;
	return float[0] as number;
}
