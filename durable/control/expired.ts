import type { CommandEndEntry } from "../log/entry.ts";
import type { ClusterState } from "../state/cluster-state.ts";

/** Commands whose time is up now: what was never handed over is over for good, what was may still be carried out. */
export function expired({ commands }: ClusterState, now: number): CommandEndEntry[] {
	const absent: string[] = [];
	const late: string[] = [];
	for (const { id, state, until } of commands.waiting()) if (until <= now) (state === "accepted" ? absent : late).push(id);
	const entries: CommandEndEntry[] = [];
	if (absent.length > 0) entries.push({ type: "command-end", at: now, ids: absent, end: "absent" });
	if (late.length > 0) entries.push({ type: "command-end", at: now, ids: late, end: "timed-out" });
	return entries;
}
