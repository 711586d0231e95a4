/**
 * The stretch of time on the screen as the page's address has it, so that a link shows what its sender saw: an interval of ISO 8601, two
 * instants, or `PT300S/now` for one that goes on with the clock.
 */
import type { Window } from "./window.ts";

export interface Stretch extends Window {
	live: boolean;
}

/** @param now ms. @returns undefined where the address says none, or none that can be read. */
export function stretchOf(search: string, now: number): Stretch | undefined {
	const [first = "", last = ""] = (new URLSearchParams(search).get("window") ?? "").split("/");
	const seconds = Number(/^PT(\d+(?:\.\d+)?)S$/.exec(first)?.[1]);
	if (last === "now") return seconds > 0 ? { from: now - seconds * 1000, until: now, live: true } : undefined;
	const [from, until] = [Date.parse(first), Date.parse(last)];
	return until > from ? { from, until, live: false } : undefined;
}

export const stretchText = ({ from, until, live }: Stretch): string =>
	live
		? `PT${Number(((until - from) / 1000).toFixed(3))}S/now`
		: `${new Date(Math.floor(from)).toISOString()}/${new Date(Math.ceil(until)).toISOString()}`;
