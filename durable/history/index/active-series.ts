/**
 * Series that have a sample within the last ten minutes, and their newest one. Series that are gone cost the active ones nothing: all
 * that is asked at every push goes through this index, not through the dictionary.
 */

import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import { ENTRY_BYTES } from "../../work/resident.ts";
import { MINUTE_MS, TEN_MINUTES_MS } from "../blocks/partition.ts";

/** Kept no longer than the head is sure to hold its samples, so that a cold start finds the same series active. */
export const ACTIVE_MS = TEN_MINUTES_MS;

/** Labels that series are found by, those asked by last. */
const LABELS = 32;

/** A series past the cluster's limit. */
export class SeriesLimit extends Error {
	override readonly name = "SeriesLimit";
	/** The series, as `name{label="value"}`. */
	readonly series: string;

	constructor(definition: SeriesDefinition, limit: number, which: string) {
		const series = seriesKey(definition.name, definition.labels);
		super(
			`no room for series ${series}: the cluster already has ${limit} ${which} series; report fewer, or raise ${which === "active" ? "activeSeries" : "knownSeries"} in the dashboard's configuration`,
		);
		this.series = series;
	}
}

export class ActiveSeries {
	#at = new Float64Array(1024);
	#value = new Float64Array(1024);
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
		return this.#at.byteLength + this.#value.byteLength + entries * ENTRY_BYTES;
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
		if (number >= this.#at.length) this.#grow(number);
		if (at < (this.#at[number] as number)) return;
		this.#at[number] = at;
		this.#value[number] = value;
		if (newest - at <= ACTIVE_MS && !this.#active.has(number)) this.#enter(number);
	}

	/** Those that are active, with their newest samples, and those announced, as arrays. */
	snapshot(): Record<"active" | "activeAt" | "activeValue" | "announced", Float64Array> {
		const active = Float64Array.from(this.#active);
		return {
			active,
			activeAt: active.map((number) => this.#at[number] as number),
			activeValue: active.map((number) => this.#value[number] as number),
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
		for (const number of this.#active) if (newest - (this.#at[number] as number) > ACTIVE_MS) this.#leave(number);
	}

	has(number: number): boolean {
		return this.#active.has(number);
	}

	latest(number: number): { at: number; value: number } | undefined {
		if (!this.#active.has(number)) return undefined;
		return { at: this.#at[number] as number, value: this.#value[number] as number };
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

	#enter(number: number): void {
		this.#active.add(number);
		this.#announced.delete(number);
		this.generation++;
		const definition = this.#definition(number);
		add(this.#byName, definition.name, number);
		for (const [label, byValue] of this.#byLabel) addLabelled(byValue, definition, label, number);
	}

	#leave(number: number): void {
		this.#active.delete(number);
		this.generation++;
		const { name, labels } = this.#definition(number);
		remove(this.#byName, name, number);
		for (const [label, byValue] of this.#byLabel)
			if (labels && Object.hasOwn(labels, label)) remove(byValue, labels[label] as string, number);
	}

	#grow(number: number): void {
		const size = Math.max(number + 1, this.#at.length * 2);
		const at = new Float64Array(size);
		at.set(this.#at);
		const value = new Float64Array(size);
		value.set(this.#value);
		this.#at = at;
		this.#value = value;
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
