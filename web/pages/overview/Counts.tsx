import { For, type JSX, Show } from "solid-js";
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
	const view = () => page.data.cluster();
	/** A finding on this page lowers the cluster's health. */
	const found = (path: string) => view().findings?.some((finding) => finding.page === path || finding.page.startsWith(`${path}/`)) ?? false;
	const reported = () => view().reported;
	const many = () =>
		2 * Number(reported().workers !== undefined) +
		4 * Number(reported().tasks !== undefined) +
		[reported().streams, reported().checks, view().targets].filter((kind) => kind !== undefined).length +
		Number(onlySeries(reported()));
	return (
		<dl class="counts" data-count={many()}>
			<Show when={reported().workers}>
				<Count
					name="Workers ready"
					href={page.links.href("/workers")}
					value={view().workers.ready}
					of={view().workers.total}
					unheard={view().workers.notHeard}
					alarm={view().workers.ready < view().workers.total}
				/>
				<Count name="Workers busy" href={page.links.href("/workers")} value={view().workers.busy} of={view().workers.total} />
			</Show>
			<Show when={reported().tasks}>
				<Count name="Tasks active" href={page.links.href("/tasks")} value={view().tasks.active} unheard={view().tasks.notHeard} />
				<Count name="Tasks queued" href={page.links.href("/tasks")} value={view().tasks.queued} />
				<Count
					name="Tasks completed"
					href={page.links.href("/tasks")}
					value={view().tasks.counters ? view().tasks.counters?.completed : view().tasks.completed}
					source={view().tasks.counters && BY_COUNTERS}
				/>
				<Count
					name="Tasks failed"
					href={page.links.hrefWith("/tasks", { status: "failed" })}
					value={view().tasks.counters ? view().tasks.counters?.failed : view().tasks.failed}
					and={view().tasks.no_result > 0 ? `+ ${short(view().tasks.no_result)} no result` : undefined}
					source={view().tasks.counters ? BY_COUNTERS : view().tasks.no_result > 0 ? NO_RESULT : undefined}
					alarm={found("/tasks")}
				/>
			</Show>
			<Show when={reported().streams}>
				<Count
					name="Streams running"
					href={page.links.href("/streaming")}
					value={view().streams.running}
					of={view().streams.total}
					unheard={view().streams.notHeard}
					alarm={view().streams.running < view().streams.total}
				/>
			</Show>
			<Show when={reported().checks}>
				<Count
					name="Checks ok"
					href={`${page.links.href("/")}#checks`}
					value={view().checks.ok}
					of={view().checks.total}
					unheard={view().checks.notHeard}
					alarm={view().checks.ok < view().checks.total}
				/>
			</Show>
			<Show when={onlySeries(reported())}>
				<Count name="Active series" href={page.links.href("/metrics")} value={view().series.active} />
			</Show>
			<Show when={view().targets}>
				{(targets) => (
					<Count
						name="Targets up"
						href={`${page.links.href("/metrics")}#targets`}
						value={targets().up}
						of={targets().total}
						alarm={targets().up < targets().total}
					/>
				)}
			</Show>
		</dl>
	);
}

const BY_COUNTERS = "The colony reports no individual tasks: these are the totals of its counters.";

const NO_RESULT = "Tasks without a value: the colony does not report whether they failed.";

/** Beside 100,000 and more in thousands; the tooltip has the exact number. */
const short = (n: number, like = n): string => (like < 100_000 ? count(n) : compact(n, like));

/** Hidden without any. */
function Count(props: {
	name: string;
	href: string;
	/** Absent if not reported. */
	value: number | undefined;
	and?: string | undefined;
	of?: number;
	/** Workers of stale bridges. */
	unheard?: number;
	source?: string | undefined;
	alarm?: boolean;
}): JSX.Element {
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
