/** Tasks that have not ended, those that have, and each name's record. */
import type { EndedRow, KindRow, Rows, TaskRow } from "../../colony-bridge/protocol/view.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { END_STATUSES, type EndStatus } from "../state/happenings.ts";
import type { Owned } from "../state/owned-table.ts";
import { newestOf } from "../state/recent.ts";
import type { TaskKind } from "../state/task-kinds.ts";
import type { QueryOf } from "./facts.ts";
import { compareText, naturalKey } from "./natural-order.ts";
import { fitText } from "./text-budget.ts";

/** Tasks queued in all: as many as the colony says, or as many as it lists. */
export function queuedTasks(state: ClusterState): number {
	let queued = state.queued.size;
	for (const link of state.links.values()) {
		if (link.queued !== undefined) queued += Math.max(0, link.queued - state.queued.ownedBy(link.bridge));
	}
	return queued;
}

/** Running ones first, each in order of arrival. */
export class ActiveTasks {
	readonly #state: ClusterState;
	/** Sorted out once a change, for however many workers are looked at. */
	#byWorker = new Map<string, TaskRow[]>();
	#version = "";

	constructor(state: ClusterState) {
		this.#state = state;
	}

	answer({ limit, worker }: QueryOf<"tasks">): Rows<"tasks"> {
		const { running, queued } = this.#state;
		if (worker !== undefined) {
			const own = this.#of(worker);
			return { kind: "tasks", total: own.length, rows: own.slice(0, limit) };
		}
		const rows = take(running.values(), limit);
		rows.push(...take(queued.values(), limit - rows.length));
		return { kind: "tasks", total: running.size + queuedTasks(this.#state), rows };
	}

	#of(worker: string): readonly TaskRow[] {
		const { running, queued } = this.#state;
		const version = `${running.version} ${queued.version}`;
		if (version !== this.#version) {
			this.#version = version;
			this.#byWorker = new Map();
			for (const table of [running, queued]) {
				for (const { value } of table.values()) {
					if (value.worker === undefined) continue;
					const own = this.#byWorker.get(value.worker);
					if (own) own.push(value);
					else this.#byWorker.set(value.worker, [value]);
				}
			}
		}
		return this.#byWorker.get(worker) ?? [];
	}
}

function take<T>(entries: Iterable<Owned<T>>, limit: number): T[] {
	const values: T[] = [];
	for (const entry of entries) {
		if (values.length >= limit) break;
		values.push(entry.value);
	}
	return values;
}

export function endedTasks(state: ClusterState, query: QueryOf<"ended">): Rows<"ended"> {
	const statuses: readonly EndStatus[] = query.status ? [query.status] : END_STATUSES;
	const lists = statuses.map((status) => state.happenings.ended[status]);
	if (query.worker !== undefined) {
		const own = [...newestOf(lists)].filter(({ worker }) => worker === query.worker);
		return { kind: "ended", total: own.length, rows: fitText(own, query.limit, charsOf) };
	}
	return {
		kind: "ended",
		total: lists.reduce((sum, list) => sum + list.size, 0),
		seen: statuses.reduce((sum, status) => sum + state.totals[status], 0),
		rows: fitText(newestOf(lists), query.limit, charsOf),
	};
}

function charsOf(row: EndedRow): number {
	return 200 + (row.error ? row.error.message.length + (row.error.stack?.length ?? 0) : 0);
}

const kindRows = new WeakMap<TaskKind, { version: number; row: KindRow }>();

/** In order of names. Where not all fit, those that ran most. */
export function taskKinds(state: ClusterState, query: QueryOf<"kinds">): Rows<"kinds"> {
	let kinds = [...state.kinds.values()];
	if (kinds.length > query.limit) kinds = kinds.sort((a, b) => runsOf(b) - runsOf(a)).slice(0, query.limit);
	const named = kinds.map((kind) => ({ kind, key: naturalKey(kind.name) })).sort((a, b) => compareText(a.key, b.key));
	return { kind: "kinds", total: state.kinds.size, rows: named.map(({ kind }) => kindRow(kind)) };
}

function runsOf(kind: TaskKind): number {
	return kind.completed + kind.failed + kind.cancelled;
}

function kindRow(kind: TaskKind): KindRow {
	const known = kindRows.get(kind);
	if (known?.version === kind.version) return known.row;
	const { name, completed, failed, cancelled, lastAt, durations } = kind;
	const row: KindRow = { id: name, name, completed, failed, cancelled, lastAt };
	if (durations.count > 0) {
		const [p50Ms, p95Ms, p99Ms] = durations.quantiles([0.5, 0.95, 0.99]).map((ms) => Math.round(ms * 100) / 100);
		Object.assign(row, { p50Ms, p95Ms, p99Ms, maxMs: durations.max });
	}
	kindRows.set(kind, { version: kind.version, row });
	return row;
}
