/**
 * The stretch of time on the screen as the page's address has it, so that a link shows what its sender saw: an interval of ISO 8601, two
 * instants, or `PT300S/now` for one that goes on with the clock.
 */
import type { Window } from "./window.ts";

export interface Stretch extends Window {
	live: boolean;
}

/** Before 1970 nothing happened, and past this there are no dates, ms. */
const LAST = 8_640_000_000_000_000;

/** @param now ms. @returns undefined where the address says none, or none that can be read. */
export function stretchOf(search: string, now: number): Stretch | undefined {
	const [first = "", last = ""] = (new URLSearchParams(search).get("window") ?? "").split("/");
	const seconds = Number(/^PT(\d+(?:\.\d+)?)S$/.exec(first)?.[1]);
	if (last === "now") return seconds > 0 ? { from: Math.max(0, now - seconds * 1000), until: now, live: true } : undefined;
	const [from, until] = [Math.max(0, Date.parse(first)), Math.min(LAST, Date.parse(last))];
	return until > from ? { from, until, live: false } : undefined;
}

export const stretchText = ({ from, until, live }: Stretch): string =>
	live
		? `PT${Number(((until - from) / 1000).toFixed(3))}S/now`
		: `${new Date(Math.floor(from)).toISOString()}/${new Date(Math.ceil(until)).toISOString()}`;
