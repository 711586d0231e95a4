/** A cluster at a glance, and when it tells the list of all clusters of itself. */
import { type ClusterSummary, TOLD_MS } from "../../colony-bridge/protocol/query/summary.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { lately } from "../state/task-stats.ts";

/** Changes of status in it: a strip of a day has room for about as many. */
const MOST_CHANGES = 20;
const REASON_CHARS = 200;
/** Tasks of `lately` are those of so long, s. */
const LATELY_S = 60;
const HOUR_MS = 3_600_000;

/** @param now ms */
export function summaryOf(
	{ cluster, view, state }: { cluster: string; view: ClusterView; state: ClusterState },
	now: number,
): ClusterSummary {
	let ended = 0;
	for (const stat of state.taskStats.values()) ended += lately(stat, now).ended;
	const { colony, status, since, reason, workers, tasks, bridges, lastPushAt, intervalMs } = view;
	return {
		name: cluster,
		status,
		...defined({ colony, since, reason: reason?.slice(0, REASON_CHARS), lastPushAt, intervalMs }),
		changes: state.verdicts.changes.slice(0, MOST_CHANGES),
		workers: { total: workers.total, ready: workers.ready, failed: workers.byStatus.failed ?? 0 },
		tasks: { active: tasks.active, queued: tasks.queued, perSecond: Number((ended / LATELY_S).toPrecision(3)) },
		errors: state.recentEvents.errorCounts.over(HOUR_MS, now, 1).counts.reduce((sum, count) => sum + count, 0),
		bridges: bridges.total,
		at: now,
	};
}

/** While somebody looks at the list a cluster tells of itself this often, ms. */
const WATCHED_MS = 10_000;
/** A word is stored this often, ms, and whenever the status changes: a list that was lost has it. */
const STORED_MS = 600_000;

interface TellingHost {
	now(): number;
	summary(): ClusterSummary;
	/** @param store it outlives the list. @returns whether somebody looks at the list. */
	tell(summary: ClusterSummary, store: boolean): Promise<boolean>;
}

/** Tells the list of clusters of this one as it goes on: at once when its status changes, else once a minute, and no more once it is silent. */
export class Telling {
	readonly #host: TellingHost;
	#told: { at: number; storedAt: number; version: number } | undefined;
	#watched = false;

	constructor(host: TellingHost) {
		this.#host = host;
	}

	/** An entry was written. @param version of the cluster's changes of status. */
	look(version: number): void {
		const now = this.#host.now();
		const told = this.#told;
		const changed = told === undefined || told.version !== version;
		if (!changed && now - told.at < (this.#watched ? WATCHED_MS : TOLD_MS)) return;
		const store = changed || now - told.storedAt >= STORED_MS;
		this.#told = { at: now, storedAt: store ? now : told.storedAt, version };
		void this.#tell(store);
	}

	/** A failure is no reason to refuse the push that it comes with: it is told again a minute later. */
	async #tell(store: boolean): Promise<void> {
		try {
			this.#watched = await this.#host.tell(this.#host.summary(), store);
		} catch (error) {
			console.warn("the list of clusters could not be told of this one:", error);
		}
	}
}
