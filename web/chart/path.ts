/**
 * SVG paths of columns of numbers. A box is as many units wide as it has columns and `height` whole steps high, and is stretched to its
 * place; each point is told from the one before, which keeps a path half as long. A hole in the data is a hole in the line.
 */
import { shareOf } from "./scale.ts";

type Values = readonly (number | null)[];

export interface Box {
	height: number;
	/** Values at the bottom and at the top. */
	min: number;
	max: number;
}

/** Steps of a chart's box: a third of a pixel on the highest of them. */
export const CHART_HEIGHT = 1000;

const stepOf = (value: number, box: Box): number => Math.round((1 - Math.min(1, Math.max(0, shareOf(value, box)))) * box.height);

const known = (values: Values, i: number): boolean => values[i] !== null && values[i] !== undefined;

/** ` 5`, `-5`: a minus parts numbers as well as a space does. */
const signed = (number: number): string => (number < 0 ? String(number) : ` ${number}`);

/** Steps from one point to the next, from `first` on to the hole: `1 5 1-3`. @returns them and the last point's place */
function run(values: Values, first: number, box: Box): [steps: string, end: number] {
	let steps = "";
	let end = first;
	let before = stepOf(values[first] as number, box);
	while (known(values, end + 1)) {
		const next = stepOf(values[++end] as number, box);
		steps += `${steps ? " " : ""}1${signed(next - before)}`;
		before = next;
	}
	return [steps, end];
}

/** A lone value is a short stroke, so that it can be seen. */
export function linePath(values: Values, box: Box): string {
	let path = "";
	for (let first = 0; first < values.length; first++) {
		if (!known(values, first)) continue;
		const [steps, end] = run(values, first, box);
		path += `M${first} ${stepOf(values[first] as number, box)}${steps ? `l${steps}` : "h.2"}`;
		first = end;
	}
	return path;
}

/** The area between a line and the ground, or the line of `floor`, which has the same holes. */
export function areaPath(values: Values, box: Box, floor?: Values): string {
	const ground = stepOf(0, box);
	let path = "";
	for (let first = 0; first < values.length; first++) {
		if (!known(values, first)) continue;
		const [steps, end] = run(values, first, box);
		path += `M${first} ${stepOf(values[first] as number, box)}${steps && `l${steps}`}`;
		if (floor) for (let i = end; i >= first; i--) path += `L${i} ${stepOf(floor[i] ?? 0, box)}`;
		else path += `V${ground}H${first}`;
		path += "z";
		first = end;
	}
	return path;
}

/** Bars of several columns stand beside each other; each column has one unit of width. */
export function barPath(values: Values, box: Box, place: number, places: number): string {
	const ground = stepOf(0, box);
	const width = Number((0.8 / places).toFixed(3));
	let path = "";
	for (let i = 0; i < values.length; i++) {
		if (!known(values, i)) continue;
		const left = Number((i + 0.1 + width * place).toFixed(3));
		path += `M${left} ${ground}V${stepOf(values[i] as number, box)}h${width}V${ground}z`;
	}
	return path;
}

/** Height of a sparkline's box, in steps it can show. */
export const SPARK_HEIGHT = 40;

/** A line small enough for a table's row: a table has hundreds of them, and they come with the page. */
export const sparkPath = (values: Values, min: number, max: number): string => linePath(values, { height: SPARK_HEIGHT, min, max });
