import { createMemo, type JSX, Show } from "solid-js";
import { isWindowed } from "../../../colony-bridge/protocol/query/row-filter.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { Progress } from "../../components/Progress.tsx";
import { Ago, Since } from "../../components/Time.tsx";
import { metricText } from "../../format/metric-text.ts";
import { quantity, unitOf } from "../../format/number.ts";
import type { SharedEnds } from "../../format/shared-ends.ts";
import { elapsed } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";
import { type CellValue, type Column, DataTable } from "../../table/DataTable.tsx";
import { TableTools } from "../../table/TableTools.tsx";
import type { WidgetProps } from "../props.ts";
import { type CellKind, type ColumnPlan, howRead, planColumn, type Row, SOURCES, sourceName } from "./columns.ts";

const SIZES: Record<CellKind, number> = { number: 12, duration: 10, instant: 13, state: 13, share: 14, list: 12, text: 12 };

/** Kinds whose text sets the width of the column. */
const TEXTS: ReadonlySet<CellKind> = new Set(["text", "list", "number"]);

/** For sorting and export. */
const plain = (value: unknown): CellValue =>
	typeof value === "number" || typeof value === "string"
		? value
		: Array.isArray(value)
			? value.join(", ")
			: value === undefined || value === null
				? undefined
				: pairs(value);

/** A table with the given columns of the colony's data or of a query's series. */
export default function TableWidget(props: WidgetProps<"table">): JSX.Element {
	const name = sourceName(props.spec.dataSource);
	const source = SOURCES[name];
	const { dataSource } = props.spec;
	const query = typeof dataSource === "object" && "metrics" in dataSource ? dataSource : undefined;
	const expr = typeof dataSource === "object" && "query" in dataSource ? dataSource.query : undefined;
	const page = usePage();
	const { answer } = props;
	const rows = () => answer().rows as unknown as Row[];
	// The first rows decide the kind of a column, so that it does not change with values.
	const plans = createMemo<{ plans: ColumnPlan[]; settled: boolean }>((before) => {
		if (before?.settled) return before;
		const sample = rows();
		return { plans: props.spec.columns.map((column) => planColumn(name, column, sample)), settled: sample.length > 0 };
	});
	const columns = createMemo(() =>
		plans().plans.map(
			(plan, i): Column<Row> => ({
				head: plan.head,
				id: plan.id,
				size: SIZES[plan.kind],
				...(TEXTS.has(plan.kind) && { text: (row: Row) => text(plan, row) }),
				number: plan.kind === "number" || plan.kind === "duration",
				names: i === 0,
				cell: (row, among) => cell(plan, row, among),
				value: (row) => value(plan, row),
			}),
		),
	);
	/** Columns without any value are listed by name, to reveal typing errors. */
	const unknown = createMemo(() => {
		if (!plans().settled) return [];
		// A change exists only with an earlier value.
		return plans().plans.flatMap(({ field, head, id }) => (field === undefined && !(query && id === "change") ? head : []));
	});
	const value = (plan: ColumnPlan, row: Row): CellValue => {
		const read = plan.read(row);
		return plan.kind === "duration" && typeof read === "number" ? Math.max(0, (plan.until(row) ?? page.time.now()) - read) : plain(read);
	};
	const cell = (plan: ColumnPlan, row: Row, among: () => SharedEnds | undefined): JSX.Element => {
		const value = plan.read(row);
		if (value === undefined || value === null) return <span class="quiet">–</span>;
		if (plan.kind === "state") {
			const mark = source.marks[String(value)];
			return mark ? <StatusLabel mark={mark} /> : String(value);
		}
		if (plan.kind === "list") return Array.isArray(value) ? value.join(", ") : pairs(value);
		if (typeof value !== "number") {
			const written = String(value);
			// A sentence is cut at its end.
			return (
				<span class="cut" title={written}>
					{written.includes(" ") ? written : <MiddleCut text={written} among={among()} />}
				</span>
			);
		}
		if (plan.kind === "instant") return <Ago at={value} />;
		if (plan.kind === "duration") {
			const until = plan.until(row);
			return until === undefined ? <Since at={value} /> : elapsed(until - value);
		}
		if (plan.kind === "share") return <Progress share={value} label={plan.head} />;
		return number(plan, row, value);
	};
	const text = (plan: ColumnPlan, row: Row): string | undefined => {
		const read = plan.read(row);
		return plan.kind === "number" && typeof read === "number" ? number(plan, row, read) : value(plan, row)?.toString();
	};
	const number = (plan: ColumnPlan, row: Row, value: number): string => {
		const metric = plan.metric(row) ?? (row.name as string | undefined) ?? "";
		const unit = (row.unit as string | undefined) ?? unitOf(metric);
		const rate = query?.aggregation === "rate" || query?.aggregation === "increase";
		const text =
			rate || plan.field === "change"
				? quantity(value, query?.aggregation === "rate" ? `${unit ?? ""}/s` : unit)
				: metricText(metric, value, page.time.now, unit);
		return plan.field === "change" && value > 0 ? `+${text}` : text;
	};
	return (
		<>
			<Show when={unknown().length > 0}>
				<p class="quiet widget-note cut">
					no {source.one} says: {unknown().join(", ")}
				</p>
			</Show>
			<Show when={expr}>{(text) => <p class="quiet widget-note cut mono">{text()}</p>}</Show>
			<Show when={query}>{(read) => <p class="quiet widget-note cut">{howRead(read())}</p>}</Show>
			<DataTable
				caption={props.spec.title}
				name={props.name}
				tools={TableTools}
				one={source.one}
				{...(source.many && { many: source.many })}
				columns={columns()}
				rows={rows()}
				of={answer()}
				{...(isWindowed(source.answer) && { answer: props.query })}
				empty={
					query || expr !== undefined
						? `No data for ${query?.metrics.join(", ") ?? expr}.`
						: `The colony reports no ${source.many ?? `${source.one}s`}.`
				}
			/>
		</>
	);
}

/** Labels and other small objects as text: `worker=w-1 zone=b`. */
const pairs = (value: unknown): string =>
	Object.entries(value as Record<string, unknown>)
		.map(([name, content]) => `${name}=${typeof content === "object" ? JSON.stringify(content) : content}`)
		.join(" ");
