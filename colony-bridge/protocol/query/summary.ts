/** A cluster at a glance, as the list of all clusters has it. */
import { MISSED_INTERVALS } from "../wire/liveness.ts";
import type { StatusChange } from "./rows.ts";
import type { ClusterStatus } from "./status.ts";

export interface ClusterSummary {
	/** Name in the URL. */
	name: string;
	colony?: string;
	status: ClusterStatus;
	/** Since when it has this status, ms. */
	since?: number;
	reason?: string;
	/** Changes of status, newest first. */
	changes: StatusChange<ClusterStatus>[];
	workers: { total: number; ready: number; failed: number };
	tasks: { active: number; queued: number; perSecond: number };
	/** Errors of the last hour. */
	errors: number;
	bridges: number;
	/** ms. */
	lastPushAt?: number;
	intervalMs?: number;
	/** Instant of all this, ms. */
	at: number;
}

/** A cluster of which nothing is known but its name. */
export const bareSummary = (name: string): ClusterSummary => ({
	name,
	status: "unknown",
	changes: [],
	workers: { total: 0, ready: 0, failed: 0 },
	tasks: { active: 0, queued: 0, perSecond: 0 },
	errors: 0,
	bridges: 0,
	at: 0,
});

/** A cluster that is heard tells of itself at least this often, ms. */
export const TOLD_MS = 60_000;
/** Time that a word may take on its way, ms. */
const SLACK_MS = 10_000;

/** The summary as of now: one that should have come since is a silence that nobody has written down yet. @param now ms */
export function summaryAsOf(summary: ClusterSummary, now: number): ClusterSummary {
	const { status, at, intervalMs = 0, lastPushAt } = summary;
	if (status === "silent" || status === "unknown" || now - at <= TOLD_MS + MISSED_INTERVALS * intervalMs + SLACK_MS) return summary;
	const since = lastPushAt ?? at;
	return {
		...summary,
		status: "silent",
		since,
		reason: "nothing has been heard of it",
		changes: [{ at: since, status: "silent" }, ...summary.changes],
	};
}
