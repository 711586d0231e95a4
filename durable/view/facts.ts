/**
 * Who is heard at an instant. What a silent bridge said is only what was: everything it spoke for is shown as not heard, with its last
 * status beside it.
 */

import type { Heard } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { HistoryReads } from "../history/reads.ts";
import type { OwnSeries } from "../meter/own-history.ts";
import type { Options } from "../promql/evaluate/options.ts";
import type { SeriesIndex } from "../promql/history/series-index.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { staleSince } from "../state/link.ts";
import type { Owned } from "../state/owned-table.ts";
import type { PastState } from "../state/past-states.ts";
import type { TaskReads } from "../tasks/task-log.ts";
import type { Work } from "../work/work.ts";

interface Stated {
	id: string;
	status: string;
}

export class Hearing {
	readonly #state: ClusterState;
	#silent: ReadonlyMap<string, number> = new Map();
	#judged = "";
	#version = 0;
	/** The same entry is shown as the same object as long as it is not heard: what was made of it still holds. */
	readonly #shown = new WeakMap<object, { since: number; entry: Owned<Heard<Stated>> }>();

	constructor(state: ClusterState) {
		this.#state = state;
	}

	/** @param now the cluster's clock, ms */
	judge(now: number): void {
		const judged = `${this.#state.position} ${now}`;
		if (judged === this.#judged) return;
		this.#judged = judged;
		const silent = new Map<string, number>();
		for (const link of this.#state.links.values()) {
			const since = staleSince(link, now);
			if (since !== undefined) silent.set(link.bridge, since);
		}
		const same = silent.size === this.#silent.size && [...silent].every(([bridge, since]) => this.#silent.get(bridge) === since);
		if (same) return;
		this.#silent = silent;
		this.#version++;
	}

	/** Rises whenever another bridge falls silent or is heard again. */
	get version(): number {
		return this.#version;
	}
	/** Silent bridges, and since when each is, ms. */
	get silent(): ReadonlyMap<string, number> {
		return this.#silent;
	}

	status<T extends Stated>({ value, bridge }: Owned<T>): T["status"] | typeof NOT_HEARD {
		return this.#silent.has(bridge) ? NOT_HEARD : value.status;
	}

	/** An entry as it is known now. */
	shown<T extends Stated>(entry: Owned<T>): Owned<Heard<T>> {
		const since = this.#silent.get(entry.bridge);
		if (since === undefined) return entry;
		const cached = this.#shown.get(entry);
		if (cached?.since === since) return cached.entry as Owned<Heard<T>>;
		// Its health is as unknown as what it does.
		const { health: _, ...rest } = entry.value as T & { health?: unknown };
		const value = { ...rest, status: NOT_HEARD, lastStatus: entry.value.status, staleSince: since } as unknown as Heard<T>;
		const shown = { ...entry, value };
		this.#shown.set(entry, { since, entry: shown });
		return shown;
	}
}

/** Sources of all answers. */
export interface Facts {
	/** Name in the URL. */
	cluster: string;
	state: ClusterState;
	history: HistoryReads;
	/** Its series by PromQL's matchers. */
	index: SeriesIndex;
	/** Which PromQL is spoken. */
	promqlOptions: Options;
	/** The dashboard's own numbers over the last hour. @param at ms */
	ownSeries(at: number): readonly OwnSeries[];
	tasks: TaskReads;
	/** Bridges with an open socket. */
	connected: ReadonlySet<string>;
	hearing: Hearing;
	/** The state as of an instant before, ms, or of an earlier one where only that is kept. @throws RefusedWork where none that old is kept. */
	past(at: number): Work<PastState>;
	/** Why nothing is taken in now: the storage cannot be written. */
	fault?(): string | undefined;
	/** See `ClusterView`. Absent: its memory has no limit. */
	memory?(): ClusterView["memory"];
	/** Series that were refused since the cluster was opened and not taken since. */
	leftOut?(): number;
}

/** Series past a limit: those that bridges report now, and all, with those that were refused before and not taken since. */
export function refusedSeries({ state, leftOut }: Pick<Facts, "state" | "leftOut">): { now: number; all: number } {
	let now = 0;
	for (const { series } of state.links.values()) now += series.refused;
	return { now, all: Math.max(now, leftOut?.() ?? 0) };
}
