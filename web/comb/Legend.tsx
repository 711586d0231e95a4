import { For, type JSX, Show } from "solid-js";
import { Glyph } from "../elements/Glyph.tsx";
import { count } from "../format/number.ts";
import type { Cells } from "./cells.ts";
import { type Scale, STATE_LOOKS, STEPS, stepStart } from "./looks.ts";

const ALL_STEPS = Array.from({ length: STEPS + 1 }, (_, step) => step);

/** What the colours mean, and how many cells have each. All entries are always there: none moves another. */
export function Legend(props: { cells: Cells }): JSX.Element {
	return (
		<Show when={props.cells.scale} fallback={<StateLegend tally={props.cells.tally} />}>
			{(scale) => <ScaleLegend scale={scale()} tally={props.cells.tally} />}
		</Show>
	);
}

function StateLegend(props: { tally: number[] }): JSX.Element {
	return (
		<ul class="comb-legend">
			<For each={STATE_LOOKS}>
				{(look, i) => (
					<li class={props.tally[i()] ? undefined : "comb-none"}>
						<Glyph shape={look.shape} tone={look.tone} />
						<span>{look.word}</span>
						<span class="comb-count">{count(props.tally[i()] ?? 0)}</span>
					</li>
				)}
			</For>
		</ul>
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
