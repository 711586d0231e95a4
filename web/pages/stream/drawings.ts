/** The charts of a stream. */
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { type ChartKind, chartModels, type Drawing, named } from "../../chart/model.ts";

interface Chart {
	title: string;
	kind: ChartKind;
	/** Names of its lines, by metric. */
	names: Record<string, string>;
	unit?: string;
}

/** In display order; metrics that are not reported have no chart. */
const CHARTS = {
	throughput: {
		title: "Throughput",
		kind: "line",
		names: { records_in: "in", stream_records_total: "processed", records_out: "out" },
		unit: "records/s",
	},
	lag: { title: "Lag", kind: "area", names: { stream_lag_seconds: "lag" } },
	latency: {
		title: "Record latency",
		kind: "line",
		names: { stream_latency_p50: "p50", stream_latency_p95: "p95", stream_latency_p99: "p99" },
	},
	pressure: {
		title: "Pressure",
		kind: "line",
		names: { stream_busy: "busy", stream_throttle: "source back-pressured", stream_buffer_fill: "buffer in use" },
	},
	windows: { title: "Windows open", kind: "area", names: { stream_windows_open: "open" }, unit: "windows" },
	fired: { title: "Windows fired", kind: "bar", names: { stream_windows_fired_total: "fired" }, unit: "windows" },
	late: { title: "Late records", kind: "bar", names: { stream_late_records_total: "late" }, unit: "records" },
} satisfies Record<string, Chart>;
export type StreamChart = keyof typeof CHARTS;

export function drawingsOf(answers: Record<StreamChart, Metrics>): Map<string, Drawing> {
	const drawn = new Map<string, Drawing>();
	for (const [chart, { title, kind, names, unit }] of Object.entries(CHARTS as Record<StreamChart, Chart>) as [StreamChart, Chart][]) {
		const answer = answers[chart];
		const [model] = chartModels(answer);
		if (!model || model.lines.length === 0) continue;
		const worded = named(model, ({ metric = "" }) => names[metric]);
		drawn.set(title, { title, about: Object.keys(names).join(", "), kind, model: { ...worded, unit: unit ?? model.unit } });
	}
	return drawn;
}
