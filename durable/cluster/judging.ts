/**
 * When a cluster is judged while nobody looks, and what of it is written to the log. The verdict rides on the next push, as an alarm does: a
 * cluster that stays as it is costs no row. It depends on the log alone, so that a restart changes nothing.
 */
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import type { LoggedVerdict } from "../log/entry.ts";
import type { ClusterState } from "../state/cluster-state.ts";

/** Judged at the first push of each such stretch, ms. */
const STRETCH_MS = 10_000;
/** Findings remembered. */
const MOST = 50;

/**
 * @param at the instant of the push that is about to be written, ms
 * @param assess judges the state before it
 * @returns what is to be written with it; undefined: nothing changed
 */
export function verdictDue(
	{ position, at: known, verdicts }: ClusterState,
	at: number,
	assess: () => Pick<LoggedVerdict, "status" | "reason"> & { found: readonly Finding[] },
): LoggedVerdict | undefined {
	const [last] = verdicts.changes;
	const judged = last !== undefined && last.status !== "silent";
	if (position === 0 || (judged && Math.floor(at / STRETCH_MS) === Math.floor(known / STRETCH_MS))) return undefined;
	const { status, reason, found } = assess();
	// Silence is written down where it begins, and before the first report there is nothing to judge.
	if (status === "silent" || (status === "unknown" && last === undefined)) return undefined;
	const holding = found.flatMap(({ id, since }) => (since === undefined ? id : [])).slice(0, MOST);
	const before = new Set(verdicts.holding);
	if (status === last?.status && holding.length === before.size && holding.every((id) => before.has(id))) return undefined;
	return { at: known, status, ...(reason !== undefined && { reason }), holding };
}
