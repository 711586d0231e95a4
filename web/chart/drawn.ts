/** Limits redrawing of a live chart to changes that can be seen. */
import { createMemo } from "solid-js";
import type { ChartModel } from "./model.ts";

/** A chart of a long range has columns of minutes; its newest point is never older than this, ms. */
const STALEST_MS = 5000;

function sameFrame(a: ChartModel, b: ChartModel): boolean {
	return (
		a.start === b.start &&
		a.step === b.step &&
		a.length === b.length &&
		a.unit === b.unit &&
		a.left === b.left &&
		a.lines.length === b.lines.length &&
		a.lines.every(({ key }, i) => key === b.lines[i]?.key)
	);
}

/**
 * Within a column only its own value moves, on a chart of fifteen minutes five times until the next: drawing and laying out all lines
 * for that is most of what a page of many charts costs. The newest numbers stand in the legend at once.
 */
export function createDrawn(model: () => ChartModel): () => ChartModel {
	let drawnAt = 0;
	return createMemo<ChartModel>((before) => {
		const next = model();
		const now = performance.now();
		if (before && sameFrame(before, next) && now - drawnAt < Math.min(next.step, STALEST_MS)) return before;
		drawnAt = now;
		return next;
	});
}
