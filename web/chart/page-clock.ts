/** Instants in the page's time zone: local or UTC, which it is before hydration. */
import { clock, moment, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { type ChartModel, modelSince } from "./model.ts";

export function useReaderClock() {
	const page = usePage();
	const inUtc = () => !page.display.hydrated() || page.url.state().tz === "utc";
	return {
		/** The zone's offset from UTC at an instant, ms. */
		offset: (at: number): number => (inUtc() ? 0 : -60_000 * new Date(at).getTimezoneOffset()),
		/** `21:10:05`, with the zone unless it is local. */
		time: (at: number): string => (inUtc() ? `${new Date(at).toISOString().slice(11, 19)} UTC` : clock(at)),
	};
}
export type ReaderClock = ReturnType<typeof useReaderClock>;

/**
 * The time range of a chart, as text beside its title. @returns `last 15 min`, or `15 min until 24 Nov 21:10`; undefined without a chart
 */
export function useTimeShown(): (model: ChartModel | undefined) => string | undefined {
	const page = usePage();
	return (model) => {
		if (!model) return undefined;
		const span = roughly(modelSince(model, page.data.begin()).length * model.step);
		const { end } = page.url.view();
		return end === undefined ? `last ${span}` : `${span} until ${moment(end, page.time.clock.now(), page.time.inUtc())}`;
	};
}
