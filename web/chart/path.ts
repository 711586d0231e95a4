/**
 * SVG paths in a box of one unit per column and `height` whole steps, stretched to its size. Points are relative to the previous one, which
 * halves the length of paths.
 */
import { levelsOf } from "./scale.ts";
import { type Pen, traceLine } from "./trace.ts";

/** Height of a chart's box: a step is a third of a pixel of the tallest. */
export const CHART_HEIGHT = 1000;

/** ` 5`, `-5`: a minus separates numbers like a space. */
const signed = (number: number): string => (number < 0 ? String(number) : ` ${number}`);

const column = (x: number): number => Math.round(x * 1000) / 1000;

export function svgPath(trace: (pen: Pen) => void, height = CHART_HEIGHT): string {
	let path = "";
	let [x, y] = [0, 0];
	/** A repeated command letter is omitted. */
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

/** Height of a sparkline's box. */
export const SPARK_HEIGHT = 40;

/** A short path: a page may contain hundreds of sparklines. */
export const sparkPath = (values: readonly (number | null)[], min: number, max: number): string =>
	svgPath((pen) => traceLine(levelsOf(values, { min, max }), pen), SPARK_HEIGHT);
