/** Traces lines, areas and bars point by point, for any painter: SVG, uPlot or PNG. */

/** By column: the point's share of the plot's height from the bottom; null: a gap. */
export type Levels = readonly (number | null)[];

export interface Pen {
	/** @param x columns from the left @param y share of the height from the bottom */
	move(x: number, y: number): void;
	line(x: number, y: number): void;
	close(): void;
	/** A rectangle between two levels. */
	box(x: number, y: number, width: number, toY: number): void;
}

const known = (level: number | null | undefined): level is number => level !== null && level !== undefined;

/** Length of the stroke of an isolated value, in columns. */
const LONE = 0.2;

/** A gap in the data is a gap in the line. */
export function traceLine(levels: Levels, pen: Pen): void {
	for (let i = 0; i < levels.length; i++) {
		const level = levels[i];
		if (!known(level)) continue;
		const lone = !known(levels[i - 1]) && !known(levels[i + 1]);
		if (lone) {
			pen.move(i - LONE / 2, level);
			pen.line(i + LONE / 2, level);
		} else if (known(levels[i - 1])) pen.line(i, level);
		else pen.move(i, level);
	}
}

/** The area between a line and its floor, which has the same gaps. */
export function traceArea(levels: Levels, floor: Levels | number, pen: Pen): void {
	for (let first = 0; first < levels.length; first++) {
		let end = first;
		for (; known(levels[end]); end++) {
			if (end === first) pen.move(end, levels[end] as number);
			else pen.line(end, levels[end] as number);
		}
		if (end === first) continue;
		if (typeof floor === "number") {
			pen.line(end - 1, floor);
			pen.line(first, floor);
		} else for (let i = end - 1; i >= first; i--) pen.line(i, floor[i] ?? 0);
		pen.close();
		first = end;
	}
}

/** Bars of several lines are side by side, each column one unit wide. @param place index among `places` */
export function traceBars(levels: Levels, ground: number, place: number, places: number, pen: Pen): void {
	const width = 0.8 / places;
	for (let i = 0; i < levels.length; i++) {
		const level = levels[i];
		if (known(level)) pen.box(i + 0.1 + width * place, ground, width, level);
	}
}
