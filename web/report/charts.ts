/** The built-in charts over the report's time, from the answers. Those without a series are left out. */
import type { ReportAnswers } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/query/view.ts";
import { type ChartModel, chartModels, type Drawing, modelSince, named, untilNow } from "../chart/model.ts";
import { advancedBy, stepsBehind } from "../live/clock.ts";
import { beginOf } from "../page/begin.ts";

const ENDED: Record<string, string> = { tasks_completed: "completed", tasks_failed: "failed", tasks_total: "ended" };
/** Metrics of the hive, with their titles. */
const HIVE: Record<string, string> = {
	colony_temperature: "Colony temperature",
	dance_vigor: "Dance vigor",
	food_sources: "Food sources",
	waggle_dances_total: "Waggle dances",
};

/** @param at end of all charts, ms. @param intervalMs of pushes */
export function drawingsOf(answers: ReportAnswers, at: number, intervalMs: number): Drawing[] {
	const upToDate = (metrics: Metrics): Metrics =>
		metrics.series.length > 0 ? advancedBy(metrics, stepsBehind(metrics, at - intervalMs)) : metrics;
	const known = Object.values(answers).flatMap((answer) =>
		answer.kind === "metrics" && answer.series.length > 0 ? [upToDate(answer)] : [],
	);
	/** Charts of a young colony begin together, with its first number. */
	const begin = beginOf(known);
	const draw = (title: string, kind: Drawing["kind"], model: ChartModel | undefined): Drawing[] =>
		model ? [{ title, kind, model: untilNow(modelSince(model, begin), at) }] : [];
	const of = (metrics: Metrics, name: (column: SeriesColumn) => string, unit?: string) => single(upToDate(metrics), name, unit);
	return [
		...draw("CPU, percent of one core", "line", cpuModel(upToDate(answers.cpu), upToDate(answers.cpuPeak))),
		...draw(
			"Memory",
			"area",
			of(answers.memory, (column) => ownerOf(column, { workers: "all workers", series: "sum of all series" })),
		),
		...draw("Tasks ended", "line", endedModel(upToDate(answers.taskRates))),
		...draw(
			"Queued tasks",
			"area",
			of(answers.queued, () => "queued tasks", "tasks"),
		),
		...draw(
			"Records of all streams",
			"area",
			of(answers.throughputOfAll, () => "records", "records/s"),
		),
		...draw(
			"Stream lag",
			"area",
			of(answers.lagOfWorst, () => "worst stream", "seconds"),
		),
		...[answers.hive, answers.dances].map(upToDate).flatMap((metrics) =>
			metrics.series.flatMap((column) =>
				draw(
					HIVE[column.name] ?? column.name,
					"line",
					single({ ...metrics, series: [column] }, () => column.name),
				),
			),
		),
	];
}

/** A chart of one line. @param unit where the series says none */
function single(metrics: Metrics, nameOf: (column: SeriesColumn) => string, unit?: string): ChartModel | undefined {
	const [model] = chartModels(metrics);
	const [column] = metrics.series;
	const line = model?.lines[0];
	return model && column && line && { ...model, unit: model.unit ?? unit, lines: [{ ...line, name: nameOf(column) }] };
}

/** Subject of the numbers that were folded into a line: a metric without a worker label is not a worker's. */
function ownerOf({ across }: SeriesColumn, how: { workers: string; series: string }): string {
	if (across?.labels.includes("worker")) return how.workers;
	return (across?.series ?? 0) > 1 ? how.series : "colony as a whole";
}

/** Mean and maximum: the mean hides a single stuck worker. */
function cpuModel(mean: Metrics, peak: Metrics): ChartModel | undefined {
	const model = single(mean, (column) => ownerOf(column, { workers: "mean of workers", series: "mean of all series" }));
	const [column] = mean.series;
	const [highest] = peak.series;
	if (!model || !column) return undefined;
	const name = ownerOf(column, { workers: "busiest worker", series: "highest of them" });
	const second = highest && (column.across?.series ?? 0) > 1 ? [{ key: "max", name, values: highest.values.slice(-model.length) }] : [];
	return { ...model, lines: [...model.lines, ...second] };
}

/** The total is for colonies without a counter of completed tasks. */
function endedModel(ended: Metrics): ChartModel | undefined {
	const apart = ended.series.some(({ name }) => name === "tasks_completed");
	const [model] = chartModels(apart ? { ...ended, series: ended.series.filter(({ name }) => name !== "tasks_total") } : ended);
	return model && { ...named(model, ({ metric = "" }) => ENDED[metric]), unit: "tasks/s" };
}
