/** SVG paths of columns of numbers, in a box of a given size with the origin at the top left. A hole in the data is a hole in the line. */

export interface Box {
	width: number;
	height: number;
	min: number;
	max: number;
}

/** One decimal is a fifteenth of a pixel or less; more would be bytes without ink. */
const coordinate = (value: number): string => String(Math.round(value * 10) / 10);

const y = (value: number, box: Box): number => box.height - ((value - box.min) / (box.max - box.min || 1)) * box.height;
const x = (index: number, length: number, box: Box): number => (length < 2 ? box.width : (index / (length - 1)) * box.width);

/** Runs of neighbouring values: `[first, end)`. */
function* runs(values: readonly (number | null)[]): Generator<[number, number]> {
	let first = -1;
	for (let i = 0; i <= values.length; i++) {
		const there = i < values.length && values[i] !== null && values[i] !== undefined;
		if (there && first < 0) first = i;
		if (there || first < 0) continue;
		yield [first, i];
		first = -1;
	}
}

const points = (values: readonly (number | null)[], first: number, end: number, box: Box): string[] => {
	const list: string[] = [];
	for (let i = first; i < end; i++) list.push(`${coordinate(x(i, values.length, box))} ${coordinate(y(values[i] ?? 0, box))}`);
	return list;
};

/** A lone value is a short stroke, so that it can be seen. */
export function linePath(values: readonly (number | null)[], box: Box): string {
	let path = "";
	for (const [first, end] of runs(values)) {
		const list = points(values, first, end, box);
		path += `M${list.join("L")}${list.length === 1 ? "h.1" : ""}`;
	}
	return path;
}

export function areaPath(values: readonly (number | null)[], box: Box): string {
	const ground = coordinate(y(Math.min(Math.max(0, box.min), box.max), box));
	let path = "";
	for (const [first, end] of runs(values)) {
		const left = coordinate(x(first, values.length, box));
		path += `M${left} ${ground}L${points(values, first, end, box).join("L")}V${ground}z`;
	}
	return path;
}

/** Bars of several columns stand beside each other. */
export function barPath(values: readonly (number | null)[], box: Box, place: number, places: number): string {
	const ground = y(Math.min(Math.max(0, box.min), box.max), box);
	const slot = (box.width / Math.max(1, values.length)) * 0.8;
	let path = "";
	for (const [i, value] of values.entries()) {
		if (value === null) continue;
		const left = (i / values.length) * box.width + slot * 0.125 + (slot / places) * place;
		path += `M${coordinate(left)} ${coordinate(ground)}V${coordinate(y(value, box))}h${coordinate(slot / places)}V${coordinate(ground)}z`;
	}
	return path;
}

/** Height of a sparkline's box, in steps it can show; its width is one a value. */
export const SPARK_HEIGHT = 40;

/** A line in whole steps, each from the one before: a table has hundreds of them, and they come with the page. */
export function sparkPath(values: readonly (number | null)[], min: number, max: number): string {
	const step = (value: number) => Math.round((1 - (value - min) / (max - min || 1)) * SPARK_HEIGHT);
	let path = "";
	for (const [first, end] of runs(values)) {
		let before = step(values[first] ?? 0);
		path += `M${first} ${before}${end - first === 1 ? "h.2" : "l"}`;
		for (let i = first + 1; i < end; i++) {
			const next = step(values[i] ?? 0);
			path += `${i > first + 1 ? " " : ""}1${next < before ? "" : " "}${next - before}`;
			before = next;
		}
	}
	return path;
}
