import { For, type JSX, Show } from "solid-js";
import type { ReportAnswers } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { ClusterView, Finding } from "../../colony-bridge/protocol/query/view.ts";
import { Glyph } from "../components/Glyph.tsx";
import { StatusStrip } from "../components/StatusStrip.tsx";
import { CLUSTER, mark, type StatusMark } from "../components/status.ts";
import { rangeFor } from "../components/status-history.ts";
import { count } from "../format/number.ts";
import { capitalized } from "../format/text.ts";
import { elapsed } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { verdict } from "../shell/verdict.ts";
import { Instant } from "./Section.tsx";

const NOTICE = mark("ring", "off", "Note");
const markOf = ({ status }: Finding): StatusMark => (status === "healthy" ? NOTICE : CLUSTER[status]);

/** The cluster's status with its findings, and what it consists of. */
export function Verdict(props: { answers: ReportAnswers }): JSX.Element {
	const page = usePage();
	const { mark, reason, since, all, more } = verdict(page);
	const now = page.time.now();
	const { rows } = props.answers.statusChanges;
	const range = rangeFor(rows.at(-1)?.at ?? now, now);
	return (
		<section id="verdict" class={`verdict verdict-${mark.tone}`}>
			<h2>
				<Glyph shape={mark.shape} tone={mark.tone} /> {mark.word}
				<Show when={since}>
					{(at) => (
						<small>
							for {elapsed(now - at())}, since <Instant at={at()} />
						</small>
					)}
				</Show>
			</h2>
			<StatusStrip
				changes={rows}
				range={range}
				marks={CLUSTER}
				staleSince={page.data.staleSince()}
				label={(troubles) => `The ${range} before: ${troubles || "no trouble"}`}
			/>
			<Show when={all.length > 0} fallback={<p>{reason}</p>}>
				<ul class="findings">
					<For each={all}>
						{(finding) => (
							<li>
								<Glyph shape={markOf(finding).shape} tone={markOf(finding).tone} />
								<div>
									<span class="hidden">{markOf(finding).word}: </span>
									{capitalized(finding.text)}
									<Show when={finding.since}>
										{(at) => (
											<span class="quiet">
												{" since "}
												<Instant at={at()} />
											</span>
										)}
									</Show>
									<Show when={finding.message}>
										<p class="words">{finding.message}</p>
									</Show>
									{/* Not a link: nothing here leads out of the document. */}
									<Show when={finding.runbook}>
										<p class="words quiet">Runbook: {finding.runbook}</p>
									</Show>
								</div>
							</li>
						)}
					</For>
				</ul>
				<Show when={more > 0}>
					<p class="quiet">and {count(more)} more</p>
				</Show>
			</Show>
			<dl class="counts">
				<For each={countsOf(props.answers.cluster.view)}>
					{([name, words]) => (
						<div>
							<dt>{name}</dt>
							<dd>{words}</dd>
						</div>
					)}
				</For>
			</dl>
		</section>
	);
}

/** The status of stale workers in words. */
const spoken = (byStatus: Record<string, number>): Record<string, number> =>
	Object.fromEntries(Object.entries(byStatus).map(([status, number]) => [status.replace("-", " "), number]));

/** Counts of what was ever reported. */
function countsOf({ reported, workers, tasks, streams, checks, series, bridges }: ClusterView): [name: string, words: string][] {
	const among = (parts: Record<string, number>) =>
		Object.entries(parts)
			.flatMap(([name, number]) => (number > 0 ? [`${count(number)} ${name}`] : []))
			.join(", ");
	const { completed = tasks.completed, failed = tasks.failed } = tasks.counters ?? {};
	const all: [string, unknown, string][] = [
		["Workers", reported.workers, `${count(workers.total)}: ${among(spoken(workers.byStatus))}`],
		["Tasks in progress", reported.tasks, among({ running: tasks.active, queued: tasks.queued, "not heard": tasks.notHeard }) || "none"],
		["Tasks ended", reported.tasks, among({ completed, failed, cancelled: tasks.cancelled, "without result": tasks.no_result }) || "none"],
		[
			"Streams",
			streams.total > 0,
			among({ running: streams.running, paused: streams.paused, stopped: streams.stopped, failed: streams.failed }),
		],
		["Checks", checks.total > 0, among({ ok: checks.ok, warning: checks.warning, failed: checks.failed, "not heard": checks.notHeard })],
		["Series", series.total > 0, among({ active: series.active, known: series.total })],
		["Bridges", bridges.total > 0, among({ known: bridges.total, stale: bridges.stale })],
	];
	return all.flatMap(([name, there, words]): [string, string][] => (there === undefined || there === false ? [] : [[name, words]]));
}
