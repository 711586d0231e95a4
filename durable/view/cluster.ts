/** The cluster at a glance. */
import type { Capability } from "../../colony-bridge/protocol/up.ts";
import type { ClusterView } from "../../colony-bridge/protocol/view.ts";
import { compareText } from "../rows/natural-order.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type Link, silentSince } from "../state/link.ts";
import type { Facts } from "./facts.ts";
import { judge } from "./health.ts";
import { leftOutView } from "./left-out.ts";
import { linksView } from "./links.ts";
import { countedTasks, queuedTasks } from "./tasks.ts";

/** Roles named one by one; a colony that makes up a role a worker gets the rest counted together. */
const MOST_ROLES = 20;
const OTHER_ROLES = "(other roles)";

type WorkerCounts = ClusterView["workers"];

/** What takes a walk over a whole table, kept until the table changes. */
export class ClusterCounts {
	#version = -1;
	#workers: WorkerCounts = { total: 0, ready: 0, busy: 0, byStatus: {}, byRole: {} };

	workers(state: ClusterState): WorkerCounts {
		if (this.#version !== state.workers.version) {
			this.#version = state.workers.version;
			this.#workers = countWorkers(state);
		}
		return this.#workers;
	}
}

export function clusterView(facts: Facts, counts: ClusterCounts, now: number): ClusterView {
	const { cluster, state, history, tasks, connected } = facts;
	const links = [...state.links.values()].sort((a, b) => compareText(a.bridge, b.bridge));
	const reporting = links.filter((link) => link.reporting);
	const speaking = reporting.filter((link) => silentSince(link, now) === undefined);
	const counted = speaking.length > 0 ? speaking : reporting;
	const counters = countedTasks(facts);
	const colony = (reporting[0] ?? links[0])?.colony;
	return {
		cluster,
		...(colony !== undefined && { colony }),
		...judge(facts, now),
		...(links.length > 0 && { lastPushAt: Math.max(...(counted.length > 0 ? counted : links).map((link) => link.lastPushAt)) }),
		// Silence is judged against the slowest bridge that still speaks.
		...(counted.length > 0 && { intervalMs: Math.max(...counted.map((link) => link.intervalMs)) }),
		position: state.position,
		workers: counts.workers(state),
		tasks: {
			active: state.running.size,
			queued: queuedTasks(state),
			...state.totals,
			kept: tasks.kept.ends,
			...(tasks.kept.since !== undefined && { keptSince: tasks.kept.since }),
			...(counters && { counters }),
		},
		streams: {
			total: state.streams.size,
			running: count(state.streams.values(), ({ value }) => value.status === "running"),
			paused: count(state.streams.values(), ({ value }) => value.status === "paused"),
			stopped: count(state.streams.values(), ({ value }) => value.status === "stopped"),
			failed: count(state.streams.values(), ({ value }) => value.status === "failed"),
		},
		checks: {
			total: state.checks.size,
			ok: count(state.checks.values(), ({ value }) => value.status === "ok"),
			warning: count(state.checks.values(), ({ value }) => value.status === "warning"),
			failed: count(state.checks.values(), ({ value }) => value.status === "failed"),
		},
		series: history.counts(),
		intake: { ...state.intake },
		can: capabilities(links, now),
		...linksView(links, connected, now),
		...leftOutView(links),
	};
}

/** What a colony that speaks can be told to do. */
function capabilities(links: Link[], now: number): Capability[] {
	return [...new Set(links.filter((link) => silentSince(link, now) === undefined).flatMap((link) => link.can))].sort();
}

function countWorkers(state: ClusterState): WorkerCounts {
	const byStatus = new Map<string, number>();
	const byRole = new Map<string, number>();
	for (const { value } of state.workers.values()) {
		byStatus.set(value.status, (byStatus.get(value.status) ?? 0) + 1);
		if (value.role === undefined) continue;
		const role = byRole.has(value.role) || byRole.size < MOST_ROLES ? value.role : OTHER_ROLES;
		byRole.set(role, (byRole.get(role) ?? 0) + 1);
	}
	const of = (...statuses: string[]) => statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
	return {
		total: state.workers.size,
		ready: of("running", "busy", "idle"),
		busy: of("running", "busy"),
		byStatus: Object.fromEntries(byStatus),
		byRole: Object.fromEntries(byRole),
	};
}

function count<T>(values: Iterable<T>, wanted: (value: T) => boolean): number {
	let n = 0;
	for (const value of values) if (wanted(value)) n++;
	return n;
}
