import { createMemo, For, Index, type JSX, Show } from "solid-js";
import { MiddleCut } from "../components/MiddleCut.tsx";
import { count, inFull, isWord, quantity } from "../format/number.ts";
import { type SharedEnds, sharedEnds } from "../format/shared-ends.ts";
import { roughly } from "../format/time.ts";
import { newest, staleFor } from "./model.ts";
import { PICKS, type Pick } from "./pick.ts";
import { dashesOf, type Layer, type Picture } from "./picture.ts";

export interface LegendProps {
	picture: Picture;
	/** Column of the shown values; absent: the latest. */
	column: number | undefined;
	pick: Pick;
	setPick(pick: Pick): void;
	/** @param alone toggles showing only this line; otherwise toggles hiding it */
	toggle(key: string, alone: boolean): void;
}

/** Estimated width of a text, in digits. */
const widthOf = (text: string): number => text.replace(/[A-Zmw%]|[^\0-\u024f\u2212]/g, "00").length;

/** Lines with their values. A click shows only one line, with Shift or Ctrl it hides one. */
export function Legend(props: LegendProps): JSX.Element {
	const text = (value: number | null | undefined) =>
		value === undefined || value === null ? "–" : quantity(value, props.picture.model.unit);
	const valueIn = ({ line }: Layer) => (props.column === undefined ? newest(line.values) : line.values[props.column]);
	/** The latest value. If the line has ended, its age has the room of the unit, which the axis has too: no name is cut for it. */
	const values = (layer: Layer) => {
		const value = valueIn(layer);
		const { unit = "", step } = props.picture.model;
		const stale = props.column === undefined && staleFor(layer.line.values, step);
		if (!stale || typeof value !== "number") return text(value);
		return `${isWord(unit) ? quantity(value, /\/s$/.exec(unit)?.[0]) : text(value)}, ${roughly(stale)} ago`;
	};
	/** Half rems for any number with this unit: one that gains a digit wraps no line. */
	const room = () => {
		const { unit = "" } = props.picture.model;
		return Math.ceil(0.9 * (8 + (isWord(unit) ? unit.length : 3)));
	};
	const left = () => props.picture.model.left + props.picture.model.lines.length - props.picture.layers.length;
	/** Parts of a stack that are zero all of the time, such as a state that no worker was in, are left out of the legend. */
	const idle = createMemo(() => {
		const { stacked, layers } = props.picture;
		const parts = layers.map(({ line }) => stacked && line.values.every((value) => !value));
		return parts.includes(false) ? parts : [];
	});
	const among = createMemo<SharedEnds | undefined>((before) =>
		sharedEnds(
			props.picture.layers.map(({ line }) => line.name),
			before,
		),
	);
	const entry = (layer: () => Layer, i: number) => {
		const value = createMemo(() => values(layer()));
		/** Its width never shrinks, so that the cursor moves nothing beside it. */
		const widest = createMemo<string>((before) => (widthOf(value()) > widthOf(before) ? value() : before), "");
		return (
			<>
				<svg class={`legend-line series-${i % 8}`} viewBox="0 0 18 8" aria-hidden="true">
					<path d="M0 4h18" stroke-dasharray={dashesOf(props.picture.kind, i).join(" ")} />
				</svg>
				<span class="legend-name cut">
					<MiddleCut text={layer().line.name} among={among()} />
				</span>
				<span class={`legend-value col-${room()}`} data-widest={widest()} title={inFull(valueIn(layer()) ?? 0, value())}>
					<b>{value()}</b>
				</span>
			</>
		);
	};
	return (
		<ul class="legend">
			{/* First, to be visible in a legend that scrolls. */}
			<Show when={left() > 0}>
				<li class="quiet legend-left">
					{count(props.picture.layers.length)} of {count(props.picture.layers.length + left())} drawn
					<Show when={props.picture.model.lines.length > props.picture.layers.length}>
						<select class="legend-pick" aria-label="Series shown" on:change={(event) => props.setPick(event.currentTarget.value as Pick)}>
							<For each={Object.entries(PICKS)}>
								{([pick, words]) => (
									<option value={pick} selected={pick === props.pick}>
										{words}
									</option>
								)}
							</For>
						</select>
					</Show>
				</li>
			</Show>
			<Show when={props.picture.model.read}>
				<li class="quiet">{props.picture.model.read}</li>
			</Show>
			<Index each={props.picture.layers}>
				{(layer, i) => (
					<li hidden={idle()[i]}>
						<Show
							when={props.picture.layers.length > 1}
							fallback={
								<span class="legend-entry" title={layer().line.name}>
									{entry(layer, i)}
								</span>
							}
						>
							<button
								type="button"
								class="legend-entry"
								aria-pressed={!layer().hidden}
								title={`${layer().line.name}: click shows it alone, Shift+click takes it out`}
								on:click={(event) => props.toggle(layer().line.key, !(event.shiftKey || event.ctrlKey || event.metaKey))}
							>
								{entry(layer, i)}
							</button>
						</Show>
					</li>
				)}
			</Index>
		</ul>
	);
}
