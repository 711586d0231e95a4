/** A series as a row of a table: what it is sorted, filtered and shown by, besides its numbers. */

import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { Aggregation } from "../../../colony-bridge/protocol/wire/measure.ts";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { RowFields } from "../../rows/row-order.ts";
import { Exclusive, type Work } from "../../work/work.ts";
import { sameDescription } from "../index/dictionary.ts";
import { describe, evaluate, tidy } from "./evaluate.ts";
import type { SeriesSource } from "./target.ts";
import { activeMembers, members, NEWEST_DEFAULTS, type SeriesTarget, targets } from "./target.ts";

/** A series, or the histogram of one set of labels. */
export interface SeriesEntry {
	/** Absent: a histogram, made of many series. */
	number?: number;
	/** `name{label="value"}`. */
	id: string;
	definition: SeriesDefinition;
}

/** @param id its number, or a histogram's name and labels */
export const entryOf = (id: number | string, definition: SeriesDefinition): SeriesEntry =>
	typeof id === "string" ? { id, definition } : { number: id, id: seriesKey(definition.name, definition.labels), definition };

const NUMBERS: readonly string[] = ["value", "change", "at"];

/** Its own texts, and its labels by their names. */
export const SERIES_TEXTS: Pick<RowFields<SeriesEntry>, "id" | "text" | "words"> = {
	id: ({ id }) => id,
	text(written) {
		const name = written.toLowerCase();
		if (NUMBERS.includes(name)) return undefined;
		if (name === "id" || name === "series" || name === "metric") return ({ id }) => id;
		if (name === "name" || name === "type" || name === "unit" || name === "help") return ({ definition }) => definition[name];
		return ({ definition: { labels } }) => (labels && Object.hasOwn(labels, written) ? labels[written] : undefined);
	},
	words: ({ id, definition: { labels, unit, help } }) => [id, ...Object.values(labels ?? {}), unit, help],
};

/** Series that are read at most, the active first: past it the table is cut, and says of how many. */
const MOST_SERIES = 2000;
const REFRESHES = 20;

export interface RangeRequest {
	selectors: readonly string[];
	aggregation?: Aggregation | undefined;
	range: string;
}

interface RangeValue {
	now: number | undefined;
	before: number | undefined;
}

/**
 * The aggregate of each series over the last time range, and over the one before it: the rows of a table of a
 * query. Evaluated anew as time goes on by a twentieth of the stretch: reading 2,000 series over five minutes takes some 15 ms.
 */
export class RangeValues {
	readonly #request: RangeRequest;
	readonly #source: SeriesSource;
	readonly #rangeMs: number;
	readonly #byId = new Map<number | string, SeriesEntry>();
	#rangeValues = new Map<SeriesEntry, RangeValue>();
	#entries: readonly SeriesEntry[] = [];
	#evaluatedAt = -1;
	#size = -1;
	#generation = -1;
	#total = 0;
	#read = 0;
	readonly #working = new Exclusive<readonly SeriesEntry[]>();

	constructor(request: RangeRequest, source: SeriesSource) {
		this.#request = request;
		this.#source = source;
		this.#rangeMs = durationMs(request.range);
	}

	/** Series the selectors match, those that are not read too. */
	get total(): number {
		return this.#total;
	}

	/** Number of entries held. */
	get size(): number {
		return this.#byId.size;
	}

	/** Number of series that were read. */
	get read(): number {
		return this.#read;
	}

	/** In the selectors' order, the active first. The same array as long as it is the same series. */
	entries(): Work<readonly SeriesEntry[]> {
		return this.#working.run(() => this.#renewed());
	}

	*#renewed(): Work<readonly SeriesEntry[]> {
		const { dictionary, active, newest } = this.#source;
		const others = dictionary.size !== this.#size || active.generation !== this.#generation;
		const due = newest - this.#evaluatedAt >= this.#rangeMs / REFRESHES || newest < this.#evaluatedAt;
		if (!others && !due) return this.#entries;
		const { size } = dictionary;
		const { generation } = active;
		yield* this.#evaluate();
		this.#size = size;
		this.#generation = generation;
		this.#evaluatedAt = newest;
		return this.#entries;
	}

	/** Good until `entries` is asked again. */
	value(entry: SeriesEntry): number | undefined {
		// The newest value does not wait for the next evaluation.
		if (this.#newest(entry)) return this.#source.active.latest(entry.number as number)?.value ?? this.#rangeValues.get(entry)?.now;
		return this.#rangeValues.get(entry)?.now;
	}

	/** Against the stretch before; undefined where one of the two is not known. */
	change(entry: SeriesEntry): number | undefined {
		const now = this.value(entry);
		const before = this.#rangeValues.get(entry)?.before;
		return now === undefined || before === undefined ? undefined : (tidy(now - before) ?? undefined);
	}

	#newest({ number }: SeriesEntry): boolean {
		return number !== undefined && (this.#request.aggregation ?? "last") === "last";
	}

	*#evaluate(): Work<void> {
		const { dictionary, active, store, newest } = this.#source;
		const step = Math.max(this.#rangeMs, this.#source.resolution(newest - 2 * this.#rangeMs));
		const grid = { start: newest - step, step, length: 2, until: newest };
		const define = (series: number) => dictionary.get(series);
		const found = new Map<SeriesEntry, RangeValue>();
		let room = MOST_SERIES;
		let total = 0;
		for (const target of targets({ ...this.#request, fold: "each" }, dictionary, NEWEST_DEFAULTS).targets) {
			const activeNumbers = activeMembers(target, dictionary, active);
			const all = members(target, dictionary);
			total += all.length;
			const numbers = [...activeNumbers, ...all.filter((series) => !active.has(series))].slice(0, room);
			room -= numbers.length;
			if (target.seriesAggregation !== "histogram")
				for (const series of activeNumbers.slice(0, numbers.length)) this.#put(found, series, define(series));
			// A store is read in ascending order.
			for (const line of yield* evaluate(target, numbers.toSorted(ascending), grid, store, define)) {
				const [before, now] = Array.from(line.values, (value) => tidy(value) ?? undefined);
				this.#put(found, line.id, definitionOf(target, line.id, define), { now, before });
			}
		}
		this.#rangeValues = found;
		this.#total = total;
		this.#read = MOST_SERIES - room;
		const entries = [...found.keys()];
		const same = entries.length === this.#entries.length && entries.every((entry, i) => entry === this.#entries[i]);
		if (!same) this.#entries = entries;
		for (const [id, entry] of this.#byId) if (!found.has(entry)) this.#byId.delete(id);
	}

	/** An entry stays the same object as long as it is there and is described as before. */
	#put(found: Map<SeriesEntry, RangeValue>, id: number | string, definition: SeriesDefinition, reading?: RangeValue): void {
		const existing = this.#byId.get(id);
		const entry =
			existing && (typeof id === "string" || sameDescription(existing.definition, definition)) ? existing : entryOf(id, definition);
		this.#byId.set(id, entry);
		if (reading || !found.has(entry)) found.set(entry, reading ?? { now: undefined, before: undefined });
	}
}

const ascending = (a: number, b: number): number => a - b;

function definitionOf(target: SeriesTarget, id: number | string, define: (series: number) => SeriesDefinition): SeriesDefinition {
	if (typeof id === "number") return define(id);
	const { key: _, ...definition } = describe(target, { id, values: new Float64Array() }, define);
	return definition;
}
