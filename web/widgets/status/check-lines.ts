/** The history of a check over a time range, from its changes. */

import { type CheckRow, GONE, type StatusChange } from "../../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../../colony-bridge/protocol/wire/liveness.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/measure.ts";

/** A stretch in one status. */
export interface Spell<S extends string> {
	from: number;
	until: number;
	status: S;
	message?: string | undefined;
}

/** @param changes newest first @returns oldest first, cut to [from, now]; before the oldest change, and while it was gone, nothing is known */
export function spells<S extends string>(changes: readonly StatusChange<S | typeof GONE>[], from: number, now: number): Spell<S>[] {
	return changes
		.map(({ at, status, message }, i) => ({
			from: Math.max(at, from),
			until: Math.min(changes[i - 1]?.at ?? now, now),
			status,
			message,
		}))
		.filter((spell): spell is typeof spell & { status: S } => spell.until > spell.from && spell.status !== GONE)
		.reverse();
}

const RANGES = ["15m", "1h", "6h", "24h"];

/** The stretch that shows most of what is known and no more: a young colony's day would be an empty strip. @param oldest instant, ms */
export const rangeFor = (oldest: number, now: number): string => RANGES.find((range) => durationMs(range) >= now - oldest) ?? "24h";

/** Number of failures in that time and their total duration, ms; one that began before counts as one. */
export function failures(all: readonly Spell<string>[]): { times: number; ms: number } {
	const failed = all.filter(({ status }) => status === "failed");
	return { times: failed.length, ms: failed.reduce((sum, { from, until }) => sum + until - from, 0) };
}

/** Which checks a widget shows and in what order: what is in trouble first, then what nobody reports, then what is well. */
export interface CheckLineOf {
	id: string;
	/** Absent: nobody reports it. */
	check?: CheckRow;
}

const RANK = { failed: 0, [NOT_HEARD]: 1, warning: 2, absent: 3, unknown: 4, ok: 5 };

const globOf = (name: string): RegExp | undefined =>
	/[*?]/.test(name)
		? new RegExp(
				`^${name
					.replace(/[.+^${}()|[\]\\]/g, "\\$&")
					.replace(/\*+/g, "[^]*")
					.replaceAll("?", "[^]")}$`,
				"u",
			)
		: undefined;

/** @param names of checks, or globs such as `db-*`; none: all */
export function checkLines(names: readonly string[], rows: readonly CheckRow[]): CheckLineOf[] {
	const lines = new Map<string, CheckLineOf>();
	const known = new Map(rows.map((row) => [row.id, row]));
	for (const name of names.length > 0 ? names : known.keys()) {
		const glob = known.has(name) ? undefined : globOf(name);
		const matching = glob ? rows.filter(({ id }) => glob.test(id)) : [];
		for (const check of matching) lines.set(check.id, { id: check.id, check });
		if (matching.length > 0) continue;
		const check = known.get(name);
		lines.set(name, check ? { id: name, check } : { id: name });
	}
	return [...lines.values()].sort((a, b) => RANK[a.check?.status ?? "absent"] - RANK[b.check?.status ?? "absent"]);
}
