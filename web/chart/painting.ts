/** Hands a chart's layers over from SVG to uPlot, whose code comes when the browser is idle and the chart is in sight. */
import { createEffect, createSignal } from "solid-js";
import type { Paint, Painting } from "./picture.ts";

/** Safari has no idle time to give. */
const whenIdle = globalThis.requestIdleCallback ?? setTimeout;

/** @returns whether the layers are on a canvas; else they are SVG */
export function createPainting(painting: Painting): () => boolean {
	const [onCanvas, setOnCanvas] = createSignal(false);
	const [paint, setPaint] = createSignal<Paint>();
	let asked = false;
	createEffect(() => {
		if (asked || !painting.inSight()) return;
		asked = true;
		whenIdle(() =>
			import("./lazy/painter.ts").then(
				({ paintChart }) => setPaint(() => paintChart),
				// It stays SVG, and asks again when it comes in sight again.
				() => {
					asked = false;
				},
			),
		);
	});
	createEffect(() => paint()?.(painting, setOnCanvas));
	return onCanvas;
}
