/** The periods of a status in a time range, from its changes. */
import { REMOVED, type StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";

export interface StatusPeriod<S extends string> {
	from: number;
	until: number;
	status: S;
	message?: string | undefined;
}

/**
 * @param changes newest first @returns oldest first, clipped to [from, now]; there are no periods before the oldest change and while it was
 * absent
 */
export function statusPeriods<S extends string>(
	changes: readonly StatusChange<S | typeof REMOVED>[],
	from: number,
	now: number,
): StatusPeriod<S>[] {
	return changes
		.map(({ at, status, message }, i) => ({
			from: Math.max(at, from),
			until: Math.min(changes[i - 1]?.at ?? now, now),
			status,
			message,
		}))
		.filter((period): period is typeof period & { status: S } => period.until > period.from && period.status !== REMOVED)
		.reverse();
}

const RANGES = ["15m", "1h", "6h", "24h"];

/** The shortest range that covers all changes, at most a day. @param oldest instant, ms */
export const rangeFor = (oldest: number, now: number): string => RANGES.find((range) => durationMs(range) >= now - oldest) ?? "24h";
