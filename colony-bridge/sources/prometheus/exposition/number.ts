/** Numbers as both exposition formats write them. */

const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** @returns undefined where the text is no number: `0x10`, `1_000` and the empty text are none. */
export function parseNumber(text: string): number | undefined {
	if (REAL.test(text)) return Number(text);
	const infinite = INFINITE.exec(text);
	if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** The instant of a sample, ms since 1970: 0.0.4 writes whole milliseconds, OpenMetrics seconds. @returns undefined where it is none. */
export function parseTimestamp(text: string, openMetrics: boolean): number | undefined {
	if (!openMetrics) return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
	const seconds = parseNumber(text);
	return seconds === undefined || !Number.isFinite(seconds) ? undefined : seconds * 1000;
}
