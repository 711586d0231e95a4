/** Loads the code that makes a chart interactive and paints it, when the browser is idle and the chart is visible, or when it is touched. */
import { createEffect, createMemo, createSignal, onMount } from "solid-js";
import { whenIdle } from "../page/idle.ts";
import type { ReadChart, Reading } from "./reading.ts";

/** @returns undefined until the code is loaded */
export function createReading(chart: ReadChart): () => Reading | undefined {
	const [create, setCreate] = createSignal<(chart: ReadChart) => Reading>();
	let asked = false;
	/** The latest touch that came before the code. */
	let touch: PointerEvent | undefined;
	const load = () =>
		import("./lazy/reading.tsx").then(
			({ readChart }) => setCreate(() => readChart),
			// It stays static until it is visible again.
			() => {
				asked = false;
			},
		);
	createEffect(() => {
		if (asked || !chart.inSight()) return;
		asked = true;
		whenIdle(load);
	});
	onMount(() =>
		chart.plot().addEventListener("pointerdown", (event) => {
			// A mouse moves on by itself.
			if (create() || event.pointerType === "mouse") return;
			touch = event;
			void load();
		}),
	);
	createEffect(() => {
		if (create() && touch) chart.plot().dispatchEvent(new PointerEvent(touch.type, touch));
		touch = undefined;
	});
	return createMemo(() => create()?.(chart));
}
