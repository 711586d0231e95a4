/**
 * The metric history of one cluster: every number a colony reports, from the newest sample back to a year ago.
 *
 * The newest samples are in the head, in memory; the cluster's log makes them durable until they are flushed. Nothing here reads a clock:
 * time is the time of the samples.
 */

import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { createPart, openPart, type Sql } from "../storage/sql.ts";
import { residentBytes } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import { partitionOf, TWO_HOURS_MS } from "./blocks/partition.ts";
import { ActiveSeries } from "./index/active-series.ts";
import { Dictionary } from "./index/dictionary.ts";
import { KnownBefore } from "./index/known-series.ts";
import { activeAt, cadenceAt } from "./query/as-of.ts";
import { cadenceOf } from "./query/presence-scan.ts";
import { HistoryReads, type SeriesLimits } from "./reads.ts";
import { firstOf, Head } from "./tiers/head.ts";
import { type HeadSnapshot, HeadSnapshots } from "./tiers/head-snapshot.ts";
import { Maintenance } from "./tiers/maintenance.ts";
import { HISTORY, loadState, saveState } from "./tiers/schema.ts";
import { SeriesRoom } from "./tiers/series-room.ts";
import { storeOf } from "./tiers/store.ts";
import { type HistoryOptions, Tiers, withDefaults } from "./tiers/tiers.ts";

export interface AppendResult {
	/** Samples not taken. */
	refused: number;
	/** Samples that replaced one. */
	duplicates: number;
}

export class History extends HistoryReads {
	readonly #sql: Sql;
	readonly #dictionary: Dictionary;
	readonly #active: ActiveSeries;
	readonly #limits: SeriesLimits;
	readonly #head: Head;
	readonly #snapshots: HeadSnapshots;
	readonly #tiers: Tiers;
	readonly #maintenance: Maintenance;
	readonly #room: SeriesRoom;
	/** Samples since the last commit, and the newest one's instant before them. */
	#brought = 0;
	#newestBefore: number | undefined;
	/** Position of the log up to which a freshly opened history has all samples, where that is after {@link replayFrom}; 0: it has not. */
	readonly restoredAt: number;

	/** @param announced series that bridges may yet send samples of. */
	constructor(sql: Sql, options: Partial<HistoryOptions> = {}, announced: () => Iterable<number> = () => []) {
		const withAll = withDefaults(options);
		const stored = openPart(sql, HISTORY);
		const state = stored ? loadState(sql) : undefined;
		const dictionary = new Dictionary();
		if (stored) dictionary.load(sql);
		const active = new ActiveSeries((series) => dictionary.get(series));
		const head = new Head(state?.beginnings, state?.flushedBefore);
		const tiers = new Tiers(sql, head, state, stored, withAll);
		const store = storeOf(tiers);
		super(
			{
				dictionary,
				active,
				store,
				get newest() {
					return head.newest;
				},
				cadence: (series) => cadenceOf(series, head, store),
				resolution: (at) => tiers.resolution(at),
			},
			withAll,
		);
		this.#sql = sql;
		this.#dictionary = dictionary;
		this.#active = active;
		this.#limits = withAll;
		this.#head = head;
		this.#tiers = tiers;
		this.#maintenance = new Maintenance(tiers, (series) => dictionary.type(series) !== "gauge");
		this.#room = new SeriesRoom(tiers, dictionary, active, announced, withAll);
		head.newest = this.#start.newest ?? 0;
		this.#snapshots = new HeadSnapshots(sql, head, withAll.slotsAPart);
		this.restoredAt = stored ? this.#restore(this.#snapshots.read()) : 0;
	}

	/**
	 * The history as of an instant that has passed.
	 * @param at of the newest sample then, ms: what is active is told by it. @param known series that were known then have numbers below this one.
	 */
	*at(at: number, known: number): Work<HistoryReads> {
		const dictionary = new KnownBefore(this.#dictionary, known);
		const { store, resolution } = this.series;
		const { active, newest } = yield* activeAt(at, dictionary, store);
		const cadence = (series: number) => cadenceAt(series, at, store);
		return new HistoryReads({ dictionary, active, store, newest, cadence, resolution }, this.#limits);
	}

	/**
	 * Log positions after this must be replayed into a freshly opened history: `define` and `replay`, without `commit`. It moves on as samples are
	 * written, and lies beyond every position where there is none to bring back.
	 */
	get replayFrom(): number {
		return this.#start.position;
	}

	get #start() {
		const { start } = this.#tiers.outOfOrder.state;
		return firstOf([...this.#head.beginnings(), ...(start ? [start] : [])]);
	}

	/** @returns the position of the snapshot; 0: it does not bring the history further than the log has to be replayed from. */
	#restore(snapshot: HeadSnapshot | undefined): number {
		const { start } = this.#tiers.outOfOrder.state;
		if (!snapshot || snapshot.position <= this.#start.position || (start && start.position < snapshot.position)) return 0;
		this.#head.restore(snapshot);
		this.#snapshots.goOn(snapshot);
		this.#active.restore(snapshot.parts[0]?.arrays ?? {}, this.#head.newest);
		return snapshot.position;
	}

	/**
	 * Begins to write down what is in memory, inside a transaction and after {@link commit}: a cold start goes on from there once the next commits have
	 * written the rest. @param position of the push.
	 */
	checkpoint(position: number): void {
		if (this.#head.blocks.length === 0 || this.#snapshots.underWay) return;
		// Its position is no use where older ones have to be replayed for these.
		if (this.#tiers.outOfOrder.state.start) this.#tiers.outOfOrder.write(position, this.#head.newest);
		saveState(this.#sql, this.#tiers.state());
		this.#snapshots.begin(position, this.#active.snapshot());
	}

	/** Estimated resident bytes, heap and buffers, by part. */
	get bytes(): { dictionary: number; head: number; blocks: number; caches: number } {
		return {
			dictionary: residentBytes([this.#dictionary, this.#active]),
			head: this.#head.bytes,
			blocks: residentBytes([this.#tiers, this.#maintenance]),
			caches: this.cached,
		};
	}

	/** Memory is short: lets go of what can be made or read again, and of the series that are gone for longest. */
	letGo(): void {
		for (const part of [this.charts, this.searches, this.table, this.catalogue, this.#tiers]) part.letGo();
		this.#room.shorten();
	}

	/**
	 * Makes a series known, or changes what is said about it.
	 * @param lacking why there is no memory for it, where it is new.
	 * @returns its number, stable for ever by name and labels.
	 * @throws SeriesLimit naming the series, where there is no room; nothing was changed then.
	 */
	define(definition: SeriesDefinition, lacking?: (definition: SeriesDefinition) => string | undefined): number {
		if (this.#dictionary.find(definition) === undefined) this.#room.admit(definition, lacking);
		return this.#announce(this.#dictionary.put(definition));
	}

	/** Like {@link define}, for a series of the log: it has this number, and may have been dropped since. */
	redefine(definition: SeriesDefinition, number: number): number {
		return this.#announce(this.#dictionary.put(definition, number));
	}

	#announce(number: number): number {
		this.#active.announce(number);
		this.#room.keep(number);
		return number;
	}

	/** True if samples of this instant are accepted: out-of-order samples are, within the raw retention. */
	takes(at: number): boolean {
		return this.#head.takes(at) || partitionOf(at, TWO_HOURS_MS) >= this.#tiers.outOfOrderFrom;
	}

	/**
	 * Takes in samples of one instant: `numbers[i]` has `values[i]`. A sample stands in the place of one that its series has of the same instant.
	 * @param at ms since 1970, whole.
	 * @param numbers a negative one stands for a series that is left out.
	 * @returns how many were not taken, from before every sample that is kept; and how many stood in the place of one that was in memory.
	 * @throws RangeError on a number that `define` never gave, before anything is changed.
	 */
	append(at: number, numbers: ArrayLike<number>, values: ArrayLike<number>): AppendResult {
		this.#newestBefore ??= this.#head.newest;
		return this.#take(at, numbers, values);
	}

	/** Like {@link append}, for samples of the log. @param position their entry. */
	replay(position: number, at: number, numbers: ArrayLike<number>, values: ArrayLike<number>): void {
		this.#take(at, numbers, values, position);
	}

	#take(at: number, numbers: ArrayLike<number>, values: ArrayLike<number>, replayed = Number.POSITIVE_INFINITY): AppendResult {
		for (let i = 0; i < numbers.length; i++)
			if ((numbers[i] as number) >= this.#dictionary.size) this.#dictionary.get(numbers[i] as number);
		if (numbers.length === 0) return { refused: 0, duplicates: 0 };
		if (!this.takes(at)) return { refused: numbers.length, duplicates: 0 };
		const outOfOrder = !this.#head.takes(at);
		this.#tiers.revision++;
		const duplicates = outOfOrder ? this.#putOutOfOrder(at, numbers, values, replayed) : this.#put(at, numbers, values, replayed);
		this.charts.touch(at);
		return { refused: 0, duplicates };
	}

	#put(at: number, numbers: ArrayLike<number>, values: ArrayLike<number>, replayed: number): number {
		const block = this.#head.open(at);
		this.#head.newest = Math.max(this.#head.newest, at);
		if (!block) return 0;
		let duplicates = 0;
		for (let i = 0; i < numbers.length; i++) {
			const number = numbers[i] as number;
			const value = values[i] as number;
			if (number < 0) continue;
			if (!this.#head.holds(number, replayed) && this.#head.put(block, number, at, value)) duplicates++;
			this.#active.touch(number, at, value, this.#head.newest);
			this.#room.keep(number);
		}
		this.#brought += numbers.length;
		this.#active.sweep(this.#head.newest);
		return duplicates;
	}

	#putOutOfOrder(at: number, numbers: ArrayLike<number>, values: ArrayLike<number>, replayed: number): number {
		const { outOfOrder } = this.#tiers;
		if (replayed <= outOfOrder.state.written) return 0;
		let duplicates = 0;
		for (let i = 0; i < numbers.length; i++) {
			const number = numbers[i] as number;
			if (number >= 0 && outOfOrder.put(number, at, values[i] as number)) duplicates++;
			this.#room.keep(number);
		}
		this.#brought += numbers.length;
		this.catalogue.outOfOrder(at);
		return duplicates;
	}

	/**
	 * Writes what is due, inside the transaction of the push that brought it.
	 * @param position the push's position in the log.
	 */
	commit(position: number): void {
		const newest = this.#newestBefore ?? this.#head.newest;
		this.#newestBefore = undefined;
		this.#tiers.revision++;
		const headBegan = this.#head.record(position, newest);
		const began = this.#tiers.outOfOrder.record(position, newest) || headBegan;
		if (!this.#tiers.stored) {
			if (!began && !this.#dictionary.dirty) return;
			createPart(this.#sql, HISTORY);
			this.#tiers.stored = true;
		}
		if (this.#dictionary.dirty) this.#dictionary.write(this.#sql);
		this.#room.make(this.newest, this.#sql);
		const finished = this.#maintenance.run(this.#brought, position);
		this.#brought = 0;
		if (began || finished) saveState(this.#sql, this.#tiers.state());
		this.#snapshots.step(position);
	}
}
