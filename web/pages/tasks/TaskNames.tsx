import { createMemo, type JSX } from "solid-js";
import type { TaskStatsRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { count, quantity } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import { type Column, DataTable } from "../../table/DataTable.tsx";
import { duration } from "./CompletedTasks.tsx";

const runs = ({ completed, failed, cancelled, no_result }: TaskStatsRow) => completed + failed + cancelled + no_result;
/** Time constant of `recent`, s: see `KindRow`. */
const RECENT_S = 60;

/** Shown if the colony reports such tasks. */
const NO_RESULT: Column<TaskStatsRow> = {
	head: "No result",
	minor: 1,
	size: 8,
	number: true,
	value: (kind) => kind.no_result,
	text: (kind) => count(kind.no_result),
};

/** Task statistics by name: runs, recent rate, duration and share of the total time. */
export function TaskNames(props: { rows: readonly TaskStatsRow[] }): JSX.Element {
	const page = usePage();
	const totalMs = () => props.rows.reduce((sum, kind) => sum + (kind.totalMs ?? 0), 0);
	const rate = (kind: TaskStatsRow) => (kind.recent * Math.exp(-Math.max(0, page.time.now() - kind.lastAt) / 1000 / RECENT_S)) / RECENT_S;
	const some = () => props.rows.some(({ no_result }) => no_result > 0);
	const columns = createMemo((): Column<TaskStatsRow>[] => [
		{
			head: "Name",
			size: 11,
			names: true,
			value: ({ name }) => name,
			text: ({ name }) => name,
			cell: (kind, among) => (
				<a
					class="cut worker-link"
					title={kind.name}
					aria-label={kind.name}
					href={page.url.address({ name: kind.name.toWellFormed(), after: undefined })}
				>
					<MiddleCut text={kind.name} among={among()} />
				</a>
			),
		},
		{ head: "Runs", size: 8, number: true, value: runs, text: (kind) => count(runs(kind)) },
		{
			head: "Failed",
			size: 8,
			number: true,
			value: ({ failed }) => failed,
			text: ({ failed }) => count(failed),
			cell: (kind) => <span class={kind.failed > 0 ? "alarm" : undefined}>{count(kind.failed)}</span>,
		},
		...(some() ? [NO_RESULT] : []),
		{
			head: "Rate",
			minor: 1,
			size: 10,
			number: true,
			value: rate,
			text: (kind) => quantity(rate(kind), "/s"),
		},
		{ head: "p50", minor: 2, size: 9, number: true, value: ({ p50Ms }) => p50Ms, text: ({ p50Ms }) => duration(p50Ms) },
		{ head: "p95", minor: 4, size: 9, number: true, value: ({ p95Ms }) => p95Ms, text: ({ p95Ms }) => duration(p95Ms) },
		{ head: "p99", minor: 3, size: 9, number: true, value: ({ p99Ms }) => p99Ms, text: ({ p99Ms }) => duration(p99Ms) },
		{
			head: "Time",
			minor: 5,
			size: 8,
			number: true,
			value: ({ totalMs }) => totalMs,
			text: (kind) => (kind.totalMs === undefined || totalMs() === 0 ? "–" : quantity(kind.totalMs / totalMs(), "ratio")),
		},
	]);
	return <DataTable caption="Runs and durations by task name" columns={columns()} rows={props.rows} empty="No task has ended yet." />;
}
