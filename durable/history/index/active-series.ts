/**
 * Series that have a sample within the last ten minutes, and their newest one. Series that are gone cost the active ones nothing: all
 * that is asked at every push goes through this index, not through the dictionary.
 */

import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import { shorten } from "../../../colony-bridge/protocol/values/text.ts";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import { ENTRY_BYTES } from "../../work/resident.ts";
import { MINUTE_MS, TEN_MINUTES_MS } from "../blocks/partition.ts";
import { resized, Slots } from "./slots.ts";

/** Kept no longer than the head is sure to hold its samples, so that a cold start finds the same series active. */
export const ACTIVE_MS = TEN_MINUTES_MS;

/** Labels that series are found by, those asked by last. */
const LABELS = 32;

/** Characters of a series in an error: it says why, too. */
const NAMED = 300;

/** A series past the cluster's limit. */
export class SeriesLimit extends Error {
	override readonly name = "SeriesLimit";
	/** The series, as `name{label="value"}`. */
	readonly series: string;

	/** @param why there is no room, and what to do. */
	constructor(definition: SeriesDefinition, why: string) {
		const series = seriesKey(definition.name, definition.labels);
		super(`no room for series ${shorten(series, NAMED)}: ${why}`);
		this.series = series;
	}

	static of(definition: SeriesDefinition, limit: number, which: "active" | "known"): SeriesLimit {
		const advice = `report fewer, or raise ${which}Series in the dashboard's configuration`;
		return new SeriesLimit(definition, `the cluster already has ${limit} ${which} series; ${advice}`);
	}
}

export class ActiveSeries {
	/** Those that are active. */
	readonly #slots = new Slots();
	/** By slot: instant, ms, and value of the newest sample. */
	#at: Float64Array = new Float64Array();
	#value: Float64Array = new Float64Array();
	/** In the order in which they became active. */
	readonly #active = new Set<number>();
	/** By label, then by its value: of labels that somebody has asked by, for a series may have dozens that nobody does. */
	readonly #byLabel = new Map<string, Map<string, Set<number>>>();
	readonly #byName = new Map<string, Set<number>>();
	/** Defined, but not yet seen in a tick. */
	readonly #announced = new Set<number>();
	readonly #definition: (number: number) => SeriesDefinition;
	#swept = 0;
	/** Rises whenever a series comes or goes. */
	generation = 0;

	constructor(definition: (number: number) => SeriesDefinition) {
		this.#definition = definition;
	}

	get size(): number {
		return this.#active.size;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const entries = this.#active.size * (2 + this.#byLabel.size) + this.#announced.size;
		return this.#slots.bytes + this.#at.byteLength + this.#value.byteLength + entries * ENTRY_BYTES;
	}

	/** Active ones and those announced since the last sweep. */
	get expected(): number {
		return this.#active.size + this.#announced.size;
	}

	announce(number: number): void {
		if (!this.#active.has(number)) this.#announced.add(number);
	}

	/** Takes note of a sample; one that is older than the series' newest, or too old to live by, changes nothing. */
	touch(number: number, at: number, value: number, newest: number): void {
		let slot = this.#slots.of(number);
		if (slot < 0) {
			if (newest - at > ACTIVE_MS) return;
			slot = this.#enter(number);
		} else if (at < (this.#at[slot] as number)) return;
		this.#at[slot] = at;
		this.#value[slot] = value;
	}

	/** Those that are active, with their newest samples, and those announced, as arrays. */
	snapshot(): Record<"active" | "activeAt" | "activeValue" | "announced", Float64Array> {
		const active = Float64Array.from(this.#active);
		return {
			active,
			activeAt: active.map((number) => this.#at[this.#slots.of(number)] as number),
			activeValue: active.map((number) => this.#value[this.#slots.of(number)] as number),
			announced: Float64Array.from(this.#announced),
		};
	}

	/** @param arrays as {@link snapshot} gave them. @param newest instant of the newest sample then, ms. */
	restore({ active, activeAt, activeValue, announced }: Record<string, ArrayLike<number>>, newest: number): void {
		for (let i = 0; i < (active?.length ?? 0); i++)
			this.touch(active?.[i] as number, activeAt?.[i] as number, activeValue?.[i] as number, activeAt?.[i] as number);
		for (const number of Array.from(announced ?? [])) this.announce(number);
		this.#swept = Math.floor(newest / MINUTE_MS);
	}

	/** Lets go of series that have been silent too long; looks once a minute of the cluster's own time. */
	sweep(newest: number): void {
		const minute = Math.floor(newest / MINUTE_MS);
		if (minute === this.#swept) return;
		this.#swept = minute;
		this.#announced.clear();
		for (const number of this.#active) if (newest - (this.#at[this.#slots.of(number)] as number) > ACTIVE_MS) this.#leave(number);
	}

	has(number: number): boolean {
		return this.#active.has(number);
	}

	latest(number: number): { at: number; value: number } | undefined {
		const slot = this.#slots.of(number);
		return slot < 0 ? undefined : { at: this.#at[slot] as number, value: this.#value[slot] as number };
	}

	all(): ReadonlySet<number> {
		return this.#active;
	}

	labelled(label: string, value: string): ReadonlySet<number> {
		return this.#valuesOf(label).get(value) ?? NONE;
	}

	#valuesOf(label: string): Map<string, Set<number>> {
		let byValue = this.#byLabel.get(label);
		if (!byValue) {
			byValue = new Map();
			for (const number of this.#active) addLabelled(byValue, this.#definition(number), label, number);
		}
		setNewest(this.#byLabel, label, byValue, LABELS);
		return byValue;
	}

	named(name: string): ReadonlySet<number> {
		return this.#byName.get(name) ?? NONE;
	}

	#enter(number: number): number {
		const slot = this.#slots.add(number);
		if (this.#at.length < this.#slots.capacity) {
			this.#at = resized(this.#at, this.#slots.capacity);
			this.#value = resized(this.#value, this.#slots.capacity);
		}
		this.#active.add(number);
		this.#announced.delete(number);
		this.generation++;
		const definition = this.#definition(number);
		add(this.#byName, definition.name, number);
		for (const [label, byValue] of this.#byLabel) addLabelled(byValue, definition, label, number);
		return slot;
	}

	#leave(number: number): void {
		this.#slots.remove(this.#slots.of(number));
		this.#active.delete(number);
		this.generation++;
		const { name, labels } = this.#definition(number);
		remove(this.#byName, name, number);
		for (const [label, byValue] of this.#byLabel)
			if (labels && Object.hasOwn(labels, label)) remove(byValue, labels[label] as string, number);
	}
}

const NONE: ReadonlySet<number> = new Set();

function add(index: Map<string, Set<number>>, key: string, number: number): void {
	const set = index.get(key);
	if (set) set.add(number);
	else index.set(key, new Set([number]));
}

function addLabelled(index: Map<string, Set<number>>, { labels }: SeriesDefinition, label: string, number: number): void {
	if (labels && Object.hasOwn(labels, label)) add(index, labels[label] as string, number);
}

function remove(index: Map<string, Set<number>>, key: string, number: number): void {
	const set = index.get(key);
	set?.delete(number);
	if (set?.size === 0) index.delete(key);
}
