/** Widgets as a program writes them; what a page draws is their `spec()`. Options and defaults are the specification's. */
import * as v from "valibot";
import { checkOptions } from "../option-check.ts";
import {
	ChartWidgetSpec,
	GaugeWidgetSpec,
	LogWidgetSpec,
	MetricWidgetSpec,
	StatusWidgetSpec,
	TableWidgetSpec,
	type WidgetSpec,
} from "../protocol/wire/layout.ts";

// A spec as its class takes it: the class says the kind, the page gives the place, and an unknown option is a slip worth telling.
const MetricOptions = v.strictObject(v.omit(MetricWidgetSpec, ["kind", "position"]).entries);
const ChartOptions = v.strictObject({
	...v.omit(ChartWidgetSpec, ["kind", "position"]).entries,
	chartType: v.optional(ChartWidgetSpec.entries.chartType, "line"),
	timeRange: v.optional(ChartWidgetSpec.entries.timeRange, "1h"),
});
const TableOptions = v.strictObject({
	...v.omit(TableWidgetSpec, ["kind", "position"]).entries,
	dataSource: v.optional(TableWidgetSpec.entries.dataSource, "metrics"),
});
const GaugeOptions = v.pipe(
	v.strictObject({
		...v.omit(GaugeWidgetSpec, ["kind", "position"]).entries,
		minValue: v.optional(GaugeWidgetSpec.entries.minValue, 0),
		maxValue: v.optional(GaugeWidgetSpec.entries.maxValue, 100),
	}),
	v.check(({ minValue, maxValue }) => minValue < maxValue, "minValue is below maxValue"),
);
const StatusOptions = v.strictObject(v.omit(StatusWidgetSpec, ["kind", "position"]).entries);
const LogOptions = v.strictObject({
	...v.omit(LogWidgetSpec, ["kind", "position"]).entries,
	maxLines: v.optional(LogWidgetSpec.entries.maxLines, 100),
});

export type MetricWidgetOptions = v.InferInput<typeof MetricOptions>;
export type ChartWidgetOptions = v.InferInput<typeof ChartOptions>;
export type TableWidgetOptions = v.InferInput<typeof TableOptions>;
export type GaugeWidgetOptions = v.InferInput<typeof GaugeOptions>;
export type StatusWidgetOptions = v.InferInput<typeof StatusOptions>;
export type LogWidgetOptions = v.InferInput<typeof LogOptions>;

/** Input of a custom widget's `render`. */
export interface WidgetContext<Data = Record<string, unknown>> {
	title: string;
	/** Now, ms since 1970. */
	at: number;
	/** Result of `getData()`; empty without one. */
	data: Data;
}

/**
 * What all widgets have in common. A class of your own that has `render` is a custom widget: it runs in the program that made it and is
 * shown wherever the dashboard is, its HTML in a frame of its own, where no script runs and nothing from outside is loaded.
 */
export class Widget<Data = Record<string, unknown>> {
	readonly title: string;
	/** Which drawings are its own, in whatever cluster they end up. */
	readonly #id: string = globalThis.crypto.randomUUID();
	/** Time between two drawings, ms. Absent: as often as the colony is asked. */
	readonly refreshIntervalMs?: number;

	constructor(title: string) {
		this.title = checkOptions(new.target.name, MetricWidgetSpec.entries.title, title);
	}

	/** @returns the widget's HTML, 16,000 characters at most. What it throws is shown in the widget's place. */
	render?(context: WidgetContext<Data>): string | Promise<string>;

	/** Data for `render`, fetched before each drawing. */
	getData?(): Data | Promise<Data>;

	/** The widget's definition, as sent to the pages. */
	spec(): WidgetSpec {
		if (isCustom(this)) return { kind: "custom", title: this.title, id: this.#id };
		throw new TypeError(
			`${this.constructor.name} "${this.title}" does not say what to draw: give it a render() that returns HTML, or use MetricWidget, ` +
				"ChartWidget, TableWidget, GaugeWidget, StatusWidget or LogWidget",
		);
	}
}

/** A widget, whatever it shows. */
export type AnyWidget = Widget<unknown>;
export type CustomWidget = AnyWidget & Required<Pick<AnyWidget, "render">>;
export const isCustom = (widget: AnyWidget): widget is CustomWidget => typeof widget.render === "function";

class SpecWidget extends Widget {
	readonly #spec: WidgetSpec;

	constructor(spec: WidgetSpec) {
		super(spec.title);
		this.#spec = spec;
	}

	override spec(): WidgetSpec {
		return this.#spec;
	}
}

/** One number: the newest value of a metric, or what `aggregation` makes of it. `format` is Python's, e.g. `{value:.1f}/s`; what Python would not take is refused here. */
export class MetricWidget extends SpecWidget {
	constructor(options: MetricWidgetOptions) {
		super({ kind: "metric", ...checkOptions("MetricWidget", MetricOptions, options) });
	}
}

/** Metrics over time. `chartType` is `line` unless said, `timeRange` one hour. */
export class ChartWidget extends SpecWidget {
	constructor(options: ChartWidgetOptions) {
		super({ kind: "chart", ...checkOptions("ChartWidget", ChartOptions, options) });
	}
}

/**
 * Rows of a source, with the named columns. `dataSource` is one of the colony's lists (`workers`, `tasks`, `streams`, `logs`, `checks`),
 * `metrics` unless said (a row for each series, with its name and value), or a query: a row for each series of
 * `{ metrics: ["cpu_percent", 'tasks_total{kind="a"}'], aggregation: "avg", timeRange: "15m" }`. Its columns are `series`, `name`, any
 * label, `value` (what `aggregation` makes of the last `timeRange`, 5 min unless said and 1 h at most; the newest where none is said),
 * `change` (against the stretch before), `unit` and `updated`. Of more than 2,000 series the table is cut, and says so.
 */
export class TableWidget extends SpecWidget {
	constructor(options: TableWidgetOptions) {
		super({ kind: "table", ...checkOptions("TableWidget", TableOptions, options) });
	}
}

/** One number on a scale, 0 to 100 unless said; `thresholds` are the upper ends of the coloured bands, `format` as in a `MetricWidget`. */
export class GaugeWidget extends SpecWidget {
	constructor(options: GaugeWidgetOptions) {
		super({ kind: "gauge", ...checkOptions("GaugeWidget", GaugeOptions, options) });
	}
}

/** The named checks and whether they are well. */
export class StatusWidget extends SpecWidget {
	constructor(options: StatusWidgetOptions) {
		super({ kind: "status", ...checkOptions("StatusWidget", StatusOptions, options) });
	}
}

/** The newest log lines, 100 unless said, of `filterLevel` and worse, of `sources` (names or globs such as `worker-*`). */
export class LogWidget extends SpecWidget {
	constructor(options: LogWidgetOptions) {
		super({ kind: "log", ...checkOptions("LogWidget", LogOptions, options) });
	}
}
