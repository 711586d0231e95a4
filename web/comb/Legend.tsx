import { createMemo, For, type JSX, Show, untrack } from "solid-js";
import { Glyph } from "../components/Glyph.tsx";
import { count } from "../format/number.ts";
import { usePage } from "../page/context.tsx";
import { UrlLink } from "../view/UrlLink.tsx";
import { CELL_STATUSES, FILTERS, type Scale, STEPS, stepStart } from "./cell-status.ts";
import type { Cells } from "./cells.ts";

/** Replaces the canvas until it is painted, and without script: cells per status as a bar. */
export function FirstPicture(props: { cells: Cells }): JSX.Element {
	const share = (n: number) => (n / Math.max(1, props.cells.count)) * 100;
	const before = (status: number) => props.cells.tally.slice(0, status).reduce((sum, n) => sum + n, 0);
	return (
		<svg class="comb-first" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
			<For each={props.cells.tally.flatMap((n, status) => (n > 0 ? [status] : []))}>
				{(status) => (
					<rect
						class={props.cells.scale ? `scale-${status}` : `tone-${CELL_STATUSES[status]?.tone} shape-${CELL_STATUSES[status]?.shape}`}
						x={share(before(status))}
						width={share(props.cells.tally[status] ?? 0)}
						height="100"
					/>
				)}
			</For>
		</svg>
	);
}

const ALL_STEPS = Array.from({ length: STEPS + 1 }, (_, step) => step);

/** The legend with the number of cells per entry. */
export function Legend(props: { cells: Cells }): JSX.Element {
	return (
		<Show when={props.cells.scale} fallback={<StateLegend tally={props.cells.tally} />}>
			{(scale) => <ScaleLegend scale={scale()} tally={props.cells.tally} />}
		</Show>
	);
}

/** Room for states that no worker is in yet: the first of them moves nothing. */
const SPARE = 2;

/** States that some worker is or was in, later ones at the end. */
function StateLegend(props: { tally: number[] }): JSX.Element {
	const seen = createMemo<readonly number[]>((before) => {
		const fresh = props.tally.flatMap((n, status) => (n > 0 && !before.includes(status) ? status : []));
		return fresh.length > 0 ? [...before, ...fresh] : before;
	}, []);
	const first = untrack(seen).length;
	const spare = () => Array.from({ length: Math.max(0, SPARE - seen().length + first) });
	return (
		<ul class="comb-legend">
			<For each={seen()}>
				{(status) => (
					<li class={props.tally[status] ? undefined : "comb-none"}>
						<Glyph shape={CELL_STATUSES[status]?.shape ?? "question"} tone={CELL_STATUSES[status]?.tone ?? "off"} />
						<Filtered by={FILTERS[status] ?? ""}>{CELL_STATUSES[status]?.word ?? ""}</Filtered>
						<span class="comb-count">{count(props.tally[status] ?? 0)}</span>
					</li>
				)}
			</For>
			<For each={spare()}>{() => <li class="comb-spare" aria-hidden="true" />}</For>
		</ul>
	);
}

/** Filters the workers table by this status; again, removes the filter. */
function Filtered(props: { by: string; children: string }): JSX.Element {
	const page = usePage();
	const chosen = () => page.url.view().filter === props.by;
	return (
		<Show
			when={page.input.page === "workers"}
			fallback={<a href={page.links.hrefWith("/workers", { filter: props.by })}>{props.children}</a>}
		>
			<UrlLink changes={{ filter: chosen() ? undefined : props.by, offset: undefined }} current={chosen()}>
				{props.children}
			</UrlLink>
		</Show>
	);
}

function ScaleLegend(props: { scale: Scale; tally: number[] }): JSX.Element {
	const words = (step: number) => (step < STEPS ? `from ${stepStart(props.scale, step)}` : "not reported");
	return (
		<ul class="comb-legend">
			<For each={ALL_STEPS}>
				{(step) => (
					<li class={props.tally[step] ? undefined : "comb-none"}>
						<svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
							<path class={`scale-${step}`} d="M8 1.1 14 4.55v6.9L8 14.9 2 11.45v-6.9z" />
						</svg>
						<span>{words(step)}</span>
						<span class="comb-count">{count(props.tally[step] ?? 0)}</span>
					</li>
				)}
			</For>
		</ul>
	);
}
