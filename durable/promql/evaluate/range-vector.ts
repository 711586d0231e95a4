/** A range as the answer itself: the samples of each series. */

import type { MatrixSelector, Subquery } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { METADATA, type SeriesSamples, type Steps } from "../values.ts";
import type { SampledSeries } from "./answer.ts";
import { ranged } from "./range.ts";
import type { Run } from "./run.ts";

/** @param steps one */
export function* rangeVector(run: Run, argument: MatrixSelector | Subquery, steps: Steps): Work<SampledSeries[]> {
	const { at, range, extension, each } = ranged(run, argument, steps);
	const to = at.start;
	const from = to - range;
	const result: SampledSeries[] = [];
	yield* each(function* (samples, dropName) {
		const labels = dropName ? samples.labels.without(METADATA) : samples.labels;
		const { times, values } = extension ? withEnds(samples, from, to, extension === "smoothed") : inside(samples, from, to);
		if (times.length > 0) result.push({ labels, times: Float64Array.from(times), values: Float64Array.from(values) });
		run.meter.values(times.length);
		if (run.toll.due(samples.length)) yield run.toll.taken();
	});
	return result;
}

function inside({ times, values, length }: SeriesSamples, from: number, to: number): { times: number[]; values: number[] } {
	const chosen: { times: number[]; values: number[] } = { times: [], values: [] };
	for (let i = 0; i < length; i++) {
		const time = times[i] as number;
		if (time <= from || time > to) continue;
		chosen.times.push(time);
		chosen.values.push(values[i] as number);
	}
	return chosen;
}

/** With a sample at either end of the range: that before it, or where it is smoothed one on the line between those around it. */
function withEnds(samples: SeriesSamples, from: number, to: number, smoothed: boolean): { times: number[]; values: number[] } {
	const { times, values, length } = samples;
	const last = length - 1;
	if (last < 0) return { times: [], values: [] };
	/** The last sample at the instant or before it; the first one, where there is none. */
	const before = (time: number) => {
		let i = 0;
		while (i < last && (times[i + 1] as number) <= time) i++;
		return i;
	};
	const line = (i: number, time: number) => {
		const [t, v] = [times[i] as number, values[i] as number];
		if (!smoothed || t >= time || i === last) return v;
		return v + (((values[i + 1] as number) - v) * (time - t)) / ((times[i + 1] as number) - t);
	};
	const end = before(to);
	const covered = smoothed ? Math.min(end + 1, last) : end;
	if ((times[covered] as number) <= from) return { times: [], values: [] };
	const chosen = inside(samples, from, to);
	if (chosen.times.at(-1) === to) {
		chosen.times.pop();
		chosen.values.pop();
	}
	return { times: [from, ...chosen.times, to], values: [line(before(from), from), ...chosen.values, line(end, to)] };
}
