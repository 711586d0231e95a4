import { createMemo, type JSX, Show } from "solid-js";
import type { RunEnd, RunRow } from "../../../colony-bridge/protocol/query/run-rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import type { StatusMark } from "../../components/status.ts";
import { Begin } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { type Column, DataTable } from "../../table/DataTable.tsx";
import { UrlLink } from "../../view/UrlLink.tsx";
import { RunTasks } from "./RunTasks.tsx";

const ENDS: Record<RunEnd | "runs", StatusMark> = {
	runs: { shape: "dashed", tone: "good", word: "goes on" },
	stopped: { shape: "check", tone: "calm", word: "stopped" },
	silent: { shape: "mute", tone: "off", word: "fell silent" },
	replaced: { shape: "alert", tone: "warn", word: "replaced" },
};

const ended = ({ completed, failed, cancelled, no_result }: RunRow): number => completed + failed + cancelled + no_result;

/** A bridge's report goes with its goodbye: the state before it is of the instant before. */
const lastState = ({ end }: RunRow, ended: number): number => (end === "stopped" ? ended - 1 : ended);

/** Runs of the colony, also those of which nothing else is left: each leads to the last state that was known of it. */
export default function Runs(): JSX.Element {
	const page = usePage();
	const runs = useAnswer("runs");
	const lasted = (row: RunRow) => (row.ended ?? page.time.now()) - row.began;
	const byId = (id: string | undefined) => runs().rows.find((row) => row.id === id);
	const chosen = createMemo(() => byId(page.url.view().run));
	const other = createMemo(() => byId(page.url.view().with));
	const columns = createMemo((): Column<RunRow>[] => [
		{
			head: "Began",
			size: 13,
			cell: (row) => (
				<a class="worker-link" href={page.links.hrefWith("/", { at: new Date(row.reported).toISOString(), end: undefined })}>
					<Begin at={row.began} />
				</a>
			),
		},
		{ head: "End", size: 14, cell: (row) => <StatusLabel mark={ENDS[row.end ?? "runs"]} /> },
		{
			head: "Last heard",
			size: 13,
			cell: (row) => (
				<Show when={row.ended} fallback="–">
					{(at) => (
						<a
							class="worker-link"
							title="The colony as it was then"
							href={page.links.hrefWith("/", { at: new Date(lastState(row, at())).toISOString(), end: undefined })}
						>
							<Begin at={at()} />
						</a>
					)}
				</Show>
			),
		},
		{ head: "Lasted", size: 10, number: true, cell: (row) => elapsed(lasted(row)) },
		{
			head: "Tasks",
			size: 9,
			number: true,
			cell: (row) => (
				<UrlLink
					changes={{ run: row.id, with: undefined }}
					current={chosen()?.id === row.id}
					label={`${count(ended(row))} tasks of run ${row.id}, by name`}
				>
					{count(ended(row))}
				</UrlLink>
			),
		},
		...(chosen()
			? [
					{
						head: "Beside",
						size: 9,
						cell: (row: RunRow) => (
							<Show when={row.id !== chosen()?.id} fallback={<span class="quiet">run {row.id}</span>}>
								<UrlLink changes={{ with: row.id }} current={other()?.id === row.id}>
									run {row.id}
								</UrlLink>
							</Show>
						),
					},
				]
			: []),
		{
			head: "Failed",
			size: 9,
			number: true,
			cell: (row) => <span class={row.failed > 0 ? "tone-bad" : undefined}>{count(row.failed)}</span>,
		},
		{ head: "Retries", size: 9, number: true, minor: 2, cell: (row) => count(row.retries) },
		{
			head: "Tasks/min",
			size: 9,
			number: true,
			minor: 3,
			cell: (row) => quantity((60_000 * ended(row)) / Math.max(1000, lasted(row)), undefined),
		},
		{ head: "Workers", size: 9, number: true, minor: 4, cell: (row) => count(row.workers) },
		{ head: "Bridge", size: 14, minor: 5, text: (row) => row.bridge, cell: (row) => <span class="cut">{row.bridge}</span> },
		{
			head: "First error",
			size: 24,
			prose: true,
			text: (row) => row.firstError?.text,
			cell: (row) => <span class="cut">{row.firstError?.text ?? "–"}</span>,
		},
		{
			head: "Report",
			size: 8,
			cell: (row) => (
				<a
					class="worker-link"
					href={`${page.links.path("/api/report")}?run=${encodeURIComponent(row.id)}`}
					download=""
					title="Its last state and all its time in one file, which opens without the dashboard"
				>
					Report<span class="hidden"> of run {row.id}</span>
				</a>
			),
		},
	]);
	return (
		<div class="stack">
			<Panel title="Runs" class="whole" note={<Shown of={runs()} one="run" />}>
				<DataTable caption="Runs" columns={columns()} rows={runs().rows} empty="No colony has reported yet." />
			</Panel>
			<Show when={chosen()}>{(run) => <RunTasks run={run()} other={other()} />}</Show>
		</div>
	);
}
