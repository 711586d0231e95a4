/** The picture of a chart, computed from its model, for every painter: SVG, uPlot and PNG. */
import { type ChartKind, type ChartModel, type Line, restOf, spanOf, widthOf } from "./model.ts";
import { levelsOf, type Scale, scaleOf, shareOf, type ValueAxis, valueAxis } from "./scale.ts";
import { floorOf, stacked, stacks } from "./stack.ts";
import { type Levels, type Pen, traceArea, traceBars, traceLine } from "./trace.ts";

export interface Layer {
	line: Line;
	/** Hidden by the reader; it keeps its place and colour. */
	hidden: boolean;
	/** Positions of its points; in a stack above its values. */
	levels: Levels;
	/** In a stack: the upper edge of the lines below. */
	floor?: Levels;
	/** Index among visible lines. */
	place: number;
}

export interface Picture {
	kind: ChartKind;
	model: ChartModel;
	/** Time from the left edge to the right, ms. */
	span: number;
	scale: Scale;
	axis: ValueAxis;
	/** Base of areas and bars: the level of zero. */
	ground: number;
	/** Left edge and width of the plot, in columns. */
	left: number;
	width: number;
	stacked: boolean;
	layers: Layer[];
	/** Visible layers. */
	places: number;
}

/** Number of colours. */
export const COLOURS = 8;
/** Lines differ by dashes too; a repeated colour gets other dashes. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 4, 2, 4]];
export const dashesOf = (kind: ChartKind, place: number): readonly number[] =>
	(kind === "line" && DASHES[(place + Math.floor(place / COLOURS)) % DASHES.length]) || [];

/**
 * @param lines drawn lines of the model
 * @param hidden keys of lines hidden by the reader
 * @param limits values with a horizontal line, which the scale must include
 */
export function pictureOf(
	kind: ChartKind,
	model: ChartModel,
	lines: readonly Line[],
	hidden: ReadonlySet<string> = new Set(),
	limits: readonly number[] = [],
): Picture {
	const visible = lines.filter(({ key }) => !hidden.has(key));
	const sums = stacks(kind, model, lines) ? stacked(visible) : undefined;
	const edges = sums ?? visible.map(({ values }) => values);
	const scale = scaleOf([...edges, limits], model.unit);
	let places = 0;
	const layers = lines.map((line): Layer => {
		if (hidden.has(line.key)) return { line, hidden: true, levels: [], place: 0 };
		const place = places++;
		const edge = edges[place] ?? line.values;
		return { line, hidden: false, levels: levelsOf(edge, scale), ...(sums && { floor: levelsOf(floorOf(edge, line), scale) }), place };
	});
	const alone = kind !== "bar" && model.length < 2;
	return {
		kind,
		model,
		span: spanOf(kind, model),
		scale,
		axis: valueAxis(scale, model.unit),
		ground: levelsOf([0], scale)[0] ?? 0,
		// A single column is at the right edge.
		left: alone ? -1 : 0,
		width: widthOf(kind, model),
		stacked: sums !== undefined,
		layers,
		places,
	};
}

/** A pen that draws the last column as near as its step is over. */
function untilEnd({ model }: Picture, pen: Pen): Pen {
	const rest = restOf(model);
	if (rest === 0) return pen;
	const last = model.length - 1;
	const at = (x: number) => (x > last - 0.5 ? x - rest : x);
	return {
		move: (x, y) => pen.move(at(x), y),
		line: (x, y) => pen.line(at(x), y),
		close: pen.close,
		box: (x, y, width, toY) => (x < last ? pen.box(x, y, width, toY) : pen.box(last + (x - last) * (1 - rest), y, width * (1 - rest), toY)),
	};
}

/** The stroke of a layer; bars have none. */
export const traceStroke = (picture: Picture, { levels }: Layer, pen: Pen): void => {
	if (picture.kind !== "bar") traceLine(levels, untilEnd(picture, pen));
};

/** The fill of a layer; lines have none. */
export const traceFill = (picture: Picture, { levels, floor, place }: Layer, pen: Pen): void => {
	const { kind, ground, places } = picture;
	if (kind === "area") traceArea(levels, floor ?? ground, untilEnd(picture, pen));
	else if (kind === "bar") traceBars(levels, ground, place, places, untilEnd(picture, pen));
};

/** Opacity of the fill. */
export const fillOpacity = ({ kind, stacked }: Picture): number => (kind === "bar" ? 1 : stacked ? 0.5 : 0.17);

/** Position of a value on the scale, from the top, 0, to the bottom, 1. */
export const heightOf = (scale: Scale, value: number): number => 1 - shareOf(value, scale);

/** A share of the plot as an SVG percentage. */
export const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;
