/** The end of a chart for which nothing has come, though it should have. */
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import { type ChartModel, instantOf } from "./model.ts";

/** Of a chart that ends with the clock. `since`: where what is drawn ends, ms. */
export interface NoData {
	since: number;
	/** Nothing of its time is known at all. */
	whole: boolean;
	/** Of rates of which none is known: how long a step is that has to be over for the first, ms. */
	rateStep?: number;
}

/** @param intervalMs promised between two pushes. @returns undefined where what is missing may still be on its way */
export function noData(model: ChartModel, now: number, intervalMs: number): NoData | undefined {
	const last = model.lines.reduce(
		(most, { values }) =>
			Math.max(
				most,
				values.findLastIndex((value) => value !== null),
			),
		-1,
	);
	const since = instantOf(model, last);
	// A rate comes with the first push after its step: the step that is under way is no silence.
	const due = model.rates ? model.step + MISSED_INTERVALS * intervalMs : Math.max(model.step, MISSED_INTERVALS * intervalMs);
	if (now - since <= due) return undefined;
	return { since, whole: last < 0, ...(last < 0 && model.rates && { rateStep: model.step }) };
}

/** Columns at the end of a sparkline that are empty; a few are nothing unusual. */
export function emptyEnd(values: readonly (number | null)[]): number {
	const empty = values.length - 1 - values.findLastIndex((value) => value !== null);
	return empty >= MISSED_INTERVALS ? empty : 0;
}
