/** The code by which a chart is read and painted comes when the browser is idle and the chart is in sight. */
import { createEffect, createMemo, createSignal } from "solid-js";
import type { ReadChart, Reading } from "./reading.ts";

/** Safari has no idle time to give. */
const whenIdle = globalThis.requestIdleCallback ?? setTimeout;

/** @returns undefined until the code is there */
export function createReading(chart: ReadChart): () => Reading | undefined {
	const [create, setCreate] = createSignal<(chart: ReadChart) => Reading>();
	let asked = false;
	createEffect(() => {
		if (asked || !chart.inSight()) return;
		asked = true;
		whenIdle(() =>
			import("./lazy/reading.tsx").then(
				({ readChart }) => setCreate(() => readChart),
				// It stays as it came, and asks again when it comes in sight again.
				() => {
					asked = false;
				},
			),
		);
	});
	return createMemo(() => create()?.(chart));
}
