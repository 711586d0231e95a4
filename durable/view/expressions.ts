/** PromQL for pages and widgets: an expression at the steps of a chart, its present result as rows, and its parts explained. */

import { typeOf } from "../../colony-bridge/protocol/promql/ast.ts";
import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { ExplainedPart, Metrics, Answer as ViewAnswer } from "../../colony-bridge/protocol/query/view.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { tidy } from "../history/query/evaluate.ts";
import { niceStep } from "../history/query/grid.ts";
import { roomFor } from "../history/query/lines.ts";
import { SERIES_TEXTS, type SeriesEntry } from "../history/query/range-values.ts";
import type { HistoryReads } from "../history/reads.ts";
import type { Answer, SampledSeries } from "../promql/evaluate/answer.ts";
import { evaluate, type When } from "../promql/evaluate/engine.ts";
import type { Options } from "../promql/evaluate/options.ts";
import { Trace, type TracedPart } from "../promql/evaluate/trace.ts";
import { withOwn } from "../promql/history/own-source.ts";
import type { SeriesIndex } from "../promql/history/series-index.ts";
import { HistorySamples, THINNED } from "../promql/history/source.ts";
import { Labels, METRIC_NAME, QueryError } from "../promql/values.ts";
import { RowOrder } from "../rows/row-order.ts";
import { answerBytes, OBJECT_BYTES } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";

/** Results kept, those asked for last. */
const REMEMBERED = 100;
/** A unit of work takes some 80 ns. */
const MS_PER_UNIT = 80e-6;
/** Rows that a table's expression may have. */
const MOST_ROWS = 2000;

interface Charted {
	/** Instant of the last step, ms. */
	end: number;
	answer: Metrics;
}
interface Tabled {
	/** Instant of the evaluation, ms. */
	at: number;
	entries: readonly ResultEntry[];
	omitted: number;
	order: RowOrder<ResultEntry>;
}
interface ResultEntry extends SeriesEntry {
	value: number;
}

export class Expressions {
	readonly #history: HistoryReads;
	readonly #index: SeriesIndex;
	readonly #ownSeries: Facts["ownSeries"];
	readonly #options: Options;
	readonly #charts = new Map<string, Charted>();
	readonly #tables = new Map<string, Tabled>();

	constructor({ history, index, ownSeries, promqlOptions }: Pick<Facts, "history" | "index" | "ownSeries" | "promqlOptions">) {
		this.#options = promqlOptions;
		this.#ownSeries = ownSeries;
		this.#history = history;
		this.#index = index;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		let bytes = 0;
		for (const { answer } of this.#charts.values()) bytes += answerBytes(answer);
		for (const { entries, order } of this.#tables.values()) bytes += entries.length * 4 * OBJECT_BYTES + order.bytes;
		return bytes;
	}

	/** A line for each series of the result. It is evaluated again with each step that the newest sample completes. */
	*chart(query: QueryOf<"promql">, now: number): Work<Metrics> {
		const { expr, points } = query;
		const range = durationMs(query.range);
		const last = query.end ?? this.#present(now);
		const single = points === 1;
		const step = single ? range : niceStep(Math.max(range / points, 1000));
		const end = single ? last : Math.floor(last / step) * step;
		const key = JSON.stringify(query);
		const known = this.#charts.get(key);
		if (known?.end === end) return known.answer;
		const length = single ? 1 : Math.max(1, Math.min(points, Math.floor(range / step)));
		const start = end - (length - 1) * step;
		const answer = yield* this.#answered(expr, single ? { time: end } : { start, end, step }, now);
		const columns: Metrics = { kind: "metrics", start, step, length, series: [], unknown: [], omitted: 0 };
		if (typeof answer === "string") columns.refused = answer;
		else {
			const lines = linesOf(answer);
			columns.series = lines.slice(0, roomFor(length)).map((line) => column(expr, line, columns));
			columns.omitted = lines.length - columns.series.length;
			const notes = notesOf(answer);
			if (notes.length > 0) columns.notes = notes;
		}
		setNewest(this.#charts, key, { end, answer: columns }, REMEMBERED);
		yield columns.series.length * length;
		return columns;
	}

	/** The series of the present result. */
	*rows({ expr = "", ...window }: QueryOf<"series">, now: number): Work<Rows<"series">> {
		const at = this.#present(now);
		let table = this.#tables.get(expr);
		if (table?.at !== at) {
			const answer = yield* this.#answered(expr, { time: at }, now);
			if (typeof answer === "string") return { kind: "series", total: 0, rows: [], refused: answer };
			const all = linesOf(answer);
			const entries = all.slice(0, MOST_ROWS).map((line) => entryOf(expr, line));
			table = { at, entries, omitted: all.length - entries.length, order: table?.order ?? orderOfEntries() };
			setNewest(this.#tables, expr, table, REMEMBERED);
		}
		const { entries, total, offset } = yield* table.order.window(table.entries, window);
		return {
			kind: "series",
			total,
			...(total !== table.entries.length && { unfiltered: table.entries.length }),
			...(offset > 0 && { offset }),
			...(table.omitted > 0 && { overall: table.entries.length + table.omitted }),
			rows: entries.map(({ id, definition, value }) => ({ id, ...definition, ...(tidy(value) !== null && { value }), at })),
		};
	}

	/** Evaluates the expression at an instant, and tells its parts. */
	*explain({ expr, end }: QueryOf<"explain">, now: number): Work<ViewAnswer> {
		const at = end ?? this.#present(now);
		const trace = new Trace();
		const answer = yield* this.#answered(expr, { time: at }, now, trace);
		if (typeof answer === "string") return { kind: "explain", at, refused: answer };
		const notes = notesOf(answer);
		const root = trace.root && (yield* this.#explained(expr, trace.root));
		return { kind: "explain", at, ...(root && { root }), ...(notes.length > 0 && { notes }) };
	}

	/** The newest sample, so that all series of a push count at the same step. */
	#present(now: number): number {
		const { newest } = this.#history;
		return newest === 0 ? now : Math.min(now, newest);
	}

	/** @returns the answer, or why there is none. */
	*#answered(expr: string, when: When, now: number, trace?: Trace): Work<Answer | string> {
		const colony = new HistorySamples(this.#history.series, this.#index, now);
		try {
			const answer = yield* evaluate(expr, when, withOwn(colony, this.#ownSeries(now)), this.#options, trace);
			if (colony.thinned) answer.warnings.push(THINNED);
			if (answer.type === "string") return `${expr} is a string: it has no value to show`;
			if (answer.type === "matrix" && "time" in when) return `${expr} is a range: give it to a function, as in rate(${expr})`;
			return answer;
		} catch (error) {
			if (error instanceof QueryError) return error.message;
			throw error;
		}
	}

	*#explained(query: string, { expr, series, samples, values, parts }: TracedPart): Work<ExplainedPart> {
		const below: ExplainedPart[] = [];
		for (const part of parts) below.push(yield* this.#explained(query, part));
		const own: ExplainedPart = {
			text: query.slice(expr.place.start, expr.place.end),
			type: typeOf(expr),
			...(series !== undefined && { series }),
			...(below.length === 0 && { samples }),
			ms: Number(((samples + values) * MS_PER_UNIT).toPrecision(2)),
			parts: below,
		};
		if (series !== 0 || below.some((part) => part.series === 0)) return own;
		return { ...own, why: yield* this.#whyEmpty(expr, below) };
	}

	*#whyEmpty(expr: TracedPart["expr"], below: readonly ExplainedPart[]): Work<string> {
		if (expr.kind === "binary" && below.length === 2) return "no series of the left side has the labels of one of the right side";
		if (expr.kind === "binary") return "no value passes the comparison";
		if (expr.kind !== "selector") return "no series has enough samples in its range";
		if ((yield* this.#index.find(expr.matchers)).length > 0) return "its series have no sample within the last 5 minutes";
		const named = yield* this.#index.find(expr.matchers.filter(({ name }) => name === METRIC_NAME));
		return named.length === 0 ? "no metric has this name" : `none of the ${named.length} series of this name has these labels`;
	}
}

const notesOf = ({ warnings, infos }: Answer): string[] => [...warnings, ...infos];

interface ResultLine extends SampledSeries {
	labels: Labels;
}

/** Scalars are a line without labels. */
function linesOf(answer: Answer): ResultLine[] {
	const at = (labels: Labels, time: number, value: number) => ({ labels, times: Float64Array.of(time), values: Float64Array.of(value) });
	switch (answer.type) {
		case "matrix":
			return answer.series;
		case "vector":
			return answer.samples.map(({ labels, value }) => at(labels, answer.time, value));
		case "scalar":
			return [at(Labels.none, answer.time, answer.value)];
		case "string":
			return [];
	}
}

/** Name and labels as pages have them: what a result without a metric's name is called is the expression. */
function described(expr: string, labels: Labels): Pick<Metrics["series"][number], "name" | "type" | "labels" | "unit"> {
	const { [METRIC_NAME]: name, ...rest } = Object.fromEntries(labels.pairs());
	const labelled = Object.keys(rest).length > 0;
	return {
		name: name ?? (labelled ? "" : expr),
		type: "gauge",
		...(labelled && { labels: rest }),
		// Only a metric's own name tells its unit.
		...(name === undefined && { unit: "" }),
	};
}

function column(expr: string, { labels, times, values }: ResultLine, { start, step, length }: Metrics): Metrics["series"][number] {
	const steps = new Array<number | null>(length).fill(null);
	for (let i = 0; i < times.length; i++) steps[Math.round(((times[i] as number) - start) / step)] = tidy(values[i] as number);
	// Two expressions of a page may have series of the same labels.
	return { key: `${expr} ${labels}`, ...described(expr, labels), aggregation: "last", values: steps };
}

function entryOf(expr: string, { labels, values }: ResultLine): ResultEntry {
	const definition = described(expr, labels);
	return { id: seriesKey(definition.name, definition.labels), definition, value: values[0] as number };
}

const orderOfEntries = (): RowOrder<ResultEntry> =>
	new RowOrder<ResultEntry>({
		...SERIES_TEXTS,
		rank: { moves: false, read: () => 0 },
		number: (name) => ({ moves: true, read: name.toLowerCase() === "value" ? ({ value }) => value : () => undefined }),
	});
