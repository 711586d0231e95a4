/**
 * uPlot for the layers, cursor and selection of a picture. Axes, grid and legend are the page's: uPlot has none and no padding, its scales
 * are columns and shares of the height, and its paths are those of the picture. So points are where SVG has them.
 */
import uPlot from "uplot";
import { dashesOf, fillOpacity, type Layer, type Picture, traceFill, traceStroke } from "../picture.ts";
import { inks } from "./inks.ts";

const LINE_WIDTH = 1.5;

/** Column indexes, shared by all charts of a length. */
const columns = new Map<string, number[]>();

function columnsOf({ kind, model }: Picture): number[] {
	const middle = kind === "bar" ? 0.5 : 0;
	const key = `${model.length} ${middle}`;
	let places = columns.get(key);
	if (!places) {
		places = Array.from({ length: model.length }, (_, i) => i + middle);
		columns.set(key, places);
	}
	return places;
}

export const dataOf = (picture: Picture): uPlot.AlignedData => [columnsOf(picture), ...picture.layers.map(({ levels }) => [...levels])];

/** Ends of the horizontal scale. */
export const rangeOf = ({ left, width }: Picture): [min: number, max: number] => [left, left + width];

/** Properties that require a new plot. */
export const shapeOf = ({ kind, layers }: Picture): string => `${kind} ${layers.length}`;

/**
 * @param into painted behind its content
 * @param ready called in the task in which the picture is painted
 * @returns undefined without canvas support
 */
export function createPlot(
	into: Element,
	picture: () => Picture,
	size: { width: number; height: number },
	ready: () => void,
): uPlot | undefined {
	const plot = new uPlot(optionsOf(picture, size, ready), dataOf(picture()), (self, init) => {
		if (!self.ctx) return;
		into.prepend(self.root);
		init();
	});
	if (plot.ctx) return plot;
	plot.destroy();
	return undefined;
}

function optionsOf(picture: () => Picture, size: { width: number; height: number }, ready: () => void): uPlot.Options {
	const { kind, layers } = picture();
	const inkOf = (place: number) => inks()[place % inks().length] ?? "";
	const pathOf = ({ bbox, ctx }: uPlot, place: number, layer: Layer, trace: typeof traceFill) => {
		const path = new Path2D();
		const { left, width } = picture();
		const across = (x: number) => bbox.left + ((x - left) / width) * bbox.width;
		const down = (level: number) => bbox.top + (1 - level) * bbox.height;
		trace(picture(), layer, {
			move: (x, level) => path.moveTo(across(x), down(level)),
			line: (x, level) => path.lineTo(across(x), down(level)),
			close: () => path.closePath(),
			// By `fillRect`: filling a path of hundreds of rectangles takes ten times as long.
			box(x, level, breadth, toLevel) {
				ctx.fillStyle = inkOf(place);
				ctx.fillRect(across(x), down(level), (breadth / width) * bbox.width, (level - toLevel) * bbox.height);
			},
		});
		return path;
	};
	const paths: uPlot.Series.PathBuilder = (self, i) => {
		const layer = picture().layers[i - 1];
		return layer ? { stroke: pathOf(self, i - 1, layer, traceStroke), fill: pathOf(self, i - 1, layer, traceFill), flags: 0 } : null;
	};
	/** Canvas pixels. */
	const dash = (place: number) => dashesOf(kind, place).map((length) => length * uPlot.pxRatio);
	const seriesOf = (_: Layer, place: number): uPlot.Series => ({
		auto: false,
		width: LINE_WIDTH,
		cap: "round",
		dash: dash(place),
		stroke: () => inkOf(place),
		fill: () => `color-mix(in srgb, ${inkOf(place)} ${100 * fillOpacity(picture())}%, transparent)`,
		paths,
		points: { show: false },
	});
	return {
		...size,
		pxAlign: 0,
		padding: [0, 0, 0, 0],
		legend: { show: false },
		axes: [{ show: false }, { show: false }],
		scales: { x: { time: false, auto: false, range: () => rangeOf(picture()) }, y: { auto: false, range: [0, 1] } },
		series: [{}, ...layers.map(seriesOf)],
		cursor: { show: false },
		select: { show: false, left: 0, top: 0, width: 0, height: 0 },
		hooks: {
			ready: [ready],
			// The page was zoomed, or moved to another screen.
			setSize: [
				(self) => {
					for (const [i, series] of self.series.slice(1).entries()) series.dash = dash(i);
				},
			],
		},
	};
}
