import { createMemo, For, type JSX, Show, untrack } from "solid-js";
import { Chart } from "../../chart/Chart.tsx";
import type { Drawing } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { Panel } from "../../components/Panel.tsx";

/** Maximum charts per row, normally and on a wall screen. */
const DESK = [3, 4];
const WALL = [4, 5, 6, 7];

/** @returns charts per row, so that the last row is as full as possible */
export function rowOf(charts: number, choices: readonly number[]): number {
	const holes = (row: number) => (charts < row ? row - charts : (row - (charts % row)) % row);
	return choices.reduce((best, row) => (holes(row) < holes(best) ? row : best), choices[0] ?? 1);
}

/** @returns charts in the row of this index: fewer in the last row */
const inRowOf = (place: number, charts: number, row: number): number => (place < charts - (charts % row) ? row : charts % row);

/**
 * The charts of a worker or stream, in full rows. Widths are fixed: a chart that fills the remaining space would move when the next one
 * arrives. A chart that arrives later goes to the end.
 * @param drawings by a stable name, so that charts persist when others are added
 */
export function Drawn(props: { drawings: ReadonlyMap<string, Drawing>; of: string }): JSX.Element {
	const timeShown = useTimeShown();
	const names = createMemo<string[]>(
		(before) => [
			...before.filter((name) => props.drawings.has(name)),
			...[...props.drawings.keys()].filter((name) => !before.includes(name)),
		],
		[],
	);
	const first = untrack(names).length;
	const inRow = (place: number, row: number) => (place < first ? inRowOf(place, first, row) : row);
	const widths = (place: number) =>
		`small-${inRow(place, 2)} desk-${inRow(place, rowOf(first, DESK))} wall-${inRow(place, rowOf(first, WALL))}`;
	return (
		<div class="drawn">
			<For each={names()}>
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
