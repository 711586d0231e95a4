/** The kinds of things a cluster reports, by its state and its series, and its targets. */
import type { Reported } from "../../colony-bridge/protocol/query/reported.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import type { Facts } from "./facts.ts";

/** Series that pages draw of tasks and streams which the colony does not list one by one. */
const OF_TASKS = ["tasks_completed", "tasks_total", "tasks_failed", "tasks_queued"];
const OF_STREAMS = ["stream_records_total", "stream_lag_seconds"];
/** Series of a scraper: 1 while a target answers, else 0. */
const UP = "up";

export function reported({ state, history }: Pick<Facts, "state" | "history">): Reported {
	const hasAny = (names: readonly string[]) => names.some((name) => history.ofName(name).length > 0);
	return {
		...(history.counts().total > 0 && { series: true }),
		...(hasAny(OF_TASKS) && { tasks: true }),
		...(hasAny(OF_STREAMS) && { streams: true }),
		...state.reported,
	};
}

/** Targets that series come from, and those of them that do not answer. */
export function targets({ history }: Pick<Facts, "history">): (NonNullable<ClusterView["targets"]> & { down: string[] }) | undefined {
	let total = 0;
	const down: string[] = [];
	for (const number of history.named(UP)) {
		total++;
		const { labels = {} } = history.definition(number);
		if (history.latest(number)?.value === 0) down.push(labels.instance ?? Object.values(labels).join(" "));
	}
	return total > 0 ? { total, up: total - down.length, down } : undefined;
}
