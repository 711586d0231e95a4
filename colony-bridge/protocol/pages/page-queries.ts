/**
 * The queries of each page, by name. A component reads the answer to `cpu` with `useAnswer("cpu")`, whose type follows from the query here. A
 * name stands for one kind of query on all pages, so that parts of a page can be shared.
 */
import type { QueryInput, QueryKind, TaskFilter } from "../query/query.ts";
import type { Reported } from "../query/reported.ts";
import { rankOf } from "../query/telling.ts";
import { durationMs } from "../wire/duration.ts";
import type { BuiltInPage } from "../wire/layout.ts";
import { seriesKey } from "../wire/selector.ts";
import type { SeriesDefinition } from "../wire/series.ts";
import { explored, isPromql } from "./explore.ts";
import { type PageView, rowsSeen } from "./page-view.ts";
import { isOfSeries, lacking, streamOf, workerOf } from "./pages.ts";

type Queries = Record<string, QueryInput>;

/** Queries of the shell around every page. */
export const SHELL = {
	cluster: { kind: "cluster" },
	layout: { kind: "layout" },
} satisfies Queries;

/** Annotations on the time axes of charts. */
const MARKS = { kind: "marks", limit: 50 } satisfies QueryInput;

/** Queries of a page whose widgets have time axes, unless its own queries have the name. */
export const EVENTS = {
	errors: { kind: "errors", limit: 50, brief: true },
	marks: MARKS,
} satisfies Queries;

/** One chart; a page's range and end are put in by `planPage`. */
const chart = (selectors: string[], more: How = {}) => ({
	kind: "metrics" as const,
	selectors,
	range: "15m",
	points: 180,
	...more,
});
type Metrics = Extract<QueryInput, { kind: "metrics" }>;
type How = Partial<Pick<Metrics, "range" | "points" | "fold" | "aggregation">>;

const comb = ({ comb, filter }: PageView, filtered: boolean) => ({
	kind: "comb" as const,
	...(comb && { metric: comb }),
	...(filtered && filter && { filter }),
});

/** Changes of status that a row's strip is drawn of. */
const CHANGES = 10;

const ERROR_GROUPS = { kind: "errorGroups", limit: 30 } satisfies QueryInput;
const CHECKS = { kind: "checks", limit: 50, changes: CHANGES } satisfies QueryInput;
const STATUS_CHANGES = { kind: "statusChanges", limit: 100 } satisfies QueryInput;

/** The charts of Overview, which a report has too. */
export const OVERVIEW_CHARTS = {
	cpu: chart(["cpu_percent"], { fold: "avg" }),
	cpuPeak: chart(["cpu_percent"], { fold: "max" }),
	memory: chart(["memory_mb"], { fold: "sum" }),
	taskRates: chart(["tasks_completed", "tasks_total", "tasks_failed"], { points: 90, fold: "sum", aggregation: "rate" }),
	lagOfWorst: chart(["stream_lag_seconds"], { points: 90, fold: "max", aggregation: "max" }),
	queued: chart(["tasks_queued"], { points: 90, fold: "sum" }),
	hive: chart(["colony_temperature", "dance_vigor", "food_sources"], { points: 60, fold: "avg" }),
	dances: chart(["waggle_dances_total"], { points: 60, fold: "sum", aggregation: "rate" }),
} satisfies Queries;

const overview = (view: PageView) =>
	({
		comb: comb(view, false),
		...OVERVIEW_CHARTS,
		tasks: { kind: "tasks", limit: 20 },
		errors: { kind: "errors", limit: 20, brief: true },
		errorGroups: ERROR_GROUPS,
		checks: CHECKS,
		statusChanges: STATUS_CHANGES,
		commands: { kind: "commands", limit: 20 },
		marks: { kind: "marks", limit: 20 },
		pheromones: chart(["pheromone_level"], { range: "5m", points: 1, fold: "each" }),
	}) satisfies Queries;

const runs = (view: PageView) =>
	({
		runs: { kind: "runs", limit: 200 },
		runTasks: { kind: "runTasks", ...(view.run && { run: view.run, ...(view.with && { with: view.with }) }) },
	}) satisfies Queries;

/** Targets and scrapes listed. */
const TARGETS = { up: 100, scrapes: 500 };

/** Who is asked for series. */
const TARGETS_ASKED = {
	targets: { kind: "series", selectors: ["up"], sort: "value", limit: TARGETS.up },
	scrapes: { kind: "series", selectors: ["scrape_duration_seconds", "scrape_samples_scraped"], limit: TARGETS.scrapes },
	up: chart(["up"], { range: "1h", points: 60, fold: "each", aggregation: "min" }),
} satisfies Queries;

/** Overview of a colony that reports nothing but series. */
const ofSeries = {
	...TARGETS_ASKED,
	names: { kind: "names", limit: 12, sparklines: 12, byRelevance: true },
	errorGroups: ERROR_GROUPS,
	checks: CHECKS,
	statusChanges: STATUS_CHANGES,
	commands: { kind: "commands", limit: 20 },
	marks: { kind: "marks", limit: 20 },
} satisfies Queries;

const workers = (view: PageView) =>
	({
		// It dims the workers that the table leaves out.
		comb: comb(view, true),
		workers: { kind: "workers", ...rowsSeen(view), changes: CHANGES },
		cpu: chart(["cpu_percent"], { range: "5m", points: 30, fold: "each" }),
		memory: chart(["memory_mb"], { range: "5m", points: 30, fold: "each" }),
		commands: { kind: "commands", limit: 20 },
	}) satisfies Queries;

const tasks = (view: PageView) =>
	({
		tasks: { kind: "tasks", ...rowsSeen(view) },
		taskStats: { kind: "taskStats" },
		errorGroups: { ...ERROR_GROUPS, source: "task" },
		ended: { kind: "ended", ...historyOf(view) },
		queued: chart(["tasks_queued"], { fold: "sum" }),
		task: { kind: "task", ...(view.task && { id: view.task }) },
		marks: MARKS,
	}) satisfies Queries;

/** Which ended tasks an address means. With an end, those of the time it shows. */
function historyOf({ range, end, status, name, worker, text, order, after }: PageView): Partial<TaskFilter> {
	return {
		...(status && { status }),
		...(name && { name }),
		...(worker && { worker }),
		...(text && { text }),
		...(order && { order }),
		...(after && { after: Number(after) }),
		...(end !== undefined && { until: end }),
		...(end !== undefined && range !== undefined && { since: Math.max(0, end - durationMs(range)) }),
	};
}

/** The records of all streams together, which a report has too. */
export const STREAM_CHARTS = {
	throughputOfAll: chart(["stream_records_total"], { fold: "sum", aggregation: "rate" }),
} satisfies Queries;

const streaming = (view: PageView) =>
	({
		streams: { kind: "streams", ...rowsSeen(view), changes: CHANGES },
		// One line a stream for the rows, and all streams in one for those that are many.
		throughput: chart(["stream_records_total"], { points: 60, fold: "each", aggregation: "rate" }),
		lag: chart(["stream_lag_seconds"], { points: 60, fold: "each" }),
		...STREAM_CHARTS,
		lagOfWorst: chart(["stream_lag_seconds"], { fold: "max", aggregation: "max" }),
		marks: MARKS,
	}) satisfies Queries;

/** Metrics listed, each with how it went lately. */
const NAMES = 60;

const metrics = (view: PageView) => ({
	...TARGETS_ASKED,
	names: { kind: "names", limit: NAMES, ...(view.find?.trim() && { match: view.find }), sparklines: NAMES } satisfies QueryInput,
	marks: MARKS,
	...graphs(view),
});

type Graphs = Record<`graph.${number}`, Metrics> & Record<`expr.${number}`, Extract<QueryInput, { kind: "promql" }>>;
const graphs = (view: PageView): Graphs =>
	Object.fromEntries(
		explored(view).map((row) => {
			const own = { range: "1h", ...(view.points !== undefined && { points: view.points }) };
			if (isPromql(row)) return [row.graph, { kind: "promql", expr: row.text, points: 180, ...own }];
			const { graph, text, aggregation, fold } = row;
			return [graph, chart([text], { ...own, ...(aggregation && { aggregation }), ...(fold && { fold }) })];
		}),
	);

/** @param series those that carry the worker's label */
const worker = (id: string, view: PageView, series: readonly SeriesDefinition[]) => {
	const { gauges, rates, restarts } = workerNumbers(id, series);
	const { offset: _, ...order } = rowsSeen(view);
	const own = { points: 120, fold: "together" } as const;
	return {
		worker: { kind: "workers", worker: id },
		/** Itself and those before and after it, in the order the reader came by. */
		beside: { kind: "workers", around: id, limit: 3, ...order },
		gauges: chart(gauges, own),
		rates: chart(rates, { ...own, aggregation: "rate" }),
		restarts: chart([restarts], { ...own, aggregation: "increase", points: 40 }),
		tasks: { kind: "tasks", limit: 50, worker: id },
		ended: { kind: "ended", limit: 50, worker: id },
		errors: { kind: "errors", limit: 20, worker: id, brief: true },
		errorGroups: { ...ERROR_GROUPS, worker: id },
		logs: { kind: "logs", limit: 100, worker: id },
		marks: { kind: "marks", limit: 20, worker: id },
		commands: { kind: "commands", limit: 20 },
	} satisfies Queries;
};

/** @param operator whose subtasks; absent: all operators' */
const stream = (id: string, { operator }: PageView) => {
	const own = (metrics: string[], more: How = {}) =>
		chart(
			metrics.map((metric) => seriesKey(metric, { stream: id })),
			{ fold: "together", ...more },
		);
	return {
		stream: { kind: "streams", stream: id },
		throughput: own(["records_in", "stream_records_total", "records_out"], { aggregation: "rate" }),
		lag: own(["stream_lag_seconds"]),
		latency: own(["stream_latency_p50", "stream_latency_p95", "stream_latency_p99"]),
		pressure: own(["stream_busy", "stream_throttle", "stream_buffer_fill"]),
		windows: own(["stream_windows_open"]),
		fired: own(["stream_windows_fired_total"], { aggregation: "increase", points: 40 }),
		late: own(["stream_late_records_total"], { aggregation: "increase", points: 40 }),
		operators: { kind: "operators", stream: id },
		subtasks: { kind: "subtasks", stream: id, ...(operator !== undefined && { operator }) },
		checkpoints: { kind: "checkpoints", stream: id },
		errors: { kind: "errors", limit: 20, stream: id, brief: true },
		errorGroups: { ...ERROR_GROUPS, stream: id },
		logs: { kind: "logs", limit: 100, stream: id },
		marks: { kind: "marks", limit: 20, stream: id },
	} satisfies Queries;
};

const BUILT_IN = { overview, workers, tasks, streaming, metrics } satisfies Record<BuiltInPage, (view: PageView) => Queries>;

export interface ClusterFacts {
	/** For a worker's page, the series with its label. */
	series?: readonly SeriesDefinition[];
	/** Absent: whatever there is. */
	reported?: Reported;
}

/** @returns undefined where the page is no page of ours */
export function ownQueries(page: string, view: PageView, { series = [], reported }: ClusterFacts): Queries | undefined {
	if (reported && isOfSeries(page, reported)) return ofSeries;
	if (reported && lacking(page, reported)) return {};
	// It asks no cluster's state: what it shows goes only to those who may see it, by its own route.
	if (page === "audit") return {};
	if (page === "runs") return runs(view);
	if (Object.hasOwn(BUILT_IN, page)) return BUILT_IN[page as BuiltInPage](view);
	const [ofWorker, ofStream] = [workerOf(page), streamOf(page)];
	if (ofWorker !== undefined) return worker(ofWorker, view, series);
	return ofStream === undefined ? undefined : stream(ofStream, view);
}

type Plan =
	| ReturnType<typeof runs>
	| typeof SHELL
	| typeof EVENTS
	| Graphs
	| { errorCounts: { kind: "errorCounts" } }
	| typeof ofSeries
	| ReturnType<(typeof BUILT_IN)[BuiltInPage] | typeof worker | typeof stream>;
type NameOf<P> = P extends unknown ? keyof P : never;
type KindIn<P, N> = P extends unknown
	? N extends keyof P
		? P[N] extends { kind: infer K extends QueryKind }
			? K
			: never
		: never
	: never;

/** Names that a page's own queries may have, and the kind of each. */
export type AnswerName = NameOf<Plan>;
export type KindOf<N extends AnswerName> = KindIn<Plan, N>;

/** Selectors of the charts. */
interface WorkerNumbers {
	gauges: string[];
	rates: string[];
	restarts: string;
}

/** Metrics drawn, and series of one metric: more are drawn as one. */
export const MOST_METRICS = 12;
const MOST_SERIES = 4;
/** Characters of all selectors in a viewer's message, which has other queries too. */
const CHARS = 3000;

/** Those every colony has by these names, in the order readers look for them. Failed and completed tasks share a chart. */
const GAUGES = ["cpu_percent", "memory_mb", "tasks_active"];
const RATES = ["tasks_completed", "tasks_failed"];
/** Drawn as increase, in a chart of its own. */
const RESTARTS = "worker_restarts_total";

/** The usual ones before the others. */
function rankOnWorker(definition: SeriesDefinition): number {
	const usual = [...GAUGES, ...RATES].indexOf(definition.name);
	return usual >= 0 ? usual : 100 + rankOf(definition);
}

/**
 * @param series those that carry the worker's label; none: the worker has no active series, and the usual ones are queried
 * @returns selectors, the most telling metrics' first; no list is empty
 */
export function workerNumbers(worker: string, series: readonly SeriesDefinition[]): WorkerNumbers {
	const usual = (metrics: string[]) => metrics.map((metric) => seriesKey(metric, { worker }));
	// Restarts have their own chart, and the total is the sum of completed and failed. The buckets of a histogram are not lines of their own.
	const names = new Set(series.map(({ name }) => name));
	const apart = new Set([RESTARTS, ...(RATES.every((name) => names.has(name)) ? ["tasks_total"] : [])]);
	const byName = [...Map.groupBy(series, ({ name }) => name)]
		.filter(([name, [first]]) => !apart.has(name) && first?.type !== "bucket")
		.map(([name, of]) => ({ name, of, rank: rankOnWorker(of[0] as SeriesDefinition) }))
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
