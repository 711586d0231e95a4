import { createMemo, For, Index, type JSX, Show } from "solid-js";
import { onlySeries } from "../../../colony-bridge/protocol/query/reported.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { compact, count, inFull } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";

/** Workers per role, most common first, and how many of them failed. */
export function Roles(): JSX.Element {
	const page = usePage();
	const of = (role: string) => page.data.cluster().workers.byRole[role] ?? { total: 0, failed: 0 };
	const roles = () => Object.keys(page.data.cluster().workers.byRole).toSorted((a, b) => of(b).total - of(a).total || (a < b ? -1 : 1));
	return (
		<Show when={roles().length > 0}>
			<dl class="roles">
				<For each={roles()}>
					{(role) => (
						<div>
							<dt class="cut" title={role}>
								{role}
							</dt>
							<dd>
								{count(of(role).total)}
								<Show when={of(role).failed}>{(failed) => <span class="tone-bad">, {count(failed())} failed</span>}</Show>
							</dd>
						</div>
					)}
				</For>
			</dl>
		</Show>
	);
}

/** The cluster in numbers of what it reports, each the way to its page. */
export function Counts(): JSX.Element {
	const page = usePage();
	const counts = createMemo((): CountProps[] => {
		const { findings = [], reported, workers, tasks, streams, checks, series, targets } = page.data.cluster();
		const { counters, no_result: noResult } = tasks;
		/** A finding on this page lowers the cluster's health. */
		const found = (path: string) => findings.some((finding) => finding.page === path || finding.page.startsWith(`${path}/`));
		const [ofWorkers, ofTasks, ofStreams] = ["/workers", "/tasks", "/streaming"].map(page.links.href) as [string, string, string];
		const share = (name: string, href: string, value: number, of: number, unheard?: number) => ({
			name,
			href,
			value,
			of,
			unheard,
			alarm: value < of,
		});
		return [
			...(reported.workers
				? [
						share("Workers ready", ofWorkers, workers.ready, workers.total, workers.notHeard),
						{ name: "Workers busy", href: ofWorkers, value: workers.busy, of: workers.total },
					]
				: []),
			...(reported.tasks
				? [
						{ name: "Tasks active", href: ofTasks, value: tasks.active, unheard: tasks.notHeard },
						{ name: "Tasks queued", href: ofTasks, value: tasks.queued },
						{
							name: "Tasks completed",
							href: ofTasks,
							value: counters ? counters.completed : tasks.completed,
							source: counters && BY_COUNTERS,
						},
						{
							name: "Tasks failed",
							href: page.links.hrefWith("/tasks", { status: "failed" }),
							value: counters ? counters.failed : tasks.failed,
							and: noResult > 0 ? `+ ${short(noResult)} no result` : undefined,
							source: counters ? BY_COUNTERS : noResult > 0 ? NO_RESULT : undefined,
							alarm: found("/tasks"),
						},
					]
				: []),
			...(reported.streams ? [share("Streams running", ofStreams, streams.running, streams.total, streams.notHeard)] : []),
			...(reported.checks ? [share("Checks ok", `${page.links.href("/")}#checks`, checks.ok, checks.total, checks.notHeard)] : []),
			...(onlySeries(reported) ? [{ name: "Active series", href: page.links.href("/metrics"), value: series.active }] : []),
			...(targets ? [share("Targets up", `${page.links.href("/metrics")}#targets`, targets.up, targets.total)] : []),
		];
	});
	return (
		<dl class="counts" data-count={counts().length}>
			<Index each={counts()}>{(each) => <Count {...each()} />}</Index>
		</dl>
	);
}

const BY_COUNTERS = "The colony reports no individual tasks: these are the totals of its counters.";

const NO_RESULT = "Tasks without a value: the colony does not report whether they failed.";

/** Beside 100,000 and more in thousands; the tooltip has the exact number. */
const short = (n: number, like = n): string => (like < 100_000 ? count(n) : compact(n, like));

interface CountProps {
	name: string;
	href: string;
	/** Absent if not reported. */
	value: number | undefined;
	and?: string | undefined;
	of?: number;
	/** Those of stale bridges. */
	unheard?: number | undefined;
	source?: string | undefined;
	alarm?: boolean;
}

/** Hidden without any. */
function Count(props: CountProps): JSX.Element {
	return (
		<div class={props.alarm ? "count count-alarm" : "count"}>
			<dt>
				<a href={props.href}>{props.name}</a>
			</dt>
			<dd title={props.source ?? (props.of === undefined ? inFull(props.value ?? 0) : `${count(props.value ?? 0)} of ${count(props.of)}`)}>
				<Show when={props.of !== 0} fallback={<span class="quiet">none</span>}>
					{props.value === undefined ? "–" : props.of === undefined ? count(props.value) : short(props.value, props.of)}
					<Show when={props.and}>
						<small> {props.and}</small>
					</Show>
					<Show when={props.of !== undefined}>
						<small title={count(props.of ?? 0)}> of {short(props.of ?? 0)}</small>
					</Show>
					<Show when={props.unheard}>
						{(unheard) => (
							<small title={`${count(unheard())} not heard`}>
								<span class="hidden">, </span> <Glyph shape="hatched" tone="off" /> {short(unheard())}
								<span class="hidden"> not heard</span>
							</small>
						)}
					</Show>
				</Show>
			</dd>
		</div>
	);
}
