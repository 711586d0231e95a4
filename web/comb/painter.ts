/**
 * The comb on a canvas. Each status is drawn once, as the canvas would; then its pixels are copied to wherever a cell has it, into one array
 * that goes to the canvas as a whole. Ten thousand calls of the canvas would take a hundred times as long.
 */
import type { Shape } from "../components/status.ts";
import { CELL_STATUSES, STEPS } from "./cell-status.ts";
import { type CombLayout, centreX, centreY, corners } from "./layout.ts";

/** Device pixels from which a cell has room for its state's sign; what is in trouble has one as soon as it can be seen at all. */
const SIGN_RADIUS = 9;
const TROUBLE_RADIUS = 2.5;
/** Device pixels around the comb: cells stand at whole ones, half a pixel from where they would. */
export const MARGIN = 1;

/** Cells that do not match a filter are drawn faintly. */
const DIM = 0.16;

interface Stamps {
	layout: CombLayout;
	/** Offsets of a cell's pixels from the first pixel of its square. */
	offsets: Int32Array;
	/** One status's pixels after the other's, in the order of the offsets. */
	pixels: Uint32Array;
	size: number;
}

export function createPainter(canvas: HTMLCanvasElement, byState: boolean) {
	const context = canvas.getContext("2d");
	let image: ImageData | undefined;
	let stamps: Stamps | undefined;

	return {
		/** The theme or the canvas is another. */
		forget(): void {
			image = undefined;
			stamps = undefined;
		},
		/** @param layout in device pixels, without the margin. @param statuses of each cell. @param matches 0 for those that stand back; absent: none does. */
		paint(layout: CombLayout, statuses: Uint8Array, matches?: Uint8Array): void {
			if (!context || canvas.width === 0 || canvas.height === 0) return;
			image ??= context.createImageData(canvas.width, canvas.height);
			if (!stamps || !sameLayout(stamps.layout, layout)) stamps = makeStamps(canvas, layout, byState);
			const all = new Uint32Array(image.data.buffer);
			all.fill(0);
			const { offsets, pixels, size } = stamps;
			const n = offsets.length;
			for (let i = 0; i < statuses.length; i++) {
				const x = Math.round(centreX(layout, i) + MARGIN - size / 2);
				const y = Math.round(centreY(layout, i) + MARGIN - size / 2);
				const first = y * canvas.width + x;
				const from = (statuses[i] as number) * n;
				const dim = matches !== undefined && matches[i] === 0;
				for (let k = 0; k < n; k++) {
					let pixel = pixels[from + k] as number;
					if (dim) pixel = ((pixel & 0xffffff) | (((pixel >>> 24) * DIM) << 24)) >>> 0;
					const at = first + (offsets[k] as number);
					// A pixel on the border of two cells belongs to the cell that covers more of it.
					if (pixel >>> 24 > (all[at] as number) >>> 24) all[at] = pixel;
				}
			}
			context.putImageData(image, 0, 0);
		},
	};
}

const sameLayout = (a: CombLayout, b: CombLayout): boolean => a.count === b.count && a.columns === b.columns && a.radius === b.radius;

/** Of a square, the pixels that any status has. */
function makeStamps(canvas: HTMLCanvasElement, layout: CombLayout, byState: boolean): Stamps {
	const size = Math.ceil(2 * layout.radius) + 2;
	const drawn = drawStatuses(canvas, layout.radius, size, byState);
	const number = drawn.width / size;
	const places: [x: number, y: number][] = [];
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			for (let status = 0; status < number; status++) {
				if ((drawn.data[4 * (y * drawn.width + status * size + x) + 3] as number) === 0) continue;
				places.push([x, y]);
				break;
			}
		}
	const source = new Uint32Array(drawn.data.buffer);
	const pixels = new Uint32Array(places.length * number);
	for (let status = 0; status < number; status++)
		for (const [k, [x, y]] of places.entries()) pixels[status * places.length + k] = source[y * drawn.width + status * size + x] as number;
	return { layout, offsets: Int32Array.from(places, ([x, y]) => y * canvas.width + x), pixels, size };
}

function hexagon(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
	for (const [n, [cornerX, cornerY]] of corners(x, y, radius).entries()) {
		if (n === 0) context.moveTo(cornerX, cornerY);
		else context.lineTo(cornerX, cornerY);
	}
	context.closePath();
}

/** All statuses beside each other. */
function drawStatuses(canvas: HTMLCanvasElement, radius: number, size: number, byState: boolean): ImageData {
	const style = getComputedStyle(canvas);
	const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
	const sheet = document.createElement("canvas");
	const number = byState ? CELL_STATUSES.length : STEPS + 1;
	sheet.width = size * number;
	sheet.height = size;
	const context = sheet.getContext("2d", { willReadFrequently: true });
	if (!context) throw new Error("no canvas can be drawn on");
	// A seam between cells, as wide as they can afford.
	const inner = radius - Math.min(1.5, Math.max(0.3, radius * 0.09));
	for (let status = 0; status < number; status++) {
		const [x, y] = [status * size + size / 2, size / 2];
		if (byState) {
			const { shape, tone } = CELL_STATUSES[status] as (typeof CELL_STATUSES)[number];
			drawState(context, x, y, inner, shape, token(tone === "honey" ? "honey-fill" : tone), token("panel"));
		} else if (status < STEPS) {
			context.fillStyle = token(`scale-${status}`);
			context.beginPath();
			hexagon(context, x, y, inner);
			context.fill();
		} else {
			outline(context, x, y, inner, token("line-strong"), []);
		}
	}
	return context.getImageData(0, 0, sheet.width, sheet.height);
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

/** Stripes across a cell, as many as can be told apart. */
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

/** Filled where there is work or trouble, hollow where not; the sign where there is room. */
function drawState(
	context: CanvasRenderingContext2D,
	x: number,
	y: number,
	radius: number,
	shape: Shape,
	ink: string,
	paper: string,
): void {
	const hollow = shape === "ring" || shape === "dashed" || shape === "stop" || shape === "hatched";
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
	const line = (...points: [number, number][]) => {
		for (const [n, [px, py]] of points.entries()) {
			if (n === 0) context.moveTo(x + px * radius, y + py * radius);
			else context.lineTo(x + px * radius, y + py * radius);
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
