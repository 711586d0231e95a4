/** Everything there is to draw, from a model: a plain function of data, for the page's SVG as for a picture that is downloaded. */
import { type ChartKind, type ChartModel, type Line, spanOf } from "./model.ts";
import { areaPath, type Box, barPath, CHART_HEIGHT, linePath } from "./path.ts";
import { type Scale, scaleOf, shareOf, type ValueAxis, valueAxis } from "./scale.ts";
import { floorOf, stacked, stacks } from "./stack.ts";

export interface Layer {
	line: Line;
	/** Taken out by the reader: it has its place and its colour still. */
	hidden: boolean;
	/** Positions of its points: on a stack they are higher than their values. */
	edge: readonly (number | null)[];
	/** Paths in a box as wide as the picture's `width` and `CHART_HEIGHT` high. */
	stroke: string;
	fill: string;
}

export interface Picture {
	kind: ChartKind;
	model: ChartModel;
	/** Time from the left edge to the right, ms. */
	span: number;
	scale: Scale;
	axis: ValueAxis;
	/** Units of the paths' box. */
	width: number;
	stacked: boolean;
	layers: Layer[];
}

/** Colours there are. */
export const COLOURS = 8;
/** Line two of three and later ones differ by their dashes too; past the last colour the dashes are other ones. */
const DASHES: readonly string[] = ["", "6 3", "2 3", "10 4 2 4"];
export const dashOf = (kind: ChartKind, place: number): string | undefined =>
	(kind === "line" && DASHES[(place + Math.floor(place / COLOURS)) % DASHES.length]) || undefined;

/**
 * @param lines those of the model that are drawn
 * @param hidden keys of those that the reader took out
 * @param limits values that have a line of their own: they belong on the scale
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
	const onTop = sums !== undefined;
	const edges = sums ?? visible.map(({ values }) => values);
	const scale = scaleOf([...edges, limits], model.unit);
	const box: Box = { height: CHART_HEIGHT, min: scale.min, max: scale.max };
	let place = -1;
	const layers = lines.map((line): Layer => {
		if (hidden.has(line.key)) return { line, hidden: true, edge: [], stroke: "", fill: "" };
		const edge = edges[++place] ?? line.values;
		return {
			line,
			hidden: false,
			edge,
			stroke: kind === "bar" ? "" : linePath(edge, box),
			fill:
				kind === "bar"
					? barPath(edge, box, place, visible.length)
					: kind === "area"
						? areaPath(edge, box, onTop && place > 0 ? floorOf(edge, line) : undefined)
						: "",
		};
	});
	return {
		kind,
		model,
		span: spanOf(kind, model),
		scale,
		axis: valueAxis(scale, model.unit),
		width: Math.max(1, kind === "bar" ? model.length : model.length - 1),
		stacked: onTop,
		layers,
	};
}

/** Position of a value on the scale, from the top, 0, to the bottom, 1. */
export const heightOf = (scale: Scale, value: number): number => 1 - shareOf(value, scale);

/** A share of the plot, as SVG takes it. */
export const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;
