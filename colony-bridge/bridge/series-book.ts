/** The bridge's dictionary of series: a dense number for each identity, and the values of one snapshot by number. */
import * as v from "valibot";
import { Metric } from "../colony.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { SeriesDefinition } from "../protocol/wire/series.ts";
import { type LeftOutTally, Unfit } from "./left-out.ts";

export type NumberedSeries = SeriesDefinition & { id: number };

/** Share of the limit from which on dead series are worth forgetting. */
const CROWDED = 0.9;

export interface NumberedSamples {
	/** Series met for the first time. */
	added: NumberedSeries[];
	/** `ids[i]` has `values[i]`. */
	ids: number[];
	values: number[];
}

export class SeriesBook {
	readonly #leftOut: LeftOutTally;
	#ids = new Map<string, number>();
	#series: NumberedSeries[] = [];
	/** By number: the reading that last had it, so that a series listed twice is noticed. */
	#lastReading: number[] = [];
	#reading = 0;
	#active = 0;
	readonly #refused = new Map<number, string>();

	constructor(leftOut: LeftOutTally) {
		this.#leftOut = leftOut;
	}

	/** Restores series announced by an earlier process in the same epoch: numbered from 0, up to the first hole. */
	restore(series: readonly NumberedSeries[]): void {
		for (const each of series) {
			if (each?.id !== this.#series.length) return;
			this.#series.push(each);
			this.#ids.set(identity(each), each.id);
		}
	}

	get size(): number {
		return this.#series.length;
	}

	/** Numbers of one snapshot. NaN and infinities are no value; an invalid entry is dropped and reported. */
	read(metrics: readonly unknown[]): NumberedSamples {
		const reading: NumberedSamples = { added: [], ids: [], values: [] };
		this.#reading += 1;
		for (const metric of metrics) {
			try {
				this.#readOne(metric as Metric, reading);
			} catch (error) {
				this.#leftOut.stands("metrics", error);
			}
		}
		this.#active = reading.ids.length;
		return reading;
	}

	#readOne(metric: Metric, reading: NumberedSamples): void {
		if (typeof metric?.value !== "number") {
			throw new Unfit("metrics.value", `the value of ${quote(metric?.name ?? metric)} is ${quote(metric?.value)}; a number is needed`);
		}
		const key = identity(metric);
		const id = this.#ids.get(key) ?? this.#add(key, metric, reading);
		if (!Number.isFinite(metric.value)) return;
		const refused = this.#refused.get(id);
		if (refused !== undefined) throw new Unfit("refused metrics", refused);
		if (this.#lastReading[id] === this.#reading)
			throw new Unfit("metrics listed twice", `"${metric.name}" with the same labels: the first value counts`);
		this.#lastReading[id] = this.#reading;
		reading.ids.push(id);
		reading.values.push(metric.value);
	}

	#add(key: string, metric: Metric, reading: NumberedSamples): number {
		const parsed = v.safeParse(Metric, metric);
		if (!parsed.success) throw Unfit.by(parsed.issues, "metrics", `${quote(metric.name)}: `);
		if (this.#series.length >= LIMITS.series) {
			throw new Unfit("metrics past the limit", `there are more than ${LIMITS.series} series; is a label's value different every time?`);
		}
		const { value: _, ...definition } = parsed.output;
		const series = { id: this.#series.length, ...definition };
		this.#series.push(series);
		this.#ids.set(key, series.id);
		reading.added.push(series);
		return series.id;
	}

	all(): readonly NumberedSeries[] {
		return this.#series;
	}

	/** The cluster does not take these: their values are left out, or every tick would be refused with them. */
	refuse(ids: Iterable<number>, why: string): void {
		for (const id of ids) this.#refused.set(id, why);
	}

	/** True where the book is nearly full of series that are gone: time for a new epoch and {@link compact}. */
	get crowded(): boolean {
		return this.#series.length > LIMITS.series * CROWDED && this.#active < this.#series.length / 2;
	}

	/** For a new epoch with nothing waiting that names a number: forgets the series that the latest reading did not have. */
	compact(): void {
		const active = this.#series.filter(({ id }) => this.#lastReading[id] === this.#reading);
		this.#series = active.map((series, id) => ({ ...series, id }));
		this.#ids = new Map(this.#series.map((series) => [identity(series), series.id]));
		this.#lastReading = this.#series.map(() => this.#reading);
		this.#refused.clear();
	}
}

/** Identity as a map's key. Runs for every number of every snapshot, so labels are sorted only where there are several. */
export function identity({ name, labels }: Pick<Metric, "name" | "labels">): string {
	if (!labels) return name;
	const names = Object.keys(labels);
	if (names.length > 1) names.sort();
	let key = name;
	for (const label of names) key += `\u0001${label}\u0002${labels[label]}`;
	return key;
}

function quote(value: unknown): string {
	return typeof value === "string" ? `"${value.slice(0, 100)}"` : String(value);
}
