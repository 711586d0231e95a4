/** The sections of what happened: failed tasks, errors, log lines, events, runs. */
import { For, type JSX, Show } from "solid-js";
import type { ReportAnswers } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { Hits, LogRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { RunRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { count, counted } from "../format/number.ts";
import { elapsed, utc } from "../format/time.ts";
import { Instant, type Listed, type ReportColumn, ReportTable, Section } from "./Section.tsx";

interface Parts {
	answers: ReportAnswers;
	/** ms */
	at: number;
	/** Time that the report is about, in words. */
	span: string;
}

/** Facts beside one another; those that are not known are left out. */
const Facts = (props: { of: readonly (JSX.Element | undefined | false)[] }): JSX.Element => (
	<p class="facts quiet">
		<For each={props.of.filter(Boolean)}>{(fact) => <span>{fact}</span>}</For>
	</p>
);

const Trace = (props: { stack: string | undefined }): JSX.Element => (
	<Show when={props.stack}>
		<pre>{props.stack}</pre>
	</Show>
);

export function FailedTasks({ answers: { failed }, span }: Parts): JSX.Element {
	return (
		<Section
			id="failed"
			title="Failed tasks"
			one="failed task"
			note={`newest first, of the last ${span}`}
			of={failed}
			empty={`No task failed in the last ${span}.`}
		>
			<For each={failed.rows}>
				{(row) => (
					<article>
						<h3 class="words">
							{row.name} <span class="quiet">{row.task}</span>
						</h3>
						<Facts
							of={[
								<Instant at={row.endedAt} />,
								row.worker !== undefined && `on ${row.worker}`,
								row.attempt !== undefined && `attempt ${count(row.attempt)}`,
								row.durationMs !== undefined && `after ${elapsed(row.durationMs)}`,
							]}
						/>
						<Show when={row.error}>
							{(error) => (
								<>
									<p class="words tone-bad">{[error().type, error().message].filter(Boolean).join(": ")}</p>
									<Trace stack={error().stack} />
								</>
							)}
						</Show>
					</article>
				)}
			</For>
		</Section>
	);
}

const hits = ({ names, total, atLeast }: Hits, one: string): string | false =>
	total > 0 && `${atLeast ? "at least " : ""}${counted(total, one)}: ${names.join(", ")}${total > names.length ? ", …" : ""}`;

export function ErrorGroups({ answers: { errorGroups } }: Parts): JSX.Element {
	return (
		<Section id="errors" title="Errors" one="group" note="hit most recently first" of={errorGroups} empty="No error had come.">
			<For each={errorGroups.rows}>
				{(row) => (
					<article>
						<h3 class="words">{[row.type, row.text].filter(Boolean).join(": ")}</h3>
						<Facts
							of={[
								counted(row.count, "time"),
								<>
									from <Instant at={row.firstAt} /> to <Instant at={row.lastAt} />
								</>,
								hits(row.tasks, row.source === "task" ? "task name" : "source"),
								hits(row.workers, "worker"),
							]}
						/>
						<p class="words tone-bad">{row.sample.message}</p>
						<Trace stack={row.sample.stack} />
					</article>
				)}
			</For>
		</Section>
	);
}

function LogLines(props: { rows: readonly LogRow[] }): JSX.Element {
	return (
		<ol class="log">
			<For each={props.rows}>
				{(row) => (
					<li class={`level-${row.level.toLowerCase()}`}>
						<time datetime={new Date(row.at).toISOString()}>{utc(row.at).slice(0, 23)}</time> <b>{row.level}</b>{" "}
						<Show when={row.source}>
							<span class="source">{row.source}</span>{" "}
						</Show>
						<span class="words">{row.message}</span>
					</li>
				)}
			</For>
		</ol>
	);
}

function Log(props: { id: string; title: string; of: Listed<LogRow>; empty: string }): JSX.Element {
	return (
		<Section id={props.id} title={props.title} one="line" note="newest first" of={props.of} empty={props.empty}>
			<LogLines rows={props.of.rows} />
		</Section>
	);
}

export function Logs({ answers: { warnings, logs } }: Parts): JSX.Element {
	return (
		<>
			<Log id="warnings" title="Log: WARNING and worse" of={warnings} empty="No such line had come." />
			<Log id="log" title="Log: the newest lines" of={logs} empty="No line had come." />
		</>
	);
}

export function Marks({ answers: { marks } }: Parts): JSX.Element {
	return (
		<Section id="events" title="Events" one="event" note="newest first" of={marks} empty="Nothing was marked.">
			<ol class="log">
				<For each={marks.rows}>
					{(row) => (
						<li>
							<Instant at={row.at} />
							<Show when={row.until}>
								{(until) => (
									<>
										{" to "}
										<Instant at={until()} />
									</>
								)}
							</Show>{" "}
							<b class="words">{row.kind}</b> <span class="words">{row.text}</span>{" "}
							<span class="quiet">
								{[row.worker, row.stream, row.written?.by.name && `by ${row.written.by.name}`].filter(Boolean).join(", ")}
							</span>
						</li>
					)}
				</For>
			</ol>
		</Section>
	);
}

const ENDS: Record<NonNullable<RunRow["end"]>, string> = { stopped: "stopped", silent: "fell silent", replaced: "replaced" };

export function Runs({ answers: { runs }, at }: Parts): JSX.Element {
	const columns: ReportColumn<RunRow>[] = [
		{ head: "Run", cell: (row) => <b>{row.id}</b> },
		{ head: "Began", cell: (row) => <Instant at={row.began} /> },
		{ head: "End", cell: (row) => (row.end === undefined ? "goes on" : ENDS[row.end]) },
		{ head: "Last heard", cell: (row) => row.ended !== undefined && <Instant at={row.ended} /> },
		{ head: "Lasted", number: true, cell: (row) => elapsed((row.ended ?? at) - row.began) },
		{ head: "Tasks", number: true, cell: (row) => count(row.completed + row.failed + row.cancelled + row.no_result) },
		{ head: "Failed", number: true, cell: (row) => <span class={row.failed > 0 ? "tone-bad" : undefined}>{count(row.failed)}</span> },
		{ head: "Retries", number: true, cell: (row) => count(row.retries) },
		{ head: "Workers", number: true, cell: (row) => count(row.workers) },
		{ head: "Bridge", cell: (row) => <span class="words">{row.bridge}</span> },
		{ head: "First error", cell: (row) => row.firstError && <span class="words">{row.firstError.text}</span> },
	];
	return (
		<Section id="runs" title="Runs" one="run" note="newest first" of={runs} empty="No run was known.">
			<ReportTable caption="Runs" columns={columns} rows={runs.rows} />
		</Section>
	);
}
