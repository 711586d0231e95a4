/**
 * uPlot under Solid. What a change costs decides how it is made: a new size and new data are calls on the living chart; only another
 * shape (kind, unit, lines) or another theme builds a new one. A chart out of sight is not drawn.
 */
import { createEffect, createSignal, on, onCleanup } from "solid-js";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartKind, ChartModel } from "./model.ts";
import { type ChartColours, chartData, chartOptions, shapeOf } from "./options.ts";
import type { Scale } from "./scale.ts";

export interface PlotInput {
	kind: () => ChartKind;
	model: () => ChartModel;
	scale: () => Scale;
	theme: () => unknown;
	onCursor: (index: number | undefined) => void;
}

function colours(element: Element): ChartColours {
	const style = getComputedStyle(element);
	const read = (name: string) => style.getPropertyValue(name).trim();
	return {
		grid: read("--line"),
		text: read("--ink-3"),
		lines: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => read(`--s${n}`)),
		font: style.fontFamily,
		rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
	};
}

/** Bars of the columns of one instant stand side by side in the step before it. */
const bars =
	(place: number, places: number): UPlot.Series.PathBuilder =>
	(u, index, first, last) => {
		const path = new Path2D();
		const times = u.data[0];
		const slot = (u.bbox.width / times.length) * 0.8;
		const ground = u.valToPos(Math.max(0, u.scales.y?.min ?? 0), "y", true);
		for (let i = first; i <= last; i++) {
			const value = u.data[index]?.[i];
			if (value === null || value === undefined) continue;
			const left = u.bbox.left + (i / times.length) * u.bbox.width + slot * 0.125 + (slot / places) * place;
			const top = u.valToPos(value, "y", true);
			path.rect(left, Math.min(top, ground), Math.max(1, slot / places), Math.abs(ground - top));
		}
		return { fill: path, stroke: null };
	};

/** Draws into `host` until the owner is cleaned up. Call it under a Solid owner. */
export function createPlot(host: HTMLElement, input: PlotInput): void {
	const sizeOf = () => ({ width: Math.max(1, Math.floor(host.clientWidth)), height: Math.max(1, Math.floor(host.clientHeight)) });
	const [visible, setVisible] = createSignal(true);

	createEffect(
		on([() => shapeOf(input.kind(), input.model()), input.theme], () => {
			const model = input.model();
			const chart = new UPlot(
				chartOptions({
					kind: input.kind(),
					model,
					colours: colours(host),
					size: sizeOf(),
					scale: input.scale,
					bars,
					onCursor: input.onCursor,
				}),
				chartData(model),
				host,
			);
			let drawn = model;
			createEffect(() => {
				const next = input.model();
				if (!visible() || next === drawn) return;
				drawn = next;
				chart.setData(chartData(next));
			});
			const resizing = new ResizeObserver(() => {
				const size = sizeOf();
				if (size.width !== chart.width || size.height !== chart.height) chart.setSize(size);
			});
			resizing.observe(host);
			onCleanup(() => {
				resizing.disconnect();
				chart.destroy();
			});
		}),
	);
	const watching = new IntersectionObserver((entries) => setVisible(entries.at(-1)?.isIntersecting ?? true), { rootMargin: "100px" });
	watching.observe(host);
	onCleanup(() => watching.disconnect());
}
