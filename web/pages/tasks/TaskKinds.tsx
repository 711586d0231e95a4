import type { JSX } from "solid-js";
import type { KindRow } from "../../../colony-bridge/protocol/view.ts";
import { type Column, DataTable } from "../../elements/DataTable.tsx";
import { count } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";

const duration = (ms: number | undefined) => (ms === undefined ? "–" : elapsed(ms));

const COLUMNS: Column<KindRow>[] = [
	{
		head: "Name",
		size: 14,
		names: true,
		cell: (kind) => (
			<span class="cut" title={kind.name}>
				{kind.name}
			</span>
		),
	},
	{ head: "Completed", size: 10, number: true, cell: (kind) => count(kind.completed) },
	{
		head: "Failed",
		size: 8,
		number: true,
		cell: (kind) => <span class={kind.failed > 0 ? "alarm" : undefined}>{count(kind.failed)}</span>,
	},
	{ head: "Median", size: 9, number: true, cell: (kind) => duration(kind.p50Ms) },
	{ head: "95th", size: 9, number: true, cell: (kind) => duration(kind.p95Ms) },
	{ head: "99th", size: 9, number: true, cell: (kind) => duration(kind.p99Ms) },
	{ head: "Longest", size: 9, number: true, cell: (kind) => duration(kind.maxMs) },
];

/** Every run ever, a row a name: how many, how long. */
export function TaskKinds(props: { rows: readonly KindRow[] }): JSX.Element {
	return <DataTable caption="Runs and durations by task name" columns={COLUMNS} rows={props.rows} empty="No task has ended yet." />;
}
