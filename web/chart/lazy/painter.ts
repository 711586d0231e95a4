/** A chart on a canvas: painted with each change of its picture, its size and its colours. */
import { createEffect, on, onCleanup } from "solid-js";
import type uPlot from "uplot";
import type { Picture } from "../picture.ts";
import { inks } from "./inks.ts";
import { plain } from "./plain.ts";
import { createPlot, dataOf, rangeOf, shapeOf } from "./plot.ts";

const resized = new WeakMap<Element, (size: DOMRectReadOnly) => void>();
const sizes = new ResizeObserver((entries) => {
	for (const { target, contentRect } of entries) resized.get(target)?.(contentRect);
});

/**
 * Paints until its owner is gone.
 * @param into the plot between its axes
 * @param onCanvas is told true in the task in which the first picture is there
 */
export function paintChart(into: HTMLElement, picture: () => Picture, onCanvas: (is: boolean) => void): void {
	let plot: uPlot | undefined;
	let shape = "";

	const ready = () => onCanvas(!plain());
	const make = (width: number, height: number) => {
		plot?.destroy();
		shape = shapeOf(picture());
		plot = createPlot(into, picture, { width, height }, ready);
	};
	const paint = () => {
		const { width, height } = plot ?? {};
		if (!plot || !width || !height) return;
		if (shape === shapeOf(picture())) {
			const [min, max] = rangeOf(picture());
			plot.batch((self: uPlot) => {
				// Draws nothing by itself, and measures no scale.
				self.setData(dataOf(picture()), false);
				self.setScale("x", { min, max });
			});
		} else make(width, height);
	};

	resized.set(into, ({ width, height }) => {
		const size = { width: Math.round(width), height: Math.round(height) };
		if (size.width < 1 || size.height < 1) return;
		if (plot) plot.setSize(size);
		else make(size.width, size.height);
	});
	sizes.observe(into);
	// What has come is drawn in one frame for all of the page, by `live/answers.ts`: this is within it, and none of it in a tab that is hidden.
	createEffect(on([picture, inks, plain], () => plain() || paint()));
	createEffect(on(plain, () => plot && onCanvas(!plain()), { defer: true }));
	onCleanup(() => {
		sizes.unobserve(into);
		plot?.destroy();
	});
}
