/** The widgets that a program adds to pages. The package exports all of this file. Options and defaults are the specification's. */
import { type WidgetOptions, widgetClass } from "./widget.ts";

export { Widget, type WidgetContext } from "./widget.ts";

/** One number: the newest value of a metric, or what `aggregation` makes of it, or the first series of PromQL as `query`. `format` is Python's, e.g. `{value:.1f}/s`; what Python would not take is refused here. */
export class MetricWidget extends widgetClass("metric") {}
export type MetricWidgetOptions = WidgetOptions<"metric">;

/** Metrics over time, or PromQL as `query`. `chartType` is `line` by default, `timeRange` one hour. */
export class ChartWidget extends widgetClass("chart") {}
export type ChartWidgetOptions = WidgetOptions<"chart">;

/**
 * Rows of a source, with the named columns. `dataSource` is one of the colony's lists (`workers`, `tasks`, `streams`, `logs`, `checks`),
 * `metrics` unless said (a row for each series, with its name and value), or a query: a row for each series of
 * `{ metrics: ["cpu_percent", 'tasks_total{kind="a"}'], aggregation: "avg", timeRange: "15m" }`. Its columns are `series`, `name`, any
 * label, `value` (what `aggregation` makes of the last `timeRange`, 5 min unless said and 1 h at most; the newest where none is said),
 * `change` (against the stretch before), `unit` and `updated`. `{ query: "topk(5, cpu_percent)" }` has a row for each series of a PromQL result. Of more than 2,000 series the table is cut, and says so.
 */
export class TableWidget extends widgetClass("table") {}
export type TableWidgetOptions = WidgetOptions<"table">;

/** One number on a scale, 0 to 100 unless said; `thresholds` are the upper ends of the coloured bands, `format` as in a `MetricWidget`. */
export class GaugeWidget extends widgetClass("gauge") {}
export type GaugeWidgetOptions = WidgetOptions<"gauge">;

/** The named checks and whether they are well. */
export class StatusWidget extends widgetClass("status") {}
export type StatusWidgetOptions = WidgetOptions<"status">;

/** The newest log lines, 100 unless said, of `filterLevel` and worse, of `sources` (names or globs such as `worker-*`). */
export class LogWidget extends widgetClass("log") {}
export type LogWidgetOptions = WidgetOptions<"log">;
