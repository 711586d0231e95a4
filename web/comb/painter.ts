/**
 * The comb on a canvas. Each look is drawn once, then stamped: ten thousand cells are ten thousand copies of a few small pictures, at whole
 * device pixels, and after a change only the cells that look different are stamped again.
 */
import type { Shape } from "../elements/states.ts";
import { type CombLayout, centreX, centreY, corners } from "./layout.ts";
import { STATE_LOOKS, STEPS } from "./looks.ts";

/** Device pixels from which a cell has room for its state's sign. */
const SIGN_RADIUS = 9;

export interface Painter {
	/** @param layout in device pixels. @param looks of each cell. */
	paint(layout: CombLayout, looks: Uint8Array): void;
}

export function createPainter(canvas: HTMLCanvasElement, byState: boolean): Painter & { forget(): void } {
	const context = canvas.getContext("2d");
	let stamps: HTMLCanvasElement | undefined;
	let size = 0;
	let drawn: { layout: CombLayout; looks: Uint8Array } | undefined;

	return {
		/** The theme or the canvas is another: all is drawn anew. */
		forget() {
			drawn = undefined;
			stamps = undefined;
		},
		paint(layout, looks) {
			if (!context) return;
			const same = drawn && sameLayout(drawn.layout, layout) ? drawn.looks : undefined;
			if (!same) {
				context.clearRect(0, 0, canvas.width, canvas.height);
				stamps = undefined;
			}
			if (!stamps) {
				size = Math.ceil(2 * layout.radius) + 2;
				stamps = drawStamps(canvas, layout.radius, size, byState);
			}
			for (let i = 0; i < looks.length; i++) {
				const look = looks[i] as number;
				if (same && same[i] === look) continue;
				const x = Math.round(centreX(layout, i) - size / 2);
				const y = Math.round(centreY(layout, i) - size / 2);
				if (same) wipe(context, x + size / 2, y + size / 2, layout.radius);
				context.drawImage(stamps, look * size, 0, size, size, x, y, size, size);
			}
			drawn = { layout, looks };
		},
	};
}

const sameLayout = (a: CombLayout, b: CombLayout): boolean => a.count === b.count && a.columns === b.columns && a.radius === b.radius;

/** Clears one cell and none of its neighbours. */
function wipe(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
	context.save();
	context.beginPath();
	hexagon(context, x, y, radius);
	context.clip();
	context.clearRect(x - radius - 1, y - radius - 1, 2 * radius + 2, 2 * radius + 2);
	context.restore();
}

function hexagon(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
	for (const [n, [cornerX, cornerY]] of corners(x, y, radius).entries()) {
		if (n === 0) context.moveTo(cornerX, cornerY);
		else context.lineTo(cornerX, cornerY);
	}
	context.closePath();
}

function drawStamps(canvas: HTMLCanvasElement, radius: number, size: number, byState: boolean): HTMLCanvasElement {
	const style = getComputedStyle(canvas);
	const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
	const stamps = document.createElement("canvas");
	const number = byState ? STATE_LOOKS.length : STEPS + 1;
	stamps.width = size * number;
	stamps.height = size;
	const context = stamps.getContext("2d");
	if (!context) return stamps;
	// A seam between cells, as wide as they can afford.
	const inner = radius - Math.min(1.5, Math.max(0.3, radius * 0.09));
	for (let look = 0; look < number; look++) {
		const [x, y] = [look * size + size / 2, size / 2];
		if (byState) {
			const { shape, tone } = STATE_LOOKS[look] as (typeof STATE_LOOKS)[number];
			drawState(context, x, y, inner, shape, token(tone === "honey" ? "honey-fill" : tone), token("panel"));
		} else if (look < STEPS) {
			context.fillStyle = token(`scale-${look}`);
			context.beginPath();
			hexagon(context, x, y, inner);
			context.fill();
		} else {
			outline(context, x, y, inner, token("line-strong"), []);
		}
	}
	return stamps;
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
	const hollow = shape === "ring" || shape === "dashed" || shape === "stop";
	const large = radius >= SIGN_RADIUS;
	context.fillStyle = ink;
	context.globalAlpha = hollow ? (shape === "ring" ? 0.45 : 0.25) : 1;
	context.beginPath();
	hexagon(context, x, y, radius);
	context.fill();
	context.globalAlpha = 1;
	if (hollow && radius >= 3) outline(context, x, y, radius, ink, shape === "dashed" ? [radius * 0.36, radius * 0.24] : []);
	if (!large) return;
	context.strokeStyle = hollow ? ink : paper;
	context.lineWidth = radius * 0.17;
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
