/** The cluster at a glance. */

import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText } from "../../colony-bridge/protocol/values/text.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import { isSender } from "../../colony-bridge/protocol/wire/names.ts";
import type { Capability } from "../../colony-bridge/protocol/wire/up.ts";
import { type Link, staleSince } from "../state/link.ts";
import type { OwnedTable } from "../state/owned-table.ts";
import { type Facts, refusedSeries } from "./facts.ts";
import { judge } from "./health.ts";
import { leftOutView, linksView } from "./lists.ts";
import { reported, targets } from "./reported.ts";
import { countedTasks, openTasks } from "./tasks.ts";

/** Roles named one by one; a colony that makes up a role a worker gets the rest counted together. */
const MOST_ROLES = 20;
const OTHER_ROLES = "(other roles)";

type WorkerCounts = ClusterView["workers"];

/** Counts over whole tables, kept until a table or the set of reporting bridges changes. */
export class ClusterCounts {
	#version = "";
	#workers: WorkerCounts = { total: 0, ready: 0, busy: 0, notHeard: 0, byStatus: {}, byRole: {} };

	workers(facts: Facts): WorkerCounts {
		const version = `${facts.state.workers.version} ${facts.hearing.version}`;
		if (this.#version !== version) {
			this.#version = version;
			this.#workers = countWorkers(facts);
		}
		return this.#workers;
	}
}

export function clusterView(facts: Facts, counts: ClusterCounts, now: number): ClusterView {
	const { cluster, state, history, tasks, connected, hearing } = facts;
	const links = [...state.links.values()].sort((a, b) => compareText(a.bridge, b.bridge));
	const reporting = links.filter((link) => link.reporting);
	const speaking = reporting.filter(({ bridge }) => !hearing.silent.has(bridge));
	const counted = speaking.length > 0 ? speaking : reporting;
	const counters = countedTasks(facts);
	const scraped = targets(facts);
	// A sender that is no bridge speaks for no colony.
	const colony = [...reporting, ...links].find(({ bridge }) => !isSender(bridge))?.colony;
	return {
		cluster,
		...defined({ colony }),
		...judge(facts, now),
		...(links.length > 0 && { lastPushAt: Math.max(...(counted.length > 0 ? counted : links).map((link) => link.lastPushAt)) }),
		// Silence is judged against the slowest bridge that still speaks.
		...(counted.length > 0 && { intervalMs: Math.max(...counted.map((link) => link.intervalMs)) }),
		position: state.position,
		reported: reported(facts),
		...(scraped && { targets: { total: scraped.total, up: scraped.up } }),
		workers: counts.workers(facts),
		tasks: {
			...openTasks(facts),
			...state.totals,
			retained: tasks.retained.count,
			...defined({ retainedSince: tasks.retained.since }),
			...(counters && { counters }),
		},
		streams: countStates(facts, state.streams, ["running", "paused", "stopped", "failed"]),
		checks: countStates(facts, state.checks, ["ok", "warning", "failed"]),
		series: history.counts(),
		...defined({ refusedSeries: refusedSeries(facts).all || undefined, memory: facts.memory?.() }),
		intake: { ...state.intake },
		capabilities: capabilities(links, now),
		// Who has only said hello, or brought pages, is nobody to be missed: it is listed as long as it is there.
		...linksView(
			links.filter((link) => link.reporting || connected.has(link.bridge)),
			connected,
			now,
		),
		...leftOutView(links),
	};
}

/** Commands that the reporting colonies accept. */
function capabilities(links: Link[], now: number): Capability[] {
	return [...new Set(links.filter((link) => staleSince(link, now) === undefined).flatMap((link) => link.capabilities))].sort();
}

function countWorkers({ state, hearing }: Facts): WorkerCounts {
	const byStatus = new Map<string, number>();
	const byRole = new Map<string, { total: number; failed: number }>();
	for (const worker of state.workers.values()) {
		const { value } = worker;
		const status = hearing.status(worker);
		byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
		if (value.role === undefined) continue;
		const role = byRole.has(value.role) || byRole.size < MOST_ROLES ? value.role : OTHER_ROLES;
		const counts = byRole.get(role) ?? { total: 0, failed: 0 };
		counts.total++;
		if (status === "failed") counts.failed++;
		byRole.set(role, counts);
	}
	const of = (...statuses: string[]) => statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
	return {
		total: state.workers.size,
		ready: of("running", "busy", "idle"),
		busy: of("running", "busy"),
		notHeard: of(NOT_HEARD),
		byStatus: Object.fromEntries(byStatus),
		byRole: Object.fromEntries(byRole),
	};
}

function countStates<T extends { id: string; status: string }, S extends T["status"]>(
	{ hearing }: Facts,
	table: OwnedTable<T>,
	names: readonly S[],
): { total: number; notHeard: number } & Record<S, number> {
	const counts = new Map<string, number>();
	for (const entry of table.values()) {
		const status = hearing.status(entry);
		counts.set(status, (counts.get(status) ?? 0) + 1);
	}
	const named = Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0])) as Record<S, number>;
	return { total: table.size, notHeard: counts.get(NOT_HEARD) ?? 0, ...named };
}
