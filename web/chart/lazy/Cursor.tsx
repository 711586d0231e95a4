import { Index, type JSX, Show } from "solid-js";
import { COLOURS, type Layer, type Picture, percent } from "../picture.ts";

const RADIUS = 3.5;

/**
 * The cursor over a chart's layers, with points on the lines and its time below the axis. Attributes of one SVG instead of transforms: the
 * browser keeps a node per transformed element, and composes all layers of a page again when one changes.
 */
export function Cursor(props: { picture: Picture; column: number; share: number; time: string }): JSX.Element {
	const x = () => percent(props.share);
	const level = ({ levels }: Layer) => levels[props.column] ?? undefined;
	return (
		<svg class="plot-layer plot-cursor" aria-hidden="true">
			<line x1={x()} x2={x()} y2="100%" />
			<Show when={props.picture.kind !== "bar"}>
				<Index each={props.picture.layers}>
					{(layer, i) => (
						<circle
							class={`series-${i % COLOURS}`}
							r={level(layer()) === undefined ? 0 : RADIUS}
							cx={x()}
							cy={percent(1 - (level(layer()) ?? 0))}
						/>
					)}
				</Index>
			</Show>
			<text x={x()} y="100%" dy="1.6em" text-anchor="middle">
				{props.time}
			</text>
		</svg>
	);
}

/** The selected time range, as shares of the width. */
export function Selection(props: { from: number; to: number }): JSX.Element {
	return (
		<svg class="plot-layer plot-selection" aria-hidden="true">
			<rect x={percent(Math.min(props.from, props.to))} width={percent(Math.abs(props.to - props.from))} height="100%" />
		</svg>
	);
}
