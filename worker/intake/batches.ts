/**
 * The samples of one request as batches for the cluster: each series is validated once, and no batch is more than a row of the log holds. What cannot
 * be taken is left out by itself and counted, with the first reason.
 */
import * as v from "valibot";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { SeriesDefinition, SeriesType } from "../../colony-bridge/protocol/wire/series.ts";
import type { LeftOut } from "../../colony-bridge/protocol/wire/state.ts";
import type { SampleBatch } from "../../durable/port.ts";

const WrittenSeries = v.object({ ...SeriesDefinition.entries, type: v.optional(SeriesType) });
export type WrittenSeries = SampleBatch["series"][number];

/** Limits of one batch: samples, and bytes of its series as JSON. Together, with an instant a sample, they take less than a row. */
const MOST_SAMPLES = 10_000;
const MOST_SERIES_BYTES = 800_000;
/** Samples of one request. */
export const REQUEST_SAMPLES = 200_000;
const LATEST_INSTANT = 8_640_000_000_000_000;
/** Characters of a series in a reason. */
const NAMED = 200;

const encoder = new TextEncoder();

export class Batches {
	readonly #sender: string;
	readonly #full: SampleBatch[] = [];
	#batch: SampleBatch;
	/** Contents of the batch: places of its series, its ticks by instant, those of deltas by the negative one, its samples and bytes. */
	#places = new Map<WrittenSeries, number>();
	#ticks = new Map<number, SampleBatch["ticks"][number]>();
	#samples = 0;
	#bytes = 0;
	readonly #leftOut = new Map<string, LeftOut>();
	/** Samples in all batches. */
	samples = 0;

	constructor(sender: string) {
		this.#sender = sender;
		this.#batch = this.#empty();
	}

	#empty(): SampleBatch {
		return { sender: this.#sender, series: [], ticks: [], described: [], leftOut: [] };
	}

	get leftOut(): LeftOut[] {
		return [...this.#leftOut.values()];
	}

	/** @param samples how many go with it where it cannot be taken. @returns undefined then. */
	series(given: WrittenSeries, samples: number): WrittenSeries | undefined {
		const parsed = v.safeParse(WrittenSeries, given, { abortEarly: true });
		if (parsed.success) return parsed.output as WrittenSeries;
		this.leave("series", `${nameOf(given)}: ${describeIssues(parsed.issues)}`, samples);
		return undefined;
	}

	/** @param delta the value is added to those before. @throws RangeError where the request has too many. */
	sample(series: WrittenSeries, at: number, value: number, delta = false): void {
		if (!(Number.isInteger(at) && at >= 0 && at <= LATEST_INSTANT)) this.leave("samples", `${nameOf(series)}: ${at} ms is no instant`);
		else if (!Number.isFinite(value)) this.leave("values", `${nameOf(series)} is ${value}: finite numbers are stored`);
		else {
			if (this.samples >= REQUEST_SAMPLES) throw new RangeError(`more than ${REQUEST_SAMPLES} samples`);
			this.samples++;
			this.#put(series, at, value, delta);
		}
	}

	#put(series: WrittenSeries, at: number, value: number, delta: boolean): void {
		if (this.#samples === MOST_SAMPLES) this.#next();
		let place = this.#places.get(series);
		if (place === undefined) {
			const bytes = encoder.encode(JSON.stringify(series)).byteLength;
			if (this.#bytes > 0 && this.#bytes + bytes > MOST_SERIES_BYTES) this.#next();
			this.#bytes += bytes;
			place = this.#batch.series.push(series) - 1;
			this.#places.set(series, place);
		}
		const key = delta ? -at : at;
		let tick = this.#ticks.get(key);
		if (!tick) {
			tick = { at, of: [], values: [], ...(delta && { delta }) };
			this.#ticks.set(key, tick);
			this.#batch.ticks.push(tick);
		}
		tick.of.push(place);
		tick.values.push(value);
		this.#samples++;
	}

	#next(): void {
		this.#full.push(this.#batch);
		this.#batch = this.#empty();
		this.#places = new Map();
		this.#ticks = new Map();
		this.#samples = 0;
		this.#bytes = 0;
	}

	/** Says it of all series of a name that are known. */
	describe(given: SampleBatch["described"][number]): void {
		const parsed = v.safeParse(SeriesDefinition, given, { abortEarly: true });
		if (parsed.success) this.#batch.described.push(parsed.output as SampleBatch["described"][number]);
	}

	leave(field: string, reason: string, count = 1): void {
		if (count === 0) return;
		const left = this.#leftOut.get(field);
		this.#leftOut.set(field, left ? { ...left, count: left.count + count } : { field, reason: reason.slice(0, LIMITS.reasonChars), count });
	}

	/** All batches; the last one tells what is left out. None: the request brought nothing that is stored, and changes nothing. */
	finish(): SampleBatch[] {
		this.#batch.leftOut = this.leftOut;
		return this.samples + this.#batch.described.length > 0 ? [...this.#full, this.#batch] : [];
	}
}

const nameOf = ({ name, labels }: WrittenSeries): string => seriesKey(name, labels).slice(0, NAMED);
