import type { CheckRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../../colony-bridge/protocol/wire/liveness.ts";
import type { StatusPeriod } from "../../components/status-history.ts";

/** The number of failures and their total duration, ms; one that began earlier counts. */
export function failures(all: readonly StatusPeriod<string>[]): { times: number; ms: number } {
	const failed = all.filter(({ status }) => status === "failed");
	return { times: failed.length, ms: failed.reduce((sum, { from, until }) => sum + until - from, 0) };
}

/** The checks of a widget: failed ones first, then unreported, then healthy. */
export interface CheckLineOf {
	id: string;
	/** Absent if it is not reported. */
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

/** @param names of checks, or globs such as `db-*`; empty: all */
export function checkLines(names: readonly string[], rows: readonly CheckRow[]): CheckLineOf[] {
	const lines = new Map<string, CheckLineOf>();
	const byId = new Map(rows.map((row) => [row.id, row]));
	for (const name of names.length > 0 ? names : byId.keys()) {
		const glob = byId.has(name) ? undefined : globOf(name);
		const matching = glob ? rows.filter(({ id }) => glob.test(id)) : [];
		for (const check of matching) lines.set(check.id, { id: check.id, check });
		if (matching.length > 0) continue;
		const check = byId.get(name);
		lines.set(name, check ? { id: name, check } : { id: name });
	}
	return [...lines.values()].sort((a, b) => RANK[a.check?.status ?? "absent"] - RANK[b.check?.status ?? "absent"]);
}
