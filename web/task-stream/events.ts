/** Paints events over a task stream: restarts and the like as vertical lines, and the time range without events. */
import { type ChartEvent, eventMark } from "../chart/events.ts";

/** Tolerance of the pointer around an event, CSS pixels. */
const NEAR = 5;

/** The painted area, px of the box. */
export interface Field {
	left: number;
	top: number;
	right: number;
	bottom: number;
	xOf(instant: number): number;
}

/** @param since instant of the oldest loaded event, ms @param token value of a colour token */
export function paintEvents(
	context: CanvasRenderingContext2D,
	{ left, top, right, bottom, xOf }: Field,
	events: readonly ChartEvent[],
	since: number,
	token: (name: string) => string,
): void {
	context.save();
	context.beginPath();
	context.rect(left, 0, right - left, bottom);
	context.clip();
	for (const { at, until, kind } of events) {
		const ink = token(eventMark(kind).tone);
		const [x, end] = [Math.round(xOf(at)) + 0.5, until === undefined ? undefined : xOf(until)];
		if (end !== undefined && end >= left && x <= right) {
			context.fillStyle = ink;
			context.globalAlpha = 0.12;
			context.fillRect(x, top, Math.max(1, end - x), bottom - top);
			context.globalAlpha = 1;
		}
		if (x < left || x > right) continue;
		context.strokeStyle = ink;
		context.fillStyle = ink;
		context.setLineDash([2, 3]);
		context.beginPath();
		context.moveTo(x, top);
		context.lineTo(x, bottom);
		context.stroke();
		// A flag on top, visible between bars of the same colour.
		context.beginPath();
		context.moveTo(x - 4, top - 7);
		context.lineTo(x + 4, top - 7);
		context.lineTo(x, top - 1);
		context.fill();
	}
	const edge = Math.min(right, xOf(since));
	if (edge > left) {
		context.setLineDash([]);
		context.fillStyle = token("ink-3");
		context.globalAlpha = 0.08;
		context.fillRect(left, top, edge - left, bottom - top);
		context.globalAlpha = 1;
		context.strokeStyle = token("line-strong");
		context.beginPath();
		context.moveTo(Math.round(edge) - 0.5, top - 4);
		context.lineTo(Math.round(edge) - 0.5, bottom);
		context.stroke();
		const words = "← events not shown";
		const wide = context.measureText(words).width + 12;
		if (edge - left > wide) {
			context.fillStyle = token("panel");
			context.fillRect(edge - wide, bottom - 18, wide - 2, 16);
			context.fillStyle = token("ink-3");
			context.textAlign = "right";
			context.fillText(words, edge - 6, bottom - 9);
		}
	}
	context.restore();
}

/** @returns the event nearest to x, at most NEAR pixels away */
export function eventNear(
	events: readonly ChartEvent[],
	since: number,
	x: number,
	xOf: (instant: number) => number,
): ChartEvent | undefined {
	let nearest: { event: ChartEvent; far: number } | undefined;
	for (const event of events) {
		const far = Math.abs(xOf(event.at) - x);
		if (event.at >= since && far <= NEAR && far < (nearest?.far ?? Number.POSITIVE_INFINITY)) nearest = { event, far };
	}
	return nearest?.event;
}
