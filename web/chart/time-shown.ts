/** The time a chart shows, in words beside its title: up to now, or up to where the page's address ends it. */
import { moment, roughly } from "../format/time.ts";
import { usePage } from "../page-context.tsx";
import type { ChartModel } from "./model.ts";

/** @returns `last 15 min`, or `15 min until 24 Nov 21:10`; undefined without a chart */
export function useTimeShown(): (model: ChartModel | undefined) => string | undefined {
	const page = usePage();
	return (model) => {
		if (!model) return undefined;
		const span = roughly(model.length * model.step);
		const { end } = page.view();
		return end === undefined ? `last ${span}` : `${span} until ${moment(end, page.clock.now(), page.inUtc())}`;
	};
}
