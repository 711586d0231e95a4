/** The charts of a worker, one per metric, in the order of the answers. */
import type { Metrics, SeriesColumn } from "../../../colony-bridge/protocol/query/view.ts";
import { type ChartModel, chartModels, type Drawing } from "../../chart/model.ts";
import { metricWords } from "../../format/number.ts";

/** Titles of well-known metrics; those with the same title share a chart, with `line` as the name of their lines. */
const TITLES: Record<string, { title: string; line?: string; unit?: string }> = {
	cpu_percent: { title: "CPU" },
	memory_mb: { title: "Memory" },
	tasks_active: { title: "Concurrent tasks", unit: "tasks" },
	tasks_completed: { title: "Tasks ended", line: "completed", unit: "tasks" },
	tasks_failed: { title: "Tasks ended", line: "failed", unit: "tasks" },
	worker_restarts_total: { title: "Restarts", unit: "restarts" },
};
const known = (metric: string) => (Object.hasOwn(TITLES, metric) ? TITLES[metric] : undefined);

/** Metrics drawn as areas. */
const AMOUNT = /bytes$/;

interface Answers {
	gauges: Metrics;
	rates: Metrics;
	restarts: Metrics;
}

export function drawingsOf({ gauges, rates, restarts }: Answers): Map<string, Drawing> {
	const drawn = new Map<string, Drawing>();
	const words = titles([...gauges.series, ...rates.series, ...restarts.series]);
	const add = (answer: Metrics, how: "gauge" | "rate" | "rise") => {
		for (const [title, columns] of Map.groupBy(answer.series.map(withoutWorker), ({ name }) => words.get(name) ?? name)) {
			const [model] = chartModels({ ...answer, series: columns });
			if (!model) continue;
			const metrics = new Set(columns.map(({ name }) => name));
			const unit = unitOf(columns[0] as SeriesColumn, model, how);
			const lines = model.lines.map((line, i) => ({ ...line, name: lineName(columns[i] as SeriesColumn, columns.length, title) }));
			const read = columns.every(({ name }) => known(name)?.line !== undefined) ? "" : (model.read ?? "");
			const kind = how === "rise" ? "bar" : how === "gauge" && (AMOUNT.test(unit ?? "") || metrics.has("tasks_active")) ? "area" : "line";
			drawn.set(`${how} ${title}`, { title, about: [...metrics].join(", "), kind, model: { ...model, unit, lines, read } });
		}
	};
	add(gauges, "gauge");
	add(rates, "rate");
	add(restarts, "rise");
	return usualFirst(drawn);
}

/** The five metrics of every worker come first. */
function usualFirst(drawn: Map<string, Drawing>): Map<string, Drawing> {
	const order = ["gauge CPU", "gauge Memory", "gauge Concurrent tasks", "rate Tasks ended", "rise Restarts"];
	const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
	return new Map([...drawn].sort(([a], [b]) => rank(a) - rank(b)));
}

/** Titles by metric; metrics whose titles collide keep their names. */
function titles(columns: readonly SeriesColumn[]): Map<string, string> {
	const names = [...new Set(columns.map(({ name }) => name))];
	const worded = (name: string) => {
		const words = metricWords(name);
		return known(name)?.title ?? (words[0] ?? "").toUpperCase() + words.slice(1);
	};
	const shared = Map.groupBy(
		names.filter((name) => !known(name)),
		worded,
	);
	return new Map(names.map((name) => [name, (shared.get(worded(name))?.length ?? 1) > 1 ? name : worded(name)]));
}

function unitOf(column: SeriesColumn, model: ChartModel, how: "gauge" | "rate" | "rise"): string | undefined {
	const own = known(column.name)?.unit;
	return own === undefined ? model.unit : how === "rate" ? `${own}/s` : own;
}

/** The page says which worker it is. */
function withoutWorker(column: SeriesColumn): SeriesColumn {
	const { worker: _, ...labels } = column.labels ?? {};
	return { ...column, labels };
}

function lineName({ name, labels = {} }: SeriesColumn, lines: number, title: string): string {
	const line = known(name)?.line;
	if (line !== undefined) return line;
	const further = Object.values(labels);
	return lines > 1 && further.length > 0 ? further.join(" ") : title;
}
