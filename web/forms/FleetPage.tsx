import { For, type JSX, Show } from "solid-js";
import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import { Glyph } from "../components/Glyph.tsx";
import { ScrollBox } from "../components/ScrollBox.tsx";
import { CLUSTER, type Tone } from "../components/status.ts";
import { statusPeriods } from "../components/status-history.ts";
import { count, counted, quantity } from "../format/number.ts";
import { capitalized } from "../format/text.ts";
import { relative, roughly, utc } from "../format/time.ts";
import type { FleetForm, PageContext } from "../page/pages.d.ts";
import { Brand } from "../shell/Brand.tsx";

const DAY_MS = 86_400_000;
const HEIGHT: Record<Tone, number> = { off: 2, good: 4, calm: 4, honey: 6, warn: 8, bad: 12 };
const COLUMNS: { head: string; sort: FleetForm["sort"]; number?: boolean }[] = [
	{ head: "Health", sort: "trouble" },
	{ head: "Cluster", sort: "name" },
	{ head: "Workers", sort: "workers", number: true },
	{ head: "Tasks", sort: "tasks", number: true },
	{ head: "Errors, 1 h", sort: "errors", number: true },
	{ head: "Last heard", sort: "heard" },
];

/** All clusters of the dashboard. Works without script; with it, the list follows. */
export function FleetPage(props: { form: FleetForm; context: PageContext }): JSX.Element {
	const { form, context } = props;
	const troubled = form.clusters.filter(({ summary }) => ["unhealthy", "silent", "degraded"].includes(summary.status)).length;
	const address = (sort: string) => `?${new URLSearchParams({ ...(form.q && { q: form.q }), sort })}`;
	return (
		<main class="fleet" id="fleet">
			<div class="page-head">
				<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.root}/`} />
				<form class="fleet-find">
					<input
						type="search"
						name="q"
						class="input-small"
						value={form.q}
						aria-label="Words in name, colony, health or reason"
						placeholder="Find clusters"
					/>
					<input type="hidden" name="sort" value={form.sort} />
					<button type="submit" class="button button-plain button-small">
						Find
					</button>
				</form>
			</div>
			<h1>Clusters</h1>
			<p class="fleet-sum" role="status">
				<strong>
					{form.clusters.length === form.total
						? counted(form.total, "cluster")
						: `${count(form.clusters.length)} of ${counted(form.total, "cluster")}`}
				</strong>
				{troubled > 0 ? `, ${count(troubled)} in trouble` : form.clusters.length > 0 ? ", all well" : ""}
				<span class="quiet"> as of {utc(form.now).slice(11, 19)} UTC</span>
			</p>
			<Show
				when={form.clusters.length > 0}
				fallback={
					<p class="empty">
						{form.total > 0 ? "No cluster has these words." : "No bridge has pushed yet: the first push of a cluster lists it here."}
					</p>
				}
			>
				<section class="panel whole">
					<ScrollBox class="table-box" label="Clusters">
						<table class="plain-table fleet-table">
							<thead>
								<tr>
									<For each={COLUMNS}>
										{({ head, sort, number }) => (
											<th
												class={number ? "number" : undefined}
												aria-sort={form.sort === sort ? (sort === "name" ? "ascending" : "descending") : undefined}
											>
												<a href={address(sort)}>{head}</a>
											</th>
										)}
									</For>
								</tr>
							</thead>
							<tbody>
								<For each={form.clusters}>{({ summary, base }) => <Row of={summary} base={base} now={form.now} />}</For>
							</tbody>
						</table>
					</ScrollBox>
				</section>
			</Show>
		</main>
	);
}

function Row(props: { of: ClusterSummary; base: string; now: number }): JSX.Element {
	const { of: summary, base, now } = props;
	const { status, workers, tasks, errors, colony, name, lastPushAt, since, reason } = summary;
	const mark = CLUSTER[status];
	return (
		<tr>
			<td>
				<span class="fleet-health">
					<Glyph shape={mark.shape} tone={mark.tone} />
					<strong>{mark.word}</strong>
					<Show when={since}>{(at) => <span class="quiet">{roughly(now - at())}</span>}</Show>
				</span>
				<Strip of={summary} now={now} />
			</td>
			<td>
				<a class="worker-link" href={base || "/"}>
					{name}
				</a>
				<Show when={colony !== undefined && colony !== name}>
					<span class="quiet"> {colony}</span>
				</Show>
				<Show when={reason}>
					{(why) => (
						<p class="fleet-reason" title={why()}>
							{capitalized(why())}
						</p>
					)}
				</Show>
			</td>
			<td data-head="Workers" class="number">
				{workers.total === 0 ? "–" : `${count(workers.ready)} of ${count(workers.total)}`}
				<Show when={workers.failed > 0}>
					<span class="tone-bad"> {count(workers.failed)} failed</span>
				</Show>
			</td>
			<td data-head="Tasks" class="number">
				{quantity(tasks.perSecond, "/s")}
			</td>
			<td data-head="Errors, 1 h" class="number">
				<span class={errors > 0 ? "tone-bad" : undefined}>{count(errors)}</span>
			</td>
			<td data-head="Last heard">
				<Show when={lastPushAt} fallback="never">
					{(at) => <time datetime={new Date(at()).toISOString()}>{relative(at(), now)}</time>}
				</Show>
			</td>
		</tr>
	);
}

/** The health of the last day. Worse ones are taller. */
function Strip(props: { of: ClusterSummary; now: number }): JSX.Element {
	const from = props.now - DAY_MS;
	const share = (at: number) => (100 * (at - from)) / DAY_MS;
	return (
		<svg class="strip" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="The last 24 hours">
			<For each={statusPeriods(props.of.changes, from, props.now)}>
				{({ from, until, status, message }) => {
					const { tone, word } = CLUSTER[status];
					return (
						<rect
							class={`tone-${tone}`}
							x={share(from).toFixed(2)}
							y={12 - HEIGHT[tone]}
							width={Math.max(0.8, share(until) - share(from)).toFixed(2)}
							height={HEIGHT[tone]}
						>
							<title>{`${word} for ${roughly(until - from)}${message ? `: ${message}` : ""}`}</title>
						</rect>
					);
				}}
			</For>
		</svg>
	);
}

/** Keeps the list as it is now, unless somebody is in the middle of it. */
export const FOLLOW_FLEET = `
const shown = () => document.getElementById("fleet");
setInterval(async () => {
	if (document.hidden || shown().contains(document.activeElement)) return;
	const response = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => undefined);
	if (!response?.ok) return;
	const next = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("fleet");
	if (next && !shown().contains(document.activeElement)) shown().replaceChildren(...next.childNodes);
}, 10_000);
`;
