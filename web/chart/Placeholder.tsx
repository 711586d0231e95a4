import { For, type JSX, Show } from "solid-js";
import { mark } from "../format/number.ts";
import type { ChartKind, ChartModel } from "./model.ts";
import { DASHES, spanOf, timeLabel } from "./options.ts";
import { areaPath, barPath, linePath } from "./path.ts";
import { type Scale, timeTicks } from "./scale.ts";

const BOX = { width: 600, height: 200 };

/** The same data as the chart, with the same axes, as SVG: there with the HTML, before and without script. */
export function Placeholder(props: { kind: ChartKind; model: ChartModel; scale: Scale }): JSX.Element {
	const box = () => ({ ...BOX, min: props.scale.min, max: props.scale.max });
	const share = (value: number) => `${100 - ((value - props.scale.min) / (props.scale.max - props.scale.min || 1)) * 100}%`;
	const times = () => timeTicks(spanOf(props.kind, props.model));
	return (
		<>
			<svg class="plot-y" aria-hidden="true">
				<For each={props.scale.ticks}>
					{(tick) => (
						<text x="100%" y={share(tick)} dy="0.35em" text-anchor="end">
							{mark(tick, props.model.unit, props.scale.ticks.at(-1))}
						</text>
					)}
				</For>
			</svg>
			<svg class="plot-x" aria-hidden="true">
				<For each={times()}>
					{(tick) => (
						<text x={`${tick.share * 100}%`} y="1.6em" text-anchor="middle">
							{timeLabel(tick.before)}
						</text>
					)}
				</For>
			</svg>
			<svg class="plot-area" viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" aria-hidden="true">
				<For each={props.scale.ticks}>{(tick) => <line class="plot-grid" x2="100%" y1={share(tick)} y2={share(tick)} />}</For>
				<For each={times()}>{(tick) => <line class="plot-grid" y2="100%" x1={`${tick.share * 100}%`} x2={`${tick.share * 100}%`} />}</For>
				<For each={props.model.lines}>
					{(line, i) => (
						<>
							<Show when={props.kind === "area"}>
								<path class={`plot-fill series-${i() % 8}`} d={areaPath(line.values, box())} />
							</Show>
							<Show
								when={props.kind === "bar"}
								fallback={
									<path
										class={`plot-line series-${i() % 8}`}
										d={linePath(line.values, box())}
										stroke-dasharray={props.kind === "line" ? DASHES[i() % 8]?.join(" ") : undefined}
									/>
								}
							>
								<path class={`plot-bar series-${i() % 8}`} d={barPath(line.values, box(), i(), props.model.lines.length)} />
							</Show>
						</>
					)}
				</For>
			</svg>
		</>
	);
}
