import { createMemo, type JSX, Show } from "solid-js";
import { type Column, type ColumnSize, DataTable } from "../../elements/DataTable.tsx";
import { State } from "../../elements/Glyph.tsx";
import { Shown } from "../../elements/Panel.tsx";
import { Progress } from "../../elements/Progress.tsx";
import { Ago, Since } from "../../elements/Time.tsx";
import { quantity, unitOf } from "../../format/number.ts";
import { useAnswer } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";
import { type CellKind, type ColumnPlan, planColumn, type Row } from "./columns.ts";
import { SOURCES } from "./sources.ts";

const SIZES: Record<CellKind, ColumnSize> = { number: 12, duration: 12, instant: 13, state: 13, share: 16, list: 18, text: 18 };

/** Columns by name over one of the colony's tables. */
export function TableWidget(props: WidgetProps<"table">): JSX.Element {
	const source = SOURCES[props.spec.dataSource];
	const answer = useAnswer(props.index, source.answer);
	const rows = () => answer().rows as unknown as Row[];
	// What a column holds is settled by the first rows there are; it does not change its looks with every value.
	const columns = createMemo<Column<Row>[]>((before) => {
		if (before && before.length > 0) return before;
		if (rows().length === 0) return [];
		return props.spec.columns.map((name, i) => {
			const plan = planColumn(props.spec.dataSource, name, rows());
			return {
				head: name,
				size: SIZES[plan.kind],
				number: plan.kind === "number" || plan.kind === "duration",
				names: i === 0,
				cell: (row) => cell(plan, row),
			};
		});
	});
	const cell = (plan: ColumnPlan, row: Row): JSX.Element => {
		const value = plan.read(row);
		if (value === undefined || value === null) return <span class="quiet">–</span>;
		if (plan.kind === "state") {
			const look = source.looks[String(value)];
			return look ? <State look={look} /> : String(value);
		}
		if (plan.kind === "list") return Array.isArray(value) ? value.join(", ") : pairs(value);
		if (typeof value !== "number") return <span title={String(value)}>{String(value)}</span>;
		if (plan.kind === "instant") return <Ago at={value} />;
		if (plan.kind === "duration") return <Since at={value} />;
		if (plan.kind === "share") return <Progress share={value} label={plan.head} />;
		return quantity(value, (row.unit as string | undefined) ?? unitOf(plan.metric(row) ?? (row.name as string | undefined) ?? ""));
	};
	return (
		<>
			<Show when={rows().length > 0}>
				<p class="quiet widget-note">
					<Shown of={answer()} one={source.one} {...(source.many && { many: source.many })} />
				</p>
			</Show>
			<DataTable
				caption={props.spec.title}
				columns={columns()}
				rows={rows()}
				empty={`The colony reports no ${source.many ?? `${source.one}s`}.`}
			/>
		</>
	);
}

/** Labels and other small objects: `worker=w-1 zone=b`. */
const pairs = (value: unknown): string =>
	Object.entries(value as Record<string, unknown>)
		.map(([name, content]) => `${name}=${typeof content === "object" ? JSON.stringify(content) : content}`)
		.join(" ");
