/** Instant vectors from a source: the newest sample of each series that is young enough. */

import type { VectorSelector } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import type { Matcher, Series, SeriesSamples, Steps } from "../values.ts";
import { inOrder } from "./label-order.ts";
import type { Run } from "./run.ts";
import { Builder, built, timeAt } from "./series.ts";
import { readAt } from "./shift.ts";

/** Number read from each sample: its value, its instant, or the instant from which it counts, both in milliseconds. */
export type Reading = "values" | "times" | "starts";

export function* instantVector(run: Run, selector: VectorSelector, steps: Steps, reading: Reading): Work<Series[]> {
	const at = readAt(run, selector, steps);
	if (selector.extension === "smoothed") return yield* smoothed(run, selector, at);
	return yield* newest(run, selector.matchers, at, reading);
}

/** @param at the instants read */
export function* newest(run: Run, matchers: readonly Matcher[], at: Steps, reading: Reading): Work<Series[]> {
	const { lookback } = run.options;
	const builders: Builder[] = [];
	yield* run.each(matchers, at.start - lookback, timeAt(at, at.count - 1), function* (samples) {
		const builder = new Builder(run, samples.labels, at.count);
		const { times, values, stale, starts, length } = samples;
		let next = 0;
		for (let i = 0; i < at.count; i++) {
			const time = timeAt(at, i);
			while (next < length && (times[next] as number) <= time) next++;
			const last = next - 1;
			if (last < 0 || (times[last] as number) <= time - lookback || stale?.[last]) continue;
			builder.set(i, reading === "values" ? (values[last] as number) : ((reading === "times" ? times : starts)?.[last] ?? 0));
		}
		builders.push(builder);
		if (run.toll.due(at.count + 10)) yield run.toll.taken();
	});
	return [...(yield* inOrder(built(builders)))];
}

/** Without the samples that mark an end. */
export function withoutStale(samples: SeriesSamples): SeriesSamples {
	const { stale, length } = samples;
	if (!stale?.subarray(0, length).includes(1)) return samples;
	const kept = Uint32Array.from({ length }, (_, i) => i).filter((i) => !stale[i]);
	const chosen = (from: Float64Array) => Float64Array.from(kept, (i) => from[i] as number);
	const { labels, times, values, starts } = samples;
	return { labels, times: chosen(times), values: chosen(values), ...(starts && { starts: chosen(starts) }), length: kept.length };
}

/** On the line between the samples before and after each instant. */
function* smoothed(run: Run, { matchers }: VectorSelector, at: Steps): Work<Series[]> {
	const { lookback } = run.options;
	const builders: Builder[] = [];
	yield* run.each(matchers, at.start - lookback, timeAt(at, at.count - 1) + lookback, function* (samples) {
		const builder = new Builder(run, samples.labels, at.count);
		const { times, values, length } = withoutStale(samples);
		/** The first sample at the instant or later. */
		let next = 0;
		for (let i = 0; i < at.count; i++) {
			const time = timeAt(at, i);
			while (next < length && (times[next] as number) < time) next++;
			const [nextTime, lastTime] = [times[next] as number, times[next - 1] as number];
			const after = next < length && nextTime <= time + lookback;
			const before = next > 0 && lastTime > time - lookback;
			if (after && nextTime === time) builder.set(i, values[next] as number);
			else if (before && after) {
				const [from, to] = [values[next - 1] as number, values[next] as number];
				builder.set(i, from + ((to - from) * (time - lastTime)) / (nextTime - lastTime));
			} else if (before) builder.set(i, values[next - 1] as number);
		}
		builders.push(builder);
		if (run.toll.due(at.count + 10)) yield run.toll.taken();
	});
	return [...(yield* inOrder(built(builders)))];
}
