/** Loads the code that makes a chart interactive and paints it, when the browser is idle and the chart is visible. */
import { createEffect, createMemo, createSignal } from "solid-js";
import type { ReadChart, Reading } from "./reading.ts";

/** A page that is never idle gets it after this, ms. */
const LATEST = 3000;
/** Safari has no `requestIdleCallback`. */
const whenIdle = (run: () => void) =>
	"requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: LATEST }) : setTimeout(run);

/** @returns undefined until the code is loaded */
export function createReading(chart: ReadChart): () => Reading | undefined {
	const [create, setCreate] = createSignal<(chart: ReadChart) => Reading>();
	let asked = false;
	createEffect(() => {
		if (asked || !chart.inSight()) return;
		asked = true;
		whenIdle(() =>
			import("./lazy/reading.tsx").then(
				({ readChart }) => setCreate(() => readChart),
				// It stays static until it is visible again.
				() => {
					asked = false;
				},
			),
		);
	});
	return createMemo(() => create()?.(chart));
}
