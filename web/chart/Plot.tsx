import { createMemo, For, Index, type JSX, Show } from "solid-js";
import type { Tone } from "../components/status.ts";
import { usePage } from "../page/context.tsx";
import { endOf } from "./model.ts";
import { useReaderClock } from "./page-clock.ts";
import { CHART_HEIGHT, svgPath } from "./path.ts";
import { dashesOf, fillOpacity, heightOf, type Picture, percent, traceFill, traceStroke } from "./picture.ts";
import { clockTicks, liveTicks } from "./time-axis.ts";

/** A value that has a line of its own. */
export interface Limit {
	value: number;
	tone: Tone;
	label: string;
}

/**
 * Axes and grid, and the layers until a canvas has them: what the server sends is what the browser goes on with, at any size and in any
 * theme, with and without script.
 */
export function Plot(props: { picture: Picture; onCanvas: boolean }): JSX.Element {
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
			<svg class="plot-area" aria-hidden="true">
				<Index each={scale().ticks}>
					{(tick) => <line class="plot-grid" x2="100%" y1={percent(heightOf(scale(), tick()))} y2={percent(heightOf(scale(), tick()))} />}
				</Index>
				<Index each={times()}>{(tick) => <line class="plot-grid" y2="100%" x1={percent(tick().share)} x2={percent(tick().share)} />}</Index>
				<Show when={!props.onCanvas}>
					<svg viewBox={`${props.picture.left} 0 ${props.picture.width} ${CHART_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
						<Index each={props.picture.layers}>
							{(layer, i) => {
								const path = (trace: typeof traceFill) => svgPath((pen) => trace(props.picture, layer(), pen));
								return (
									<>
										<path class={`plot-fill series-${i % 8}`} opacity={fillOpacity(props.picture)} d={path(traceFill)} />
										<path
											class={`plot-line series-${i % 8}`}
											d={path(traceStroke)}
											stroke-dasharray={dashesOf(props.picture.kind, i).join(" ")}
										/>
									</>
								);
							}}
						</Index>
					</svg>
				</Show>
			</svg>
		</>
	);
}

/** Values that have a line of their own, over the layers. */
export function Limits(props: { limits: readonly Limit[]; picture: Picture }): JSX.Element {
	return (
		<Show when={props.limits.length > 0}>
			<svg class="plot-layer" aria-hidden="true">
				<For each={props.limits}>
					{({ value, tone }) => {
						const y = () => percent(heightOf(props.picture.scale, value));
						return <line class={`plot-limit tone-${tone}`} x2="100%" y1={y()} y2={y()} />;
					}}
				</For>
			</svg>
		</Show>
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
