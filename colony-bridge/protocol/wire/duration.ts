/** Durations as text. Apart from their schema, so that the browser takes this function without it. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** @returns milliseconds. @throws where the text is no duration (`measure.ts`); callers validate first. */
export function durationMs(text: string): number {
	const [, amount, unit] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
	const factor = UNIT_MS[unit ?? ""];
	if (!factor) throw new RangeError(`invalid duration "${text}"; write it as 30s, 15m, 1h or 7d`);
	return Number(amount) * factor;
}

/** Default time range of a query's table. */
export const TABLE_RANGE = "5m";

/** The shortest duration in seconds, or minutes, that has so many ms; one has six digits. */
export function durationText(ms: number): string {
	const seconds = Math.ceil(Math.max(1000, ms) / 1000);
	return seconds < 1_000_000 ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}
