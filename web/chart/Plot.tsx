import { createMemo, For, Index, type JSX, Show } from "solid-js";
import type { Tone } from "../components/status.ts";
import { usePage } from "../page/context.tsx";
import { endOf } from "./model.ts";
import { useReaderClock } from "./page-clock.ts";
import { CHART_HEIGHT } from "./path.ts";
import { dashOf, heightOf, type Picture, percent } from "./picture.ts";
import { clockTicks, liveTicks } from "./time-axis.ts";

/** A value that has a line of its own. */
export interface Limit {
	value: number;
	tone: Tone;
	label: string;
}

/** Axes and lines: what the server sends is what the browser goes on with, at any size and in any theme, with and without script. */
export function Plot(props: { picture: Picture; limits: readonly Limit[] }): JSX.Element {
	const scale = () => props.picture.scale;
	const times = createTimeTicks(() => props.picture);
	return (
		<>
			<svg class="plot-y" aria-hidden="true">
				<Index each={props.picture.axis.labels}>
					{(label, i) => (
						<text x="100%" y={percent(heightOf(scale(), scale().ticks[i] ?? 0))} dy="0.35em" text-anchor="end">
							{label()}
						</text>
					)}
				</Index>
				{/* Goes on with the highest number, over the plot: beside the axis there is no room for `records/s`. */}
				<Show when={props.picture.axis.unit}>
					{(unit) => (
						<text class="plot-unit" x="100%" dx="8" y={percent(heightOf(scale(), scale().ticks.at(-1) ?? 0))} dy="0.35em">
							{unit()}
						</text>
					)}
				</Show>
			</svg>
			<svg class="plot-x" aria-hidden="true">
				<Index each={times()}>
					{(tick) => (
						<text x={percent(tick().share)} y="1.6em" text-anchor="middle">
							{tick().label}
						</text>
					)}
				</Index>
			</svg>
			<svg class="plot-area" viewBox={`0 0 ${props.picture.width} ${CHART_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
				<Index each={scale().ticks}>
					{(tick) => <line class="plot-grid" x2="100%" y1={percent(heightOf(scale(), tick()))} y2={percent(heightOf(scale(), tick()))} />}
				</Index>
				<Index each={times()}>{(tick) => <line class="plot-grid" y2="100%" x1={percent(tick().share)} x2={percent(tick().share)} />}</Index>
				<Index each={props.picture.layers}>
					{(layer, i) => (
						<>
							<Show when={props.picture.kind !== "line"}>
								<path
									class={`${props.picture.kind === "bar" ? "plot-bar" : "plot-fill"} series-${i % 8}`}
									classList={{ stacked: props.picture.stacked }}
									d={layer().fill}
								/>
							</Show>
							<Show when={props.picture.kind !== "bar"}>
								<path class={`plot-line series-${i % 8}`} d={layer().stroke} stroke-dasharray={dashOf(props.picture.kind, i)} />
							</Show>
						</>
					)}
				</Index>
				<For each={props.limits}>
					{({ value, tone }) => (
						<line
							class={`plot-limit tone-${tone}`}
							x2="100%"
							y1={percent(heightOf(scale(), value))}
							y2={percent(heightOf(scale(), value))}
						/>
					)}
				</For>
			</svg>
		</>
	);
}

/** New ones only where they differ: on a live chart they stay while the numbers move on. */
function createTimeTicks(picture: () => Picture) {
	const page = usePage();
	const clock = useReaderClock();
	const span = createMemo(() => picture().span);
	const end = createMemo(() => (page.url.view().end === undefined ? undefined : endOf(picture().model)));
	return createMemo(() => {
		const at = end();
		return at === undefined ? liveTicks(span()) : clockTicks(span(), at, clock.offset);
	});
}
