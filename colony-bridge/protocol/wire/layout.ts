/** Pages and widgets as data: what a bridge announces, what a page draws. */
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Aggregation, Duration, durationMs, Selector, Selectors } from "./measure.ts";
import { Count, Name, Value } from "./names.ts";
import { numberFormatError } from "./number-format.ts";
import { LogLevel } from "./state.ts";

/** Python's format string, e.g. `{value:.1f}/s`. */
const format = v.optional(
	v.pipe(
		v.string(),
		v.maxLength(100),
		v.check(
			(text) => numberFormatError(text) === undefined,
			({ input }) => numberFormatError(input) ?? "",
		),
	),
);

const position = v.optional(v.strictTuple([v.pipe(Count, v.maxValue(999)), v.pipe(Count, v.maxValue(11))]));
const frame = {
	title: v.pipe(v.string(), v.maxLength(LIMITS.nameChars)),
	/** Row and column of the grid; absent: flows after the placed ones. */
	position,
};

/** None below the one before, or none above. */
const inOrder = (values: readonly number[]): boolean =>
	[1, -1].some((way) => values.every((value, i) => i === 0 || way * (value - (values[i - 1] as number)) >= 0));

export const MetricWidgetSpec = v.object({
	kind: v.literal("metric"),
	...frame,
	metric: Selector,
	aggregation: v.optional(Aggregation),
	format,
});
export const ChartWidgetSpec = v.object({
	kind: v.literal("chart"),
	...frame,
	metrics: Selectors,
	chartType: v.picklist(["line", "bar", "area"]),
	timeRange: Duration,
	aggregation: v.optional(Aggregation),
	refreshIntervalMs: v.optional(v.pipe(Count, v.minValue(250))),
});
/** The longest stretch a table's query is read over: a chart shows more. */
const LONGEST_TABLE_MS = 3_600_000;

const QUERY_EXAMPLE = '{ metrics: ["cpu_percent"] }';

/** A row a series: what `aggregation` makes of each over the last `timeRange`, and how that differs from the stretch before. */
export const TableQuery = v.strictObject(
	{
		/** Metrics, or selectors of their series. */
		metrics: Selectors,
		/** Absent: the newest value. */
		aggregation: v.optional(Aggregation),
		timeRange: v.optional(
			v.pipe(
				Duration,
				v.check((range) => durationMs(range) <= LONGEST_TABLE_MS, "a table reads one hour at most: write 1h or less, or take a chart"),
			),
		),
	},
	({ expected, path }) => {
		const field = path?.at(-1)?.key;
		if (expected === "never") return `a query has no "${field}", only metrics, aggregation and timeRange`;
		return field === undefined ? `write ${QUERY_EXAMPLE}` : `a query needs its ${field}: ${QUERY_EXAMPLE}`;
	},
);
export type TableQuery = v.InferOutput<typeof TableQuery>;

/** Lists of the colony; `metrics` lists every series. */
export const NamedSource = v.picklist(["workers", "tasks", "streams", "logs", "checks", "metrics"]);
export type NamedSource = v.InferOutput<typeof NamedSource>;
export type TableSource = v.InferOutput<typeof TableSource>;
export const TableSource = v.union([NamedSource, TableQuery], ({ input, issues }) => {
	const wrong = typeof input === "object" ? issues?.find(({ path }) => path) : undefined;
	if (wrong) return wrong.type === "strict_object" ? wrong.message : `${v.getDotPath(wrong)}: ${wrong.message}`;
	const shown = typeof input === "string" ? `"${input}"` : String(input);
	return `${shown} is no source: write one of ${NamedSource.options.join(", ")}, or a query such as ${QUERY_EXAMPLE}`;
});
export const TableWidgetSpec = v.object({
	kind: v.literal("table"),
	...frame,
	columns: v.pipe(v.array(Name), v.minLength(1, "name at least one column"), v.maxLength(40)),
	dataSource: TableSource,
});
export const GaugeWidgetSpec = v.object({
	kind: v.literal("gauge"),
	...frame,
	metric: Selector,
	minValue: Value,
	maxValue: Value,
	format,
	/** Colour name to the upper end of its band, e.g. `{green: 70, yellow: 85, red: 100}`. */
	thresholds: v.optional(
		v.pipe(
			v.record(v.picklist(["green", "yellow", "red"]), Value),
			v.check(
				(ends) => inOrder(["green", "yellow", "red"].flatMap((colour) => ends[colour as keyof typeof ends] ?? [])),
				"thresholds are the upper ends of bands and rise from green to yellow to red, or fall where less is worse: {green: 70, yellow: 85, red: 100}",
			),
		),
	),
});
export const StatusWidgetSpec = v.object({ kind: v.literal("status"), ...frame, checks: v.pipe(v.array(Name), v.maxLength(200)) });
export const LogWidgetSpec = v.object({
	kind: v.literal("log"),
	...frame,
	maxLines: v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.rows)),
	filterLevel: v.optional(LogLevel),
	/** Names or globs, e.g. `worker-*`. */
	sources: v.optional(v.pipe(v.array(Name), v.maxLength(50))),
});
/** Drawn by the program that defined it, as HTML: `html` frames bring it. */
export const CustomWidgetSpec = v.object({
	kind: v.literal("custom"),
	...frame,
	/** Which HTML is its own: unique within the cluster. */
	id: Name,
});

export const WidgetSpec = v.variant("kind", [
	MetricWidgetSpec,
	ChartWidgetSpec,
	TableWidgetSpec,
	GaugeWidgetSpec,
	StatusWidgetSpec,
	LogWidgetSpec,
	CustomWidgetSpec,
]);
export type WidgetSpec = v.InferOutput<typeof WidgetSpec>;

/** The first two of them that would stand at one place. */
function overlapping(widgets: readonly WidgetSpec[]): [WidgetSpec, WidgetSpec] | undefined {
	const taken = new Map<string, WidgetSpec>();
	for (const widget of widgets) {
		if (!widget.position) continue;
		const place = widget.position.join();
		const other = taken.get(place);
		if (other) return [other, widget];
		taken.set(place, widget);
	}
	return undefined;
}

const Widgets = v.pipe(
	v.array(WidgetSpec),
	v.maxLength(LIMITS.widgets),
	v.check(
		(widgets) => overlapping(widgets) === undefined,
		({ input }) => {
			const [one, other] = overlapping(input) ?? [];
			return `"${one?.title}" and "${other?.title}" both stand at [${other?.position?.join(", ")}]; give one of them another place, or none`;
		},
	),
);

/** Names that belong to the dashboard itself: a custom page cannot take them. */
export const BUILT_IN_PAGES = ["overview", "workers", "tasks", "streaming", "metrics"] as const;
export type BuiltInPage = (typeof BUILT_IN_PAGES)[number];
const RESERVED: readonly string[] = [...BUILT_IN_PAGES, "api", "assets", "clusters", "login", "logout", "audit", "health"];

export const PageSpec = v.object({
	/** URL path under the cluster, one segment. */
	name: v.pipe(
		v.string(),
		v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a page name has lower-case letters, digits and dashes"),
		v.check((name) => !RESERVED.includes(name), `a page name must not be one of ${RESERVED.join(", ")}`),
	),
	title: Name,
	widgets: Widgets,
});
export type PageSpec = v.InferOutput<typeof PageSpec>;

export const Layout = v.object({
	/** Widgets added to Overview. */
	widgets: Widgets,
	pages: v.pipe(v.array(PageSpec), v.maxLength(100)),
});
export type Layout = v.InferOutput<typeof Layout>;
