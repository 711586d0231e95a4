/** The time range at the end of a chart for which data is missing. */
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import { type ChartModel, instantOf } from "./model.ts";

/** End of data of a chart that ends now. `since`: end of the drawn data, ms. */
export interface NoData {
	since: number;
	/** There is no data at all. */
	whole: boolean;
	/** For rates without a value: the step to be completed for the first, ms. */
	rateStep?: number;
}

/** @param intervalMs of pushes. @returns undefined while missing data may still arrive */
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
	// A rate arrives with the first push after its step, so the current step is not missing.
	const due = model.rates ? model.step + MISSED_INTERVALS * intervalMs : Math.max(model.step, MISSED_INTERVALS * intervalMs);
	if (now - since <= due) return undefined;
	return { since, whole: last < 0, ...(last < 0 && model.rates && { rateStep: model.step }) };
}

/** Empty columns at the end of a sparkline; a few are normal. */
export function emptyEnd(values: readonly (number | null)[]): number {
	const empty = values.length - 1 - values.findLastIndex((value) => value !== null);
	return empty >= MISSED_INTERVALS ? empty : 0;
}
