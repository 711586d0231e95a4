import * as v from "valibot";
import { durationMs, TABLE_RANGE } from "../duration.ts";
import { Aggregation, Duration, Expr, Selectors } from "../measure.ts";
import { Name } from "../names.ts";
import { optionsOf, specOf } from "./definition.ts";

/** The longest time range of a table's query: a chart shows more. */
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

/** A row a series of the expression's result. */
export const TableExpr = v.strictObject({ query: Expr }, "a PromQL table has a query alone: { query: 'topk(5, cpu_percent)' }");

/** Lists of the colony; `metrics` lists every series. */
export const NamedSource = v.picklist(["workers", "tasks", "streams", "logs", "checks", "metrics"]);
export type NamedSource = v.InferOutput<typeof NamedSource>;
export type TableSource = v.InferOutput<typeof TableSource>;
export const TableSource = v.union([NamedSource, TableQuery, TableExpr], ({ input, issues }) => {
	const wrong = typeof input === "object" ? issues?.find(({ path }) => path) : undefined;
	if (wrong) return wrong.type === "strict_object" ? wrong.message : `${v.getDotPath(wrong)}: ${wrong.message}`;
	const shown = typeof input === "string" ? `"${input}"` : String(input);
	return `${shown} is no source: write one of ${NamedSource.options.join(", ")}, or a query such as ${QUERY_EXAMPLE}`;
});

const fields = {
	columns: v.pipe(v.array(Name), v.minLength(1, "name at least one column"), v.maxLength(40)),
	dataSource: TableSource,
};
const spec = specOf("table", fields);

function tableQuery(source: TableSource) {
	if (typeof source === "string") return { kind: source === "metrics" ? ("series" as const) : source };
	if ("query" in source) return { kind: "series" as const, expr: source.query };
	const { metrics, aggregation, timeRange } = source;
	return { kind: "series" as const, selectors: metrics, range: timeRange ?? TABLE_RANGE, ...(aggregation && { aggregation }) };
}

/** Columns of one of the colony's lists, or of the series of a query. */
export const table = {
	spec,
	options: optionsOf(fields, { dataSource: v.optional(TableSource, "metrics") }),
	/** The page's URL sorts and filters its rows. */
	windowed: true,
	query: ({ dataSource }: v.InferOutput<typeof spec>) => tableQuery(dataSource),
};
