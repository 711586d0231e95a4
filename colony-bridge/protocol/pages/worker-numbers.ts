/**
 * Which of a worker's numbers its page draws. A colony may report hundreds of a worker: the most telling come first, as many as a page and a
 * viewer's message have room for; every other is one link away, in Metrics.
 */
import { seriesKey } from "../wire/selector.ts";
import type { SeriesDefinition } from "../wire/series.ts";

/** Selectors of what the page draws. */
export interface WorkerNumbers {
	gauges: string[];
	rates: string[];
	restarts: string;
}

/** Metrics drawn, and series of one metric: more are drawn as one. */
export const MOST_METRICS = 12;
const MOST_SERIES = 4;
/** Characters of all selectors as they stand in a viewer's message, which has others to carry. */
const CHARS = 3000;

/** Those every colony has by these names, in the order readers look for them. Failed and completed tasks share a chart. */
const GAUGES = ["cpu_percent", "memory_mb", "tasks_active"];
const RATES = ["tasks_completed", "tasks_failed"];
/** Drawn as what it rose by, in a chart of its own. */
const RESTARTS = "worker_restarts_total";

/** Rank of a further metric, lowest first: faults, latencies, fill levels, throughput, the rest. */
const TELLING: ((definition: SeriesDefinition) => boolean)[] = [
	({ name }) => /error|fail|retr|drop|timeout|lost|reject|oom/.test(name),
	({ name, unit }) => /lag|latency|duration|delay|wait|queue|pending|backlog/.test(name) || unit === "seconds",
	({ name, unit }) => unit === "percent" || unit === "ratio" || /_(percent|ratio|utilization)$/.test(name),
	({ type }) => type === "counter",
];
function telling(definition: SeriesDefinition): number {
	const usual = [...GAUGES, ...RATES].indexOf(definition.name);
	if (usual >= 0) return usual;
	const rank = TELLING.findIndex((is) => is(definition));
	return 100 + (rank < 0 ? TELLING.length : rank);
}

/**
 * @param series those that carry the worker's label; none: the worker has said nothing lately, and the usual ones are asked for
 * @returns selectors, the most telling metrics' first; no list is empty
 */
export function workerNumbers(worker: string, series: readonly SeriesDefinition[]): WorkerNumbers {
	const usual = (metrics: string[]) => metrics.map((metric) => seriesKey(metric, { worker }));
	// What both of the others make up, and what has its own chart. A histogram's buckets are no line each.
	const names = new Set(series.map(({ name }) => name));
	const apart = new Set([RESTARTS, ...(RATES.every((name) => names.has(name)) ? ["tasks_total"] : [])]);
	const byName = [...Map.groupBy(series, ({ name }) => name)]
		.filter(([name, [first]]) => !apart.has(name) && first?.type !== "bucket")
		.map(([name, of]) => ({ name, of, rank: telling(of[0] as SeriesDefinition) }))
		.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
	const found: Record<"gauges" | "rates", string[]> = { gauges: [], rates: [] };
	let room = CHARS;
	for (const { name, of } of byName.slice(0, MOST_METRICS)) {
		const selectors = of.length > MOST_SERIES ? usual([name]) : of.map(({ labels }) => seriesKey(name, labels));
		// Escaped once more in the message.
		room -= JSON.stringify(selectors).length;
		if (room < 0) break;
		found[of[0]?.type === "counter" ? "rates" : "gauges"].push(...selectors);
	}
	return {
		gauges: found.gauges.length > 0 ? found.gauges : usual(GAUGES),
		rates: found.rates.length > 0 ? found.rates : usual(RATES),
		restarts: seriesKey(RESTARTS, { worker }),
	};
}
