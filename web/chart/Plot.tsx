import { createMemo, For, Index, type JSX, Show } from "solid-js";
import type { Tone } from "../components/status.ts";
import { endOf } from "./model.ts";
import { useReaderClock } from "./page-clock.ts";
import { CHART_HEIGHT, svgPath } from "./path.ts";
import { dashesOf, fillOpacity, heightOf, type Picture, percent, traceFill, traceStroke } from "./picture.ts";
import { clockTicks } from "./time-axis.ts";

/** A horizontal line at a value. */
export interface Limit {
	value: number;
	tone: Tone;
	label: string;
}

/**
 * Axes and grid, and the layers until a canvas has them. The server's SVG is kept by the browser, at any size, in any theme, with and
 * without script.
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
				{/* Follows the highest label over the plot: `records/s` does not fit beside the axis. */}
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
						<text
							class={tick().room === undefined ? undefined : `room-${tick().room}`}
							x={percent(tick().share)}
							y="1.6em"
							text-anchor="middle"
						>
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

/** Horizontal lines at values, over the layers. */
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

function createTimeTicks(picture: () => Picture) {
	const clock = useReaderClock();
	const span = createMemo(() => picture().span);
	const end = createMemo(() => endOf(picture().model));
	return createMemo(() => clockTicks(span(), end(), clock.offset));
}
