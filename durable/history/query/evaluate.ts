/** A target's values on a grid, out of any store. NaN: no value. */

import { histogramQuantile } from "../../../colony-bridge/protocol/query/quantile.ts";
import type { Aggregation } from "../../../colony-bridge/protocol/wire/measure.ts";
import { parseSelector, seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { Need, Reader, Store } from "../blocks/chunk.ts";
import { Accumulator, carriedFrom, LONGEST_INTERVAL_MS } from "./accumulator.ts";
import { quantileOf, SeriesAggregate, Sums, saturated } from "./aggregation.ts";
import { type Grid, lastInstant } from "./grid.ts";
import { isAggregated, QUANTILES, type SeriesTarget } from "./target.ts";

/** One column of an answer: one series, or several that were aggregated. */
export interface Line {
	/** Series number, key of the histogram, or the selector. */
	id: number | string;
	values: Float64Array;
	/** Number of series aggregated in each column; absent: not aggregated. */
	made?: Float64Array;
}

/**
 * @param numbers series to look at, ascending.
 * @param most lines, where each series has its own: those after it are not looked at.
 * @returns a line a series, or one for all; a series without values has no line.
 */
export function* evaluate(
	target: SeriesTarget,
	numbers: readonly number[],
	grid: Grid,
	store: Store,
	define: Define,
	most = Number.POSITIVE_INFINITY,
): Work<Line[]> {
	const rises = target.aggregation === "rate" || target.aggregation === "increase" || target.seriesAggregation === "histogram";
	const pass: Evaluation = {
		target,
		numbers,
		reader: store.reader(needOf(target, grid)),
		accumulator: new Accumulator(grid, { keepSamples: !rises && QUANTILES[target.aggregation] !== undefined, rises }),
		rises,
		toll: new Toll(),
	};
	if (target.seriesAggregation === "each") return yield* each(pass, most);
	if (target.seriesAggregation === "pool") return [{ id: target.selector, values: yield* pool(pass) }];
	if (target.seriesAggregation === "histogram") return yield* histograms(pass, define);
	return [yield* aggregateSeries(pass)];
}

export type Define = (series: number) => SeriesDefinition;

interface Evaluation {
	target: SeriesTarget;
	numbers: readonly number[];
	reader: Reader;
	accumulator: Accumulator;
	rises: boolean;
	toll: Toll;
}

/** Values of an instant carry on until the next sample; sums and rates of a time range do not. */
const CARRIED: ReadonlySet<Aggregation> = new Set(["last", "avg", "min", "max"]);

const carries = ({ aggregation, seriesAggregation }: SeriesTarget): boolean => CARRIED.has(aggregation) && isAggregated(seriesAggregation);

/** A series without a sample after this instant has no value on the grid. */
export function valuesAfter(target: SeriesTarget, grid: Grid): number {
	const after = grid.start - grid.step;
	return carries(target) ? Math.min(after, carriedFrom(grid) - 1) : after;
}

/** Buckets serve where they are whole parts of the step, and say all that is asked: the rises of gauges and quantiles need samples. */
function needOf(target: SeriesTarget, grid: Grid): Need {
	const { aggregation, type } = target;
	const samplesOnly = QUANTILES[aggregation] !== undefined || (type === "gauge" && (aggregation === "rate" || aggregation === "increase"));
	return {
		// The interval of a carried value is its distance from the sample before it.
		after: valuesAfter(target, grid) - (carries(target) ? LONGEST_INTERVAL_MS : 0),
		until: lastInstant(grid),
		bucketMs: (samplesOnly && target.seriesAggregation !== "histogram") || grid.start % grid.step !== 0 ? 0 : grid.step,
	};
}

/** chunks one series through the accumulator. @returns whether it has any value. */
function take({ reader, accumulator, rises }: Evaluation, series: number): boolean {
	accumulator.begin();
	reader.read(series, accumulator);
	if (accumulator.empty) return false;
	if (rises) accumulator.lead(reader, series);
	return true;
}

/** Units of one series: finding it, its samples, and its columns, which are filled and emptied whatever it has. */
const costOf = ({ grid, read }: Accumulator): number => 20 + read + (grid.length >> 3);

function* each(pass: Evaluation, most: number): Work<Line[]> {
	const { accumulator, target, toll } = pass;
	const lines: Line[] = [];
	for (const series of pass.numbers) {
		if (lines.length >= most) break;
		const found = take(pass, series);
		if (toll.due(costOf(accumulator))) yield toll.taken();
		if (!found) continue;
		const values = new Float64Array(accumulator.grid.length);
		accumulator.finish(target.aggregation, values);
		lines.push({ id: series, values });
	}
	return lines;
}

function* aggregateSeries(pass: Evaluation): Work<Line> {
	const { accumulator, target, toll } = pass;
	const { length } = accumulator.grid;
	const aggregate = new SeriesAggregate(length, target.seriesAggregation);
	const one = new Float64Array(length);
	for (const series of pass.numbers) {
		const found = take(pass, series);
		if (toll.due(costOf(accumulator))) yield toll.taken();
		if (!found && !carries(target)) continue;
		accumulator.finish(target.aggregation, one);
		if (carries(target)) accumulator.carry(one);
		for (let i = 0; i < length; i++) if (!Number.isNaN(one[i])) aggregate.add(i, one[i] as number);
	}
	return { id: target.selector, values: aggregate.values(), made: aggregate.counts };
}

function* pool(pass: Evaluation): Work<Float64Array> {
	const { accumulator, toll } = pass;
	const lists: number[][] = Array.from({ length: accumulator.grid.length }, () => []);
	for (const series of pass.numbers) {
		if (take(pass, series)) accumulator.pool(lists);
		if (toll.due(costOf(accumulator))) yield toll.taken();
	}
	const values = new Float64Array(lists.length);
	for (const [i, list] of lists.entries()) values[i] = yield* quantileOf(list, QUANTILES[pass.target.aggregation] ?? 0.5);
	return values;
}

/** The rises of all buckets of one bound added up, a histogram a set of labels or one of all. */
function* histograms(pass: Evaluation, define: Define): Work<Line[]> {
	const { accumulator, target, toll } = pass;
	const { length } = accumulator.grid;
	const byKey = new Map<string, Map<number, Sums>>();
	const one = new Float64Array(length);
	for (const series of pass.numbers) {
		const { name, labels } = define(series);
		const { le, ...rest } = labels ?? {};
		const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le ?? Number.NaN);
		const found = !Number.isNaN(bound) && take(pass, series);
		if (toll.due(costOf(accumulator))) yield toll.taken();
		if (!found) continue;
		accumulator.finish("increase", one);
		const key = target.apart ? seriesKey(name, rest) : target.selector;
		const bounds = byKey.get(key) ?? new Map<number, Sums>();
		byKey.set(key, bounds);
		const rises = bounds.get(bound) ?? new Sums(length);
		bounds.set(bound, rises);
		for (let i = 0; i < length; i++) if (!Number.isNaN(one[i])) rises.add(i, one[i] as number);
	}
	const q = QUANTILES[target.aggregation] ?? 0.5;
	return [...byKey].map(([id, bounds]) => ({ id, values: histogramValues(bounds, q, length) }));
}

function histogramValues(bounds: Map<number, Sums>, q: number, length: number): Float64Array {
	const sorted = [...bounds.keys()].sort((a, b) => a - b);
	return Float64Array.from({ length }, (_, i) => {
		let highest = 0;
		const counts = sorted.map((bound) => {
			highest = Math.max(highest, (bounds.get(bound) as Sums).sum(i));
			return Math.min(highest, Number.MAX_VALUE);
		});
		return histogramQuantile(sorted, counts, q);
	});
}

/** Key, name, labels, type and unit of a line in an answer. */
export function describe(target: SeriesTarget, line: Line, define: Define): Described {
	const definition = typeof line.id === "number" ? define(line.id) : undefined;
	const parsed = line.id === target.selector ? target : typeof line.id === "string" ? parseSelector(line.id) : undefined;
	const labels = definition ? definition.labels : parsed?.labels;
	const unit = definition ? definition.unit : target.unit;
	const name = definition?.name ?? target.name;
	return {
		key: definition ? seriesKey(name, labels) : (line.id as string),
		name,
		...(labels && Object.keys(labels).length > 0 && { labels }),
		type: definition?.type ?? target.type,
		...(unit !== undefined && { unit }),
	};
}

interface Described {
	key: string;
	name: string;
	labels?: Record<string, string>;
	type: SeriesDefinition["type"];
	unit?: string;
}

/** @returns the value without the last digits that arithmetic left in it, or null where there is none. */
export function tidy(value: number): number | null {
	if (Number.isNaN(value)) return null;
	if (!Number.isFinite(value)) return saturated(value);
	if (Number.isInteger(value)) return value;
	const size = Math.abs(value);
	if (size < 1e-6 || size >= 1e9) return Number(value.toPrecision(12));
	const scale = size >= 1000 ? 1e4 : size >= 1 ? 1e8 : 1e12;
	return Math.round(value * scale) / scale;
}
