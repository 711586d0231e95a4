/**
 * The memory of clusters, by their own estimates (`work/resident.ts`): what all of a process, or of an isolate, may take together, and what each
 * does as that fills up. Caches go first. Then new series are refused by name, then all else that is new: bridges, workers, tasks, streams, checks,
 * pages and viewers. What is known goes on.
 */

import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { LeftOutSeries } from "./left-out-series.ts";

/** Shares of the budget: past them caches go, new series are refused, all that is new is refused. */
const LET_GO = 0.7;
const REFUSE_SERIES = 0.85;
const REFUSE_ALL = 0.95;
/** Refused until there is this share less. */
const HYSTERESIS = 0.03;
const SMALL_ANSWER = 10_000;
/** Share of the state as JSON, whatever else there is: it is written whole, as text and as bytes, beside what it takes in memory. */
const STATE = 1 / 6;
const MOST_STATE_BYTES = 24_000_000;
/** Live charts begin anew where caches went: no more often than this, ms. */
const LET_GO_EVERY_MS = 30_000;
/** A new series until the next estimate, bytes: its places in the dictionary, the head and what finds it, beside its texts. */
const SERIES_BYTES = 800;
const CHAR_BYTES = 3;

export class MemoryBudget {
	readonly bytes: number;
	readonly #awakeMs: number;
	/** The one estimated last at the end. */
	readonly #clusters = new Map<string, { bytes: number; at: number }>();
	#sum = 0;

	/** @param awakeMs without an estimate a cluster is gone after this, ms: an object that was evicted does not say so. */
	constructor(megabytes: number, awakeMs = Number.POSITIVE_INFINITY) {
		this.bytes = megabytes * 1e6;
		this.#awakeMs = awakeMs;
	}

	/** @param bytes the cluster's estimate @returns that of all */
	count(cluster: string, bytes: number, now: number): number {
		this.#sum += bytes - (this.#clusters.get(cluster)?.bytes ?? 0);
		setNewest(this.#clusters, cluster, { bytes, at: now });
		for (const [name, other] of this.#clusters) {
			if (now - other.at <= this.#awakeMs) break;
			this.#sum -= other.bytes;
			this.#clusters.delete(name);
		}
		return this.#sum;
	}
}

/** One cluster's part of a budget. */
interface Counted {
	name: string;
	now(): number;
	/** Estimated resident bytes, by part. */
	bytes(): Record<string, number>;
	/** Lets go of what can be made again. */
	letGo(): void;
}

export class ClusterMemory {
	readonly #budget: MemoryBudget;
	readonly #cluster: Counted;
	/** By the last estimate, bytes; and what new series may have taken since. */
	#used = 0;
	#since = 0;
	/** Most that the state may have grown by since, bytes. */
	#grown = 0;
	#refusing = false;
	/** Series that were refused, for whatever reason. */
	readonly leftOut = new LeftOutSeries();
	#letGoAt = Number.NEGATIVE_INFINITY;

	/** @param budget absent: there is no limit. */
	constructor(cluster: Counted, budget = new MemoryBudget(Number.POSITIVE_INFINITY)) {
		this.#budget = budget;
		this.#cluster = cluster;
	}

	/** Before whatever may take memory. */
	look(): void {
		this.count();
		const now = this.#cluster.now();
		if (this.#used > LET_GO * this.#budget.bytes && now - this.#letGoAt >= LET_GO_EVERY_MS) {
			this.#letGoAt = now;
			this.#cluster.letGo();
			this.count();
		}
		const limit = this.#refusing ? REFUSE_SERIES - HYSTERESIS : REFUSE_SERIES;
		this.#refusing = this.#used >= limit * this.#budget.bytes;
	}

	/** For a new series, whose room it takes. @returns why there is none. */
	forSeries({ name, labels = {}, unit = "", help = "" }: SeriesDefinition): string | undefined {
		if (this.#refusing) return this.#seriesFull;
		let chars = name.length + unit.length + help.length;
		for (const [label, value] of Object.entries(labels)) chars += label.length + value.length;
		this.#since += SERIES_BYTES + chars * CHAR_BYTES;
		this.#refusing ||= this.#used + this.#since >= REFUSE_SERIES * this.#budget.bytes;
		return this.#refusing ? this.#seriesFull : undefined;
	}

	/**
	 * For what a frame adds to the state, whose room it takes.
	 * @param written the size of the state as JSON, bytes. @param growth what it adds, bytes. @returns why there is no room.
	 */
	forState(written: number, growth: () => number): string | undefined {
		const [most, limit] = [Math.min(STATE * this.#budget.bytes, MOST_STATE_BYTES), REFUSE_ALL * this.#budget.bytes];
		const room = limit - this.#used - this.#since;
		const bytes = growth();
		if (bytes <= 0) return undefined;
		const now = written + this.#grown;
		if (now + bytes > most) return `${(now / 1e6).toFixed(1)} MB of ${(most / 1e6).toFixed(1)} MB`;
		if (bytes > room) return this.#words;
		this.#since += bytes;
		this.#grown += bytes;
		return undefined;
	}

	/** False: there is no room to remember that a series is left out. */
	get remembers(): boolean {
		return this.#used + this.#since < REFUSE_ALL * this.#budget.bytes;
	}

	/** For an answer that a viewer watches, whose room it takes. @returns why there is none: a few hundred values may be seen as long as there is any. */
	forAnswer(bytes: number): string | undefined {
		if (this.#used + this.#since + bytes > (bytes > SMALL_ANSWER ? REFUSE_ALL : 1) * this.#budget.bytes)
			return `${this.#words}: ask for less, or raise memoryMb in the dashboard's configuration`;
		this.#since += bytes;
		return undefined;
	}

	/** Use and limit as reported; undefined: there is no limit. */
	get told(): ClusterView["memory"] {
		const { bytes } = this.#budget;
		if (bytes === Number.POSITIVE_INFINITY) return undefined;
		return { used: Math.round(this.#used / 1e6), limit: bytes / 1e6, ...(this.#refusing && { refusing: true }) };
	}

	/** The cluster was erased. */
	end(): void {
		this.#used = 0;
		this.leftOut.clear();
		this.#budget.count(this.#cluster.name, 0, this.#cluster.now());
	}

	/** After whatever took memory: the other clusters of the process are to see it. */
	count(): void {
		this.#since = 0;
		this.#grown = 0;
		const bytes = Object.values(this.#cluster.bytes()).reduce((sum, part) => sum + part, 0);
		this.#used = this.#budget.count(this.#cluster.name, bytes, this.#cluster.now());
	}

	get #seriesFull(): string {
		return `${this.#words}; report fewer series or shorter labels, or raise memoryMb in the dashboard's configuration`;
	}

	get #words(): string {
		return `${Math.round(this.#used / 1e6)} of ${this.#budget.bytes / 1e6} MB of memory are used`;
	}
}
