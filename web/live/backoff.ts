/** Waits between attempts: exponential with full jitter, so that a thousand viewers do not come back at once (Brooker, AWS, 2015). */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** @param failures attempts that failed in a row, from 1. @returns ms, between 0 and a bound that doubles each time. */
export function backoff(failures: number, random: () => number = Math.random): number {
	return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
}
