import { For, type JSX, Show } from "solid-js";
import { Chart } from "../../chart/Chart.tsx";
import type { ChartKind, ChartModel } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { Panel } from "../../components/Panel.tsx";

export interface Drawing {
	title: string;
	/** The metrics' own names, where the title is not one. */
	about?: string;
	kind: ChartKind;
	model: ChartModel;
}

/** Charts a row has room for: on a desk, on a wall. */
const DESK = [3, 4];
const WALL = [4, 5, 6, 7];

/** @returns how many stand in a row, so that the last one is as full as can be. */
export function rowOf(charts: number, choices: readonly number[]): number {
	const holes = (row: number) => (charts < row ? row - charts : (row - (charts % row)) % row);
	return choices.reduce((best, row) => (holes(row) < holes(best) ? row : best), choices[0] ?? 1);
}

/** @returns how many share the row of the chart at this place: fewer in the last one. */
export const inRowOf = (place: number, charts: number, row: number): number => (place < charts - (charts % row) ? row : charts % row);

/**
 * Charts of one worker or stream in rows that are filled to their ends. Each is told its width: one that grew into what room is left would
 * move when the next one arrives.
 * @param drawings by a name that stays, so that a chart stays when another comes
 */
export function Drawn(props: { drawings: ReadonlyMap<string, Drawing>; of: string }): JSX.Element {
	const timeShown = useTimeShown();
	const charts = () => props.drawings.size;
	const widths = (place: number) =>
		`small-${inRowOf(place, charts(), 2)} desk-${inRowOf(place, charts(), rowOf(charts(), DESK))} wall-${inRowOf(place, charts(), rowOf(charts(), WALL))}`;
	return (
		<div class="drawn">
			<For each={[...props.drawings.keys()]}>
				{(name, i) => (
					<Show when={props.drawings.get(name)}>
						{(drawing) => (
							<Panel class={widths(i())} title={drawing().title} about={drawing().about} note={timeShown(drawing().model)}>
								<Chart kind={drawing().kind} model={drawing().model} label={`${drawing().title} of the ${props.of}`} />
							</Panel>
						)}
					</Show>
				)}
			</For>
		</div>
	);
}
