/**
 * SVG paths. A box is as many units wide as it has columns and `height` whole steps high, and is stretched to its place; each point is told
 * from the one before, which keeps a path half as long.
 */
import { levelsOf } from "./scale.ts";
import { type Pen, traceLine } from "./trace.ts";

/** Steps of a chart's box: a third of a pixel on the highest of them. */
export const CHART_HEIGHT = 1000;

/** ` 5`, `-5`: a minus parts numbers as well as a space does. */
const signed = (number: number): string => (number < 0 ? String(number) : ` ${number}`);

const column = (x: number): number => Math.round(x * 1000) / 1000;

/** The path of what is traced. */
export function svgPath(trace: (pen: Pen) => void, height = CHART_HEIGHT): string {
	let path = "";
	let [x, y] = [0, 0];
	/** The letter of a step is written once for all that follow. */
	let stepping = false;
	const down = (level: number) => Math.round((1 - level) * height);
	trace({
		move(toX, level) {
			[x, y] = [column(toX), down(level)];
			path += `M${x}${signed(y)}`;
			stepping = false;
		},
		line(toX, level) {
			const [nextX, nextY] = [column(toX), down(level)];
			const across = column(nextX - x);
			path += `${stepping ? signed(across) : `l${across}`}${signed(nextY - y)}`;
			[x, y, stepping] = [nextX, nextY, true];
		},
		close() {
			path += "z";
			stepping = false;
		},
		box(left, level, width, toLevel) {
			path += `M${column(left)} ${down(level)}V${down(toLevel)}h${column(width)}V${down(level)}z`;
		},
	});
	return path;
}

/** Height of a sparkline's box, in steps it can show. */
export const SPARK_HEIGHT = 40;

/** A line small enough for a table's row: a table has hundreds of them, and they come with the page. */
export const sparkPath = (values: readonly (number | null)[], min: number, max: number): string =>
	svgPath((pen) => traceLine(levelsOf(values, { min, max }), pen), SPARK_HEIGHT);
