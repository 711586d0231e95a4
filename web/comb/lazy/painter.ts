/**
 * Paints the comb on a canvas. Each status is drawn once, then its pixels are copied for every cell into one image: ten thousand canvas
 * calls would take a hundred times as long.
 */
import type { Shape } from "../../components/status.ts";
import { CELL_STATUSES, isHollow, STEPS, TROUBLE } from "../cell-status.ts";
import { type CombLayout, type CombPainter, centreX, centreY, corners, MARGIN } from "../layout.ts";
import { insideSize, paintLabels } from "./labels.ts";

export { cellAfter, cellAt, centreX, centreY, combLayout, MARGIN } from "../layout.ts";

/** Minimum radius for a state's sign, device pixels; failures have theirs as soon as it is visible. */
const SIGN_RADIUS = 9;
const TROUBLE_RADIUS = 2.5;
/** Minimum radius for an edge, device pixels. */
const EDGED_RADIUS = 4;
/** Opacity of cells that do not match the filter. */
const DIM = 0.16;

/** Radius below which a failed cell is enlarged and gets a gap around it, to be visible among thousands, device pixels. */
const HALO_RADIUS = 9;
/** Factor, minimum radius and gap, device pixels. */
const HALO = { times: 1.7, least: 4.5, gap: 1.5 };

interface Stamps {
	/** Pixels by status, row by row. */
	pixels: Uint32Array;
	/** Side of the square. */
	size: number;
	/** Positions in the square that any status colours. */
	places: readonly { x: number; y: number }[];
}

export function createPainter(canvas: HTMLCanvasElement, byState: boolean): CombPainter {
	const context = canvas.getContext("2d");
	let image: ImageData | undefined;
	let stamps: { layout: CombLayout; raised: boolean; cells: Stamps; halos: Stamps | undefined } | undefined;

	return {
		forget() {
			image = undefined;
			stamps = undefined;
		},
		paint(layout, { statuses, matches }, name, dots) {
			if (!context || canvas.width === 0 || canvas.height === 0) return;
			image ??= context.createImageData(canvas.width, canvas.height);
			const letters = insideSize(context, { layout, statuses, name, dots });
			const raised = letters !== undefined;
			if (!stamps || stamps.raised !== raised || !sameLayout(stamps.layout, layout)) {
				const halos = byState && layout.radius < HALO_RADIUS ? makeStamps(canvas, layout.radius, drawHalo) : undefined;
				stamps = { layout, raised, cells: makeStamps(canvas, layout.radius, byState ? drawStatus(raised) : drawStep), halos };
			}
			const all = new Uint32Array(image.data.buffer);
			all.fill(0);
			const { width, height } = canvas;
			/** Copies a cell's pixels, clipped to the canvas. @param over whether they replace existing pixels */
			const copy = ({ pixels, size, places }: Stamps, i: number, share: number, over: boolean) => {
				/** A halo at the edge is moved inwards, so that none is cut. */
				const inside = (at: number, room: number) => Math.round(over ? Math.max(0, Math.min(room - size, at)) : at);
				const left = inside(centreX(layout, i) + MARGIN - size / 2, width);
				const top = inside(centreY(layout, i) + MARGIN - size / 2, height);
				const from = (statuses[i] as number) * size * size;
				for (const { x, y } of places) {
					if (left + x < 0 || left + x >= width || top + y < 0 || top + y >= height) continue;
					let pixel = pixels[from + y * size + x] as number;
					if (share < 1) pixel = ((pixel & 0xffffff) | (((pixel >>> 24) * share) << 24)) >>> 0;
					const at = (top + y) * width + left + x;
					// A pixel shared by two cells belongs to the one that covers more of it.
					if (over ? pixel >>> 24 > 127 : pixel >>> 24 > (all[at] as number) >>> 24) all[at] = pixel;
				}
			};
			for (let i = 0; i < statuses.length; i++) copy(stamps.cells, i, matches?.[i] === 0 ? DIM : 1, false);
			const { halos } = stamps;
			if (halos) {
				for (let i = 0; i < statuses.length; i++) {
					if (TROUBLE.has(statuses[i] as number) && matches?.[i] !== 0) copy(halos, i, 1, true);
				}
			}
			context.putImageData(image, 0, 0);
			const token = tokensOf(canvas);
			paintLabels(context, { layout, statuses, matches, byState, name, dots, token, dim: DIM }, letters);
		},
	};
}

const sameLayout = (a: CombLayout, b: CombLayout): boolean => a.count === b.count && a.columns === b.columns && a.radius === b.radius;

type Token = (name: string) => string;
interface Drawing {
	/** Number of statuses. */
	number: number;
	/** Radius of the drawing for cells of this radius. */
	reach(radius: number): number;
	draw(context: CanvasRenderingContext2D, x: number, y: number, radius: number, status: number, token: Token): void;
}

/** Leaves a seam between cells. */
const withoutSeam = (radius: number): number => radius - Math.min(1.5, Math.max(0.3, radius * 0.09));

/** @param raised the sign leaves room for a name below it */
const drawStatus = (raised: boolean): Drawing => ({
	number: CELL_STATUSES.length,
	reach: (radius) => radius,
	draw(context, x, y, radius, status, token) {
		const { shape, tone } = CELL_STATUSES[status] as (typeof CELL_STATUSES)[number];
		drawState(context, x, y, withoutSeam(radius), shape, token(tone), token("panel"), raised);
	},
});

const drawHalo: Drawing = {
	number: CELL_STATUSES.length,
	reach: (radius) => Math.max(HALO.least, radius * HALO.times) + HALO.gap,
	draw(context, x, y, radius, status, token) {
		if (!TROUBLE.has(status)) return;
		const { shape, tone } = CELL_STATUSES[status] as (typeof CELL_STATUSES)[number];
		context.fillStyle = token("panel");
		context.beginPath();
		hexagon(context, x, y, radius);
		context.fill();
		drawState(context, x, y, radius - HALO.gap, shape, token(tone), token("panel"));
	},
};

const drawStep: Drawing = {
	number: STEPS + 1,
	reach: (radius) => radius,
	draw(context, x, y, radius, status, token) {
		const inner = withoutSeam(radius);
		if (status < STEPS) {
			context.fillStyle = token(`scale-${status}`);
			context.beginPath();
			hexagon(context, x, y, inner);
			context.fill();
		}
		// The palest steps are hardly darker than the panel: an edge gives them their shape.
		if (status === STEPS || inner >= EDGED_RADIUS) outline(context, x, y, inner, token("line-strong"), []);
	},
};

function tokensOf(canvas: HTMLCanvasElement): Token {
	const style = getComputedStyle(canvas);
	return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** Draws all statuses side by side, once. */
function makeStamps(canvas: HTMLCanvasElement, cell: number, { number, reach, draw }: Drawing): Stamps {
	const token = tokensOf(canvas);
	const radius = reach(cell);
	const size = Math.ceil(2 * radius) + 2;
	const sheet = document.createElement("canvas");
	sheet.width = size * number;
	sheet.height = size;
	const context = sheet.getContext("2d", { willReadFrequently: true });
	if (!context) throw new Error("no canvas can be drawn on");
	for (let status = 0; status < number; status++) draw(context, status * size + size / 2, size / 2, radius, status, token);
	const drawn = new Uint32Array(context.getImageData(0, 0, sheet.width, size).data.buffer);
	const pixels = new Uint32Array(size * size * number);
	const places: { x: number; y: number }[] = [];
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			let coloured = false;
			for (let status = 0; status < number; status++) {
				const pixel = drawn[y * sheet.width + status * size + x] as number;
				pixels[status * size * size + y * size + x] = pixel;
				coloured ||= pixel >>> 24 > 0;
			}
			if (coloured) places.push({ x, y });
		}
	return { pixels, size, places };
}

function hexagon(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
	for (const [n, [cornerX, cornerY]] of corners(x, y, radius).entries()) {
		if (n === 0) context.moveTo(cornerX, cornerY);
		else context.lineTo(cornerX, cornerY);
	}
	context.closePath();
}

function outline(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, dash: number[]): void {
	const width = Math.max(1, Math.min(3, radius * 0.16));
	context.strokeStyle = colour;
	context.lineWidth = width;
	context.setLineDash(dash);
	context.beginPath();
	hexagon(context, x, y, Math.max(0.5, radius - width / 2));
	context.stroke();
	context.setLineDash([]);
}

/** Stripes across a cell. */
function hatch(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
	const apart = Math.max(3, radius * 0.42);
	context.save();
	context.beginPath();
	hexagon(context, x, y, radius);
	context.clip();
	context.strokeStyle = colour;
	context.lineWidth = Math.max(1, Math.min(2, radius * 0.11));
	context.beginPath();
	for (let shift = -2 * radius; shift <= 2 * radius; shift += apart) {
		context.moveTo(x + shift - radius, y + radius);
		context.lineTo(x + shift + radius, y - radius);
	}
	context.stroke();
	context.restore();
}

/** Filled for work and failures, hollow otherwise; with a sign if there is space. */
function drawState(
	context: CanvasRenderingContext2D,
	x: number,
	y: number,
	radius: number,
	shape: Shape,
	ink: string,
	paper: string,
	raised = false,
): void {
	const hollow = isHollow(shape);
	const signed = radius >= (shape === "cross" || shape === "alert" ? TROUBLE_RADIUS : SIGN_RADIUS);
	context.fillStyle = ink;
	context.globalAlpha = hollow ? (shape === "ring" ? 0.45 : shape === "hatched" ? 0.15 : 0.25) : 1;
	context.beginPath();
	hexagon(context, x, y, radius);
	context.fill();
	context.globalAlpha = 1;
	if (shape === "hatched") hatch(context, x, y, radius, ink);
	if (hollow && radius >= 3) outline(context, x, y, radius, ink, shape === "dashed" ? [radius * 0.36, radius * 0.24] : []);
	if (!signed) return;
	context.strokeStyle = hollow ? ink : paper;
	context.lineWidth = Math.max(1, radius * 0.17);
	context.beginPath();
	const [size, top] = raised ? [0.65 * radius, y - 0.28 * radius] : [radius, y];
	const line = (...points: [number, number][]) => {
		for (const [n, [px, py]] of points.entries()) {
			if (n === 0) context.moveTo(x + px * size, top + py * size);
			else context.lineTo(x + px * size, top + py * size);
		}
	};
	if (shape === "check") line([-0.35, 0.05], [-0.08, 0.3], [0.38, -0.25]);
	if (shape === "cross") {
		line([-0.32, -0.32], [0.32, 0.32]);
		line([0.32, -0.32], [-0.32, 0.32]);
	}
	if (shape === "alert") {
		line([0, -0.45], [0, 0.12]);
		line([0, 0.28], [0, 0.45]);
	}
	if (shape === "stop") line([-0.28, -0.28], [0.28, -0.28], [0.28, 0.28], [-0.28, 0.28], [-0.28, -0.28]);
	context.stroke();
}
