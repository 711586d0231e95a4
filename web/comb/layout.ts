/**
 * The layout of the comb: hexagons with a corner at the top, every second row shifted by half a cell ("odd-r" offset rows), as large as the
 * box allows. Geometry after A. Patel, "Hexagonal Grids" (Red Blob Games).
 */

export interface Box {
	width: number;
	height: number;
}

export interface CombLayout {
	count: number;
	columns: number;
	rows: number;
	/** Centre to corner, in the box's unit. */
	radius: number;
}

/** Draws cells on a canvas. */
export interface CombPainter {
	/** Drops the stamps after a change of theme or canvas size. */
	forget(): void;
	/**
	 * @param layout in device pixels, without margin
	 * @param cells.statuses of each cell
	 * @param cells.matches 0 for dimmed cells; absent: none
	 * @param name of a cell, without what all names share
	 * @param dots device pixels of a CSS pixel
	 */
	paint(
		layout: CombLayout,
		cells: { statuses: Uint8Array; matches: Uint8Array | undefined },
		name: (cell: number) => string,
		dots: number,
	): void;
}

/** Around the comb, device pixels: cells are rounded to whole pixels. */
export const MARGIN = 1;

const SQRT3 = Math.sqrt(3);

const columnsFor = (radius: number, width: number, rows: number): number =>
	Math.max(0, Math.floor(width / (SQRT3 * radius) - (rows > 1 ? 0.5 : 0) + 1e-9));

/** Columns and rows for cells of this radius; undefined if they do not fit the box. */
function arranged(count: number, radius: number, { width, height }: Box): { columns: number; rows: number } | undefined {
	const single = columnsFor(radius, width, 1);
	const columns = single >= count ? count : columnsFor(radius, width, 2);
	if (columns < 1) return undefined;
	const rows = Math.ceil(count / columns);
	return 2 * radius + 1.5 * radius * (rows - 1) <= height ? { columns, rows } : undefined;
}

/** @param largest maximum radius. @returns a layout with a radius of at least 0.05 */
export function combLayout(count: number, box: Box, largest: number): CombLayout {
	if (count === 0) return { count, columns: 0, rows: 0, radius: largest };
	let [low, high] = [0.05, largest];
	if (!arranged(count, high, box)) {
		for (let halvings = 0; halvings < 24; halvings++) {
			const middle = (low + high) / 2;
			if (arranged(count, middle, box)) low = middle;
			else high = middle;
		}
		high = low;
	}
	const { columns, rows } = arranged(count, high, box) ?? { columns: 1, rows: count };
	return { count, columns, rows, radius: high };
}

export function centreX({ columns, radius }: CombLayout, i: number): number {
	const row = Math.floor(i / columns);
	return SQRT3 * radius * ((i % columns) + 0.5 + (row % 2) / 2);
}
export const centreY = ({ columns, radius }: CombLayout, i: number): number => radius + 1.5 * radius * Math.floor(i / columns);

/** @returns the cell at a point, or -1. A point belongs to the hexagon with the nearest centre, in one of two rows. */
export function cellAt(layout: CombLayout, x: number, y: number): number {
	const { columns, count, radius } = layout;
	if (columns === 0) return -1;
	let found = -1;
	let nearest = Number.POSITIVE_INFINITY;
	const near = Math.round((y - radius) / (1.5 * radius));
	for (let row = near - 1; row <= near + 1; row++) {
		const column = Math.round(x / (SQRT3 * radius) - 0.5 - (Math.abs(row) % 2) / 2);
		const i = row * columns + column;
		if (row < 0 || column < 0 || column >= columns || i >= count) continue;
		const distance = Math.hypot(x - centreX(layout, i), y - centreY(layout, i));
		if (distance < nearest) [found, nearest] = [i, distance];
	}
	if (found < 0) return -1;
	const [dx, dy] = [Math.abs(x - centreX(layout, found)), Math.abs(y - centreY(layout, found))];
	return dx <= (SQRT3 / 2) * radius && dy <= radius - dx / SQRT3 ? found : -1;
}

/** @returns the cell that a key moves to; undefined for other keys */
export function cellAfter({ columns, count }: CombLayout, from: number, key: string): number | undefined {
	if (count === 0) return undefined;
	const last = count - 1;
	switch (key) {
		case "ArrowLeft":
			return Math.max(0, from - 1);
		case "ArrowRight":
			return Math.min(last, from + 1);
		case "ArrowUp":
			return from < columns ? from : from - columns;
		case "ArrowDown":
			// Above an incomplete last row, the last cell.
			return Math.floor(from / columns) === Math.floor(last / columns) ? from : Math.min(last, from + columns);
		case "Home":
			return 0;
		case "End":
			return last;
		default:
			return undefined;
	}
}

export function corners(x: number, y: number, radius: number): [x: number, y: number][] {
	const half = (SQRT3 / 2) * radius;
	return [
		[x, y - radius],
		[x + half, y - radius / 2],
		[x + half, y + radius / 2],
		[x, y + radius],
		[x - half, y + radius / 2],
		[x - half, y - radius / 2],
	];
}
