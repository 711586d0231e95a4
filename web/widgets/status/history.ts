/** How a check went over a stretch of time, out of its changes. */
import { durationMs } from "../../../colony-bridge/protocol/layout.ts";
import type { CheckChange } from "../../../colony-bridge/protocol/rows.ts";

/** A stretch in one status. */
export interface Spell {
	from: number;
	until: number;
	status: CheckChange["status"];
	message?: string | undefined;
}

/** @param changes newest first @returns oldest first, cut to [from, now]; before the oldest change nothing is known */
export function spells(changes: readonly CheckChange[], from: number, now: number): Spell[] {
	return changes
		.map(
			({ at, status, message }, i): Spell => ({
				from: Math.max(at, from),
				until: Math.min(changes[i - 1]?.at ?? now, now),
				status,
				message,
			}),
		)
		.filter((spell) => spell.until > spell.from)
		.reverse();
}

const RANGES = ["15m", "1h", "6h", "24h"];

/** The stretch that shows most of what is known and no more: a young colony's day would be an empty strip. @param oldest instant, ms */
export const rangeFor = (oldest: number, now: number): string => RANGES.find((range) => durationMs(range) >= now - oldest) ?? "24h";

/** How often it failed in that time, and how long in all, ms; one that began before counts as one. */
export function failures(all: readonly Spell[]): { times: number; ms: number } {
	const failed = all.filter(({ status }) => status === "failed");
	return { times: failed.length, ms: failed.reduce((sum, { from, until }) => sum + until - from, 0) };
}
