/** The dashboard's own numbers over the last hour, in memory: written down, they would cost a colony rows. */
import { OBJECT_BYTES } from "../work/resident.ts";
import type { OwnMetric, OwnSample } from "./meter.ts";

/** Between two instants, ms; and how many are kept. */
const INTERVAL_MS = 30_000;
const KEPT = 120;

export interface OwnSeries {
	name: string;
	labels: OwnSample["labels"];
	/** ms, ascending. */
	times: Float64Array;
	/** NaN: it had none at that instant. */
	values: Float64Array;
}

export class OwnHistory {
	readonly #read: () => OwnMetric[];
	/** Instants, ms, in a ring; and the values of each series there, by its name and labels as JSON. */
	readonly #times = new Float64Array(KEPT);
	#count = 0;
	readonly #series = new Map<string, { name: string; labels: OwnSample["labels"]; values: Float64Array }>();

	/** @param read the numbers as they are. */
	constructor(read: () => OwnMetric[]) {
		this.#read = read;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#times.byteLength + this.#series.size * (KEPT * 8 + OBJECT_BYTES);
	}

	/** Takes note of the numbers, where it is time to. @param at ms */
	look(at: number): void {
		const newest = this.#count === 0 ? Number.NEGATIVE_INFINITY : (this.#times[(this.#count - 1) % KEPT] as number);
		if (at - newest < INTERVAL_MS) return;
		const place = this.#count++ % KEPT;
		this.#times[place] = at;
		for (const { values } of this.#series.values()) values[place] = Number.NaN;
		for (const { name, samples } of this.#read()) {
			for (const { labels, value } of samples) {
				const key = JSON.stringify([name, labels]);
				let series = this.#series.get(key);
				if (!series) {
					series = { name, labels, values: new Float64Array(KEPT).fill(Number.NaN) };
					this.#series.set(key, series);
				}
				series.values[place] = value;
			}
		}
	}

	/** All there is, oldest first; the present is the last instant. @param at ms */
	series(at: number): OwnSeries[] {
		this.look(at);
		const kept = Math.min(this.#count, KEPT);
		const places = Array.from({ length: kept }, (_, i) => (this.#count - kept + i) % KEPT);
		const times = Float64Array.from(places, (place) => this.#times[place] as number);
		return Array.from(this.#series.values(), ({ name, labels, values }) => ({
			name,
			labels,
			times,
			values: Float64Array.from(places, (place) => values[place] as number),
		}));
	}
}
