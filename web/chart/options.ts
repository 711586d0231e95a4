/** uPlot's options for a model: a plain function of what is drawn, without a document, so that it can be tested as data. */
import type uPlot from "uplot";
import { mark } from "../format/number.ts";
import { roughly } from "../format/time.ts";
import type { ChartKind, ChartModel } from "./model.ts";
import { type Scale, timeTicks } from "./scale.ts";

export interface ChartColours {
	grid: string;
	text: string;
	lines: readonly string[];
	font: string;
	/** Pixels of one rem. */
	rem: number;
}

/** The room around the plot, in rem: the placeholder has the same in its style sheet. */
export const INSET = { left: 3.75, right: 1, top: 0.625, bottom: 1.5 } as const;

/** Line two of three and later ones differ by their dashes too. */
export const DASHES: readonly number[][] = [[], [6, 3], [2, 3], [10, 4, 2, 4], [], [6, 3], [2, 3], [10, 4, 2, 4]];

/** What makes a new chart necessary; new data and a new size do not. */
export const shapeOf = (kind: ChartKind, model: ChartModel): string =>
	JSON.stringify([kind, model.unit, model.lines.map(({ key, name }) => [key, name])]);

/** Times in ms, values as they are. */
export function chartData(model: ChartModel): uPlot.AlignedData {
	const times = Array.from({ length: model.length }, (_, i) => model.start + i * model.step);
	return [times, ...model.lines.map(({ values }) => values as (number | null)[])];
}

export function chartOptions(args: {
	kind: ChartKind;
	model: ChartModel;
	colours: ChartColours;
	size: { width: number; height: number };
	/** Asked at each drawing: the axis follows the data. */
	scale: () => Scale;
	bars: (place: number, places: number) => uPlot.Series.PathBuilder;
	/** The column under the cursor, or none. */
	onCursor: (index: number | undefined) => void;
}): uPlot.Options {
	const { kind, model, colours, size, scale } = args;
	const font = `${colours.rem * 0.75}px ${colours.font}`;
	const px = (rem: number) => Math.round(rem * colours.rem);
	const axis = { stroke: colours.text, font, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false }, gap: 6 };
	return {
		...size,
		ms: 1,
		legend: { show: false },
		padding: [px(INSET.top), px(INSET.right), 0, 0],
		cursor: {
			sync: { key: "time" },
			y: false,
			drag: { x: false, y: false },
			points: { size: 7 },
		},
		scales: {
			x: { time: false, range: (_, min, max) => [kind === "bar" || max === min ? min - model.step : min, max] },
			y: { range: () => [scale().min, scale().max] },
		},
		axes: [
			{
				...axis,
				// Clear of the lowest label of the other axis.
				gap: 10,
				size: px(INSET.bottom),
				splits: (_u, _axis, min, max) => timeTicks(max - min).map(({ before }) => max - before),
				values: (_u, splits) => splits.map((at) => timeLabel((splits.at(-1) ?? at) - at)),
			},
			{
				...axis,
				size: px(INSET.left),
				splits: () => scale().ticks,
				values: (_u, splits) => splits.map((value) => mark(value, model.unit, splits.at(-1))),
			},
		],
		series: [
			{},
			...model.lines.map(({ name }, i) => {
				const stroke = colours.lines[i % colours.lines.length] ?? colours.text;
				return {
					label: name,
					stroke,
					width: 1.5,
					points: { show: model.length < 2 },
					...(kind === "line" && { dash: DASHES[i % DASHES.length] as number[] }),
					...(kind === "area" && { fill: faint(stroke) }),
					...(kind === "bar" && { fill: stroke, width: 0, paths: args.bars(i, model.lines.length) }),
				};
			}),
		],
		hooks: {
			setCursor: [(u) => args.onCursor(u.cursor.left === undefined || u.cursor.left < 0 ? undefined : (u.cursor.idx ?? undefined))],
		},
	};
}

/** A sixth of the colour. */
const faint = (colour: string): string =>
	/^#[0-9a-f]{6}$/i.test(colour) ? `${colour}2b` : `color-mix(in srgb, ${colour} 17%, transparent)`;

/** Time from the left edge of the plot to the right, ms. A bar covers the step before its instant; points need no such room. */
export const spanOf = (kind: ChartKind, model: ChartModel): number =>
	Math.max(model.step, (model.length - (kind === "bar" ? 0 : 1)) * model.step);

export const timeLabel = (before: number): string => (before < 1 ? "now" : `−${roughly(before)}`);
