import { createMemo, Index, type JSX } from "solid-js";
import { type DenseSpan, type EventSpan, type EventSpot, eventMark, leadingKind } from "./events.ts";
import { percent } from "./picture.ts";

const SHAPES = {
	up: "M-4 0L0-7L4 0z",
	square: "M-3.5-7h7v7h-7z",
	cross: "M-3.5-7L3.5 0M3.5-7L-3.5 0",
	dot: "M-3.5-3.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0",
} as const;

/** Marks of events along the time axis; the cursor shows their text. */
export function Events(props: { spots: readonly EventSpot[]; spans: readonly EventSpan[]; dense: readonly DenseSpan[] }): JSX.Element {
	return (
		<svg class="plot-layer" aria-hidden="true">
			{/* By index: on a live chart marks move with each push, and their elements persist. */}
			<Index each={props.spans}>
				{(span) => <rect class="event-span" x={percent(span().from)} width={percent(span().to - span().from)} height="100%" />}
			</Index>
			{/* Below the axis: the density of errors. */}
			<Index each={props.dense}>
				{(span) => (
					<rect
						class="event-density"
						x={percent(span().from)}
						y="100%"
						width={percent(span().to - span().from)}
						height="4"
						opacity={(0.3 + 0.7 * span().weight).toFixed(2)}
					/>
				)}
			</Index>
			<Index each={props.spots}>
				{(spot) => {
					const mark = createMemo(() => eventMark(leadingKind(spot())));
					const x = createMemo(() => percent(spot().share));
					return (
						<>
							<svg x={x()} y="100%" class={`event tone-${mark().tone}`} aria-hidden="true">
								<path d={SHAPES[mark().shape]} />
							</svg>
							<line class={`event-line tone-${mark().tone}`} x1={x()} x2={x()} y2="100%" />
						</>
					);
				}}
			</Index>
		</svg>
	);
}
