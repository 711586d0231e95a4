import { createMemo, type JSX, Show } from "solid-js";
import type { RunRow, RunTaskCounts, RunTaskRow } from "../../../colony-bridge/protocol/query/run-rows.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { Begin } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { type Column, DataTable } from "../../table/DataTable.tsx";
import { iso } from "../../view/time.ts";
import { UrlLink } from "../../view/UrlLink.tsx";

/** Charts of both runs on the time of the first. */
const ALIGNED = ["sum(rate(tasks_completed[1m]))", "sum(rate(tasks_failed[1m]))", "avg(cpu_percent)"];

/** The tasks of a run by name, and beside those of another run. */
export function RunTasks(props: { run: RunRow; other: RunRow | undefined }): JSX.Element {
	const page = usePage();
	const answer = useAnswer("runTasks");
	const ms = (value: number | undefined) => (value === undefined ? "–" : elapsed(value));
	const both = (row: RunTaskRow, of: (counts: RunTaskCounts) => string) => (
		<>
			{of(row)}
			<Show when={row.with}>{(other) => <span class="quiet"> / {of(other())}</span>}</Show>
		</>
	);
	const column = (
		head: string,
		value: (counts: RunTaskCounts) => number | undefined,
		words: (value: number | undefined) => string,
		minor?: number,
	): Column<RunTaskRow> => ({
		head,
		size: 12,
		number: true,
		...(minor !== undefined && { minor }),
		value,
		text: (row) => words(value(row)) + (row.with ? ` / ${words(value(row.with))}` : ""),
		cell: (row) => both(row, (counts) => words(value(counts))),
	});
	const times = (row: RunTaskRow) => (row.p95Ms && row.with?.p95Ms ? row.p95Ms / row.with.p95Ms : undefined);
	const columns = createMemo((): Column<RunTaskRow>[] => [
		{ head: "Name", size: 16, names: true, value: ({ id }) => id, text: ({ id }) => id },
		column(
			"Ended",
			(counts) => counts.completed + counts.failed + counts.cancelled + counts.no_result,
			(value) => count(value ?? 0),
		),
		column(
			"Failed",
			({ failed }) => failed,
			(value) => count(value ?? 0),
		),
		column("p50", ({ p50Ms }) => p50Ms, ms, 2),
		column("p95", ({ p95Ms }) => p95Ms, ms),
		...(props.other
			? [
					{
						head: "p95 times",
						size: 9,
						number: true,
						value: times,
						text: (row: RunTaskRow) => (times(row) === undefined ? "–" : `× ${quantity(times(row) ?? 1)}`),
					},
				]
			: [column("Time", ({ totalMs }) => totalMs, ms, 1)]),
	]);
	const until = () => props.run.ended ?? page.time.now();
	const range = () => {
		const minutes = Math.max(1, Math.ceil((until() - props.run.reported) / 60_000));
		return `${Math.min(minutes, 576_000)}m`;
	};
	const charts = () => page.links.hrefWith("/", { at: iso(until()), end: undefined, range: range() });
	const aligned = (other: RunRow) => {
		const seconds = Math.round((props.run.reported - other.reported) / 1000);
		const q = ALIGNED.flatMap((query) => [query, shifted(query, seconds)]);
		return page.links.hrefWith("/metrics", { end: iso(until()), at: undefined, range: range(), q });
	};
	return (
		<Panel
			title={`Tasks of run ${props.run.id}${props.other ? ` beside run ${props.other.id}` : ""}`}
			class="whole"
			note={<Shown of={answer()} one="name" />}
		>
			<p class="run-ways quiet">
				<span>
					Of the whole cluster from <Begin at={props.run.reported} /> on, {elapsed(until() - props.run.reported)} long
					<Show when={props.other}>
						{(other) => (
							<>
								; behind the stroke run {other().id}, from <Begin at={other().reported} /> on
							</>
						)}
					</Show>
					.
				</span>
				<a class="worker-link" href={charts()}>
					The cluster at its end
				</a>
				<Show when={props.other}>
					{(other) => (
						<a class="worker-link" href={aligned(other())}>
							Charts of both, aligned on their beginning
						</a>
					)}
				</Show>
				<UrlLink changes={{ run: undefined, with: undefined }}>Close</UrlLink>
			</p>
			<Show
				when={answer().refused}
				fallback={
					<DataTable caption="Tasks of the run by name" columns={columns()} rows={answer().rows} empty="No task ended in this run." />
				}
			>
				{(why) => <Empty>Not known: {why()}.</Empty>}
			</Show>
		</Panel>
	);
}

/** The same expression of another time: its selectors are offset. */
const shifted = (query: string, seconds: number): string => query.replace(/([a-z_]+(?:\[1m\])?)(?=\))/, `$1 offset ${seconds}s`);
