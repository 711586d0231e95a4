import { For, type JSX, Show } from "solid-js";
import type { ReportInput, ReportName } from "../../colony-bridge/protocol/pages/report-plan.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { pageEvents } from "../chart/events.ts";
import { count } from "../format/number.ts";
import { elapsed, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { Bounded, Cut } from "./bounded.ts";
import { drawingsOf } from "./charts.ts";
import { ErrorGroups, FailedTasks, Logs, Marks, Runs } from "./Happened.tsx";
import { ReportChart } from "./ReportChart.tsx";
import { Instant } from "./Section.tsx";
import { ActiveTasks, Checks, MetricNames, RunTaskNames, Streams, TaskNames, Workers } from "./State.tsx";
import { Verdict } from "./Verdict.tsx";

/** Lists that may be cut, as their readers know them, and which of their rows stay. */
const LISTS: Partial<Record<ReportName, readonly [rows: string, order: string]>> = {
	statusChanges: ["changes of the cluster's status", "the newest are there"],
	workers: ["workers", "those in trouble are there first"],
	tasks: ["tasks in progress", "running ones are there first"],
	taskStats: ["names of tasks", "others are in the dashboard"],
	runTasks: ["names of tasks of the run", "those that failed most are there"],
	failed: ["failed tasks", "the newest are there"],
	errorGroups: ["groups of errors", "those hit most recently are there"],
	warnings: ["log lines of WARNING and worse", "the newest are there"],
	logs: ["log lines", "the newest are there"],
	checks: ["checks", "those in trouble are there first"],
	streams: ["streams", "those in trouble are there first"],
	marks: ["events", "the newest are there"],
	runs: ["runs", "the newest are there"],
	names: ["metrics", "those that tell most are there"],
};

const PLACES = [
	["charts", "Charts"],
	["workers", "Workers"],
	["tasks", "Tasks"],
	["failed", "Failed tasks"],
	["errors", "Errors"],
	["warnings", "Log"],
	["events", "Events"],
	["runs", "Runs"],
	["left-out", "What is left out"],
] as const;

/** The document's body. */
export function Report(props: { report: ReportInput; bounded: Bounded }): JSX.Element {
	const page = usePage();
	const { snapshot, range, run, made } = props.report;
	const { answers } = props.bounded;
	const { view } = answers.cluster;
	const { at, past } = snapshot;
	const span = roughly(durationMs(range));
	const parts = { answers, at, span };
	const drawings = drawingsOf(answers, at, view.intervalMs ?? 0);
	const marked = pageEvents(answers.marks, undefined, answers.errorCounts.counts && answers.errorCounts);
	return (
		<>
			<header>
				<h1 class="words">{view.colony ?? view.cluster}</h1>
				<p>
					Cluster <b>{page.input.cluster}</b> as of{" "}
					<b>
						<Instant at={at} /> UTC
					</b>
					{run ? `, the last state of run ${run.id}` : ""}. Charts show the {span} before, as far as there are numbers. All times are in
					UTC.{props.report.redacted ? " Names are numbered, and the colony's own texts are left out." : ""}
				</p>
				<Show when={past && past.asked > past.at && past}>
					{(past) => (
						<p class="quiet">
							Asked for was <Instant at={past().asked} />: the state that is kept is {elapsed(past().asked - past().at)} older.
						</p>
					)}
				</Show>
				<p class="quiet">
					Made <Instant at={made} />. This file needs no dashboard and no network; its numbers are inside it as JSON, too.
				</p>
				<nav aria-label="Parts">
					<ul>
						<For each={PLACES}>
							{([id, title]) => (
								<li>
									<a href={`#${id}`}>{title}</a>
								</li>
							)}
						</For>
					</ul>
				</nav>
			</header>
			<main>
				<Verdict answers={answers} />
				<section id="charts">
					<h2>Charts</h2>
					<Show when={drawings.length > 0} fallback={<p class="quiet">None of the charts has numbers.</p>}>
						<div class="charts">
							<For each={drawings}>{(drawing) => <ReportChart drawing={drawing} marked={marked} />}</For>
						</div>
					</Show>
				</section>
				<Workers {...parts} />
				<ActiveTasks {...parts} />
				<Show when={run}>
					<RunTaskNames {...parts} />
				</Show>
				<TaskNames {...parts} />
				<FailedTasks {...parts} />
				<ErrorGroups {...parts} />
				<Logs {...parts} />
				<Marks {...parts} />
				<Show when={view.reported.streams}>
					<Streams {...parts} />
				</Show>
				<Show when={view.reported.checks}>
					<Checks {...parts} />
				</Show>
				<Runs {...parts} />
				<MetricNames {...parts} />
				<LeftOut of={props.bounded} />
			</main>
		</>
	);
}

function LeftOut(props: { of: Bounded }): JSX.Element {
	return (
		<section id="left-out">
			<h2>What is left out</h2>
			<ul>
				<For each={props.of.cuts}>{(cut) => <For each={wordsOf(cut)}>{(words) => <li>{words}</li>}</For>}</For>
				<For each={refusedOf(props.of)}>{(words) => <li>{words}</li>}</For>
				<Show when={props.of.shortened > 0}>
					<li>The rest of {count(props.of.shortened)} long texts and lists within a row; a text that is cut ends with …</li>
				</Show>
				<li>Samples of single series, custom widgets and pages, and what people did: those are in the dashboard alone</li>
			</ul>
		</section>
	);
}

function wordsOf({ list, shown, total, overall = total }: Cut): string[] {
	const [rows, order] = LISTS[list] ?? [list, "others are in the dashboard"];
	return [
		...(shown < total ? [`${count(total - shown)} of ${count(total)} ${rows}: ${order}`] : []),
		...(total < overall ? [`${count(overall - total)} older ${rows}, which the cluster no longer keeps`] : []),
	];
}

/** Lists and charts that took more work than a query may. */
const refusedOf = ({ answers }: Bounded): string[] =>
	Object.entries(answers).flatMap(([name, answer]) =>
		"refused" in answer && answer.refused !== undefined
			? [`${LISTS[name as ReportName]?.[0] ?? `the chart ${name}`}: ${answer.refused}`]
			: [],
	);
