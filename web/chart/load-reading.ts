/** Loads the code that makes a chart interactive and paints it, when the browser is idle and the chart is visible. */
import { createEffect, createMemo, createSignal } from "solid-js";
import { whenIdle } from "../page/idle.ts";
import type { ReadChart, Reading } from "./reading.ts";

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
