/** Series as lists of points: one read from the store, and several made one. */
import type { Aggregation } from "../../../colony-bridge/protocol/wire/measure.ts";
import { Toll, type Work } from "../../work/work.ts";
import { type BucketChunk, type Chunk, placeAfter, type Reader } from "../blocks/chunk.ts";
import { SeriesAggregate, saturated } from "./aggregation.ts";
import { usualInterval } from "./presence-scan.ts";
import type { SeriesTarget } from "./target.ts";

/**
 * Everything stored of one series in (after, until]; where only a rollup is left, a value a bucket at the bucket's end.
 * @param enough where there are as many, it may stop: fewer mean that this was all.
 */
export function measured(
	reader: Reader,
	series: number,
	after: number,
	until: number,
	aggregation: Aggregation,
	enough = Number.POSITIVE_INFINITY,
): Points {
	const at: number[] = [];
	const values: number[] = [];
	reader.read(series, {
		enough: () => at.length >= enough,
		samples(chunk: Chunk) {
			const { base, offsets, length } = chunk;
			for (let i = placeAfter(chunk, after); i < length; i++) {
				const instant = base + (offsets[i] as number);
				if (instant > until) return;
				at.push(instant);
				values.push(chunk.values[i] as number);
			}
		},
		buckets({ ends, sum, count, last, length }: BucketChunk) {
			for (let i = 0; i < length; i++) {
				const end = ends[i] as number;
				if (end <= after || end > until) continue;
				at.push(end);
				values.push(aggregation === "avg" ? (sum[i] as number) / (count[i] as number) : (last[i] as number));
			}
		},
	});
	return { at, values };
}

/** A series that was not measured at an instant stands in with its value before, for as many of its own usual intervals. */
const INTERVALS_TO_STAND_IN = 2.5;

/** Aggregates several series at every instant any of them was measured. */
export function* aggregated(series: readonly Points[], seriesAggregation: SeriesTarget["seriesAggregation"]): Work<Points> {
	const toll = new Toll();
	const all = new Set<number>();
	for (const { at } of series) {
		for (const instant of at) all.add(instant);
		if (toll.due(at.length * 2)) yield toll.taken();
	}
	const instants = Float64Array.from(all).sort();
	yield instants.length * 2;
	const place = new Map<number, number>();
	for (const [i, at] of instants.entries()) {
		place.set(at, i);
		if (toll.due(2)) yield toll.taken();
	}
	const aggregate = new SeriesAggregate(instants.length, seriesAggregation);
	for (const one of series) {
		const patience = INTERVALS_TO_STAND_IN * usualInterval(one.at);
		for (let i = 0; i < one.at.length; i++) {
			const at = one.at[i] as number;
			const next = one.at[i + 1] ?? Number.POSITIVE_INFINITY;
			for (let k = place.get(at) as number; k < instants.length; k++) {
				const instant = instants[k] as number;
				if (instant >= next || instant - at > patience) break;
				aggregate.add(k, one.values[i] as number);
				if (toll.due(1)) yield toll.taken();
			}
		}
	}
	return { at: Array.from(instants), values: Array.from(aggregate.values(), saturated) };
}

/** Fewer points that still show every peak. */
export interface Points {
	/** ms, ascending. */
	at: number[];
	values: number[];
}

/** @returns at most `budget` points: the lowest and the highest of each stretch, in order of time; the newest is always among them. */
export function reduce(points: Points, budget: number): Points {
	const { length } = points.at;
	if (length <= budget) return points;
	if (budget < 3) return pick(points, [length - 1]);
	const stretches = Math.floor((budget - 1) / 2);
	const chosen: number[] = [];
	for (let s = 0; s < stretches; s++) {
		const from = Math.floor((s * (length - 1)) / stretches);
		const until = Math.floor(((s + 1) * (length - 1)) / stretches);
		let low = from;
		let high = from;
		for (let i = from + 1; i < until; i++) {
			if ((points.values[i] as number) < (points.values[low] as number)) low = i;
			if ((points.values[i] as number) > (points.values[high] as number)) high = i;
		}
		chosen.push(Math.min(low, high));
		if (low !== high) chosen.push(Math.max(low, high));
	}
	chosen.push(length - 1);
	return pick(points, chosen);
}

function pick(points: Points, chosen: readonly number[]): Points {
	return { at: chosen.map((i) => points.at[i] as number), values: chosen.map((i) => points.values[i] as number) };
}
