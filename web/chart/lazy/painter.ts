/** Paints a chart on a canvas after each change of picture, size or colours. */
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
 * Paints until its owner is disposed.
 * @param into the plot area between the axes
 * @param onCanvas called with true in the task of the first paint
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
				// uPlot neither draws nor measures scales.
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
	// `live/answers.ts` renders updates of the page in one frame, which includes this, and none in a hidden tab.
	createEffect(on([picture, inks, plain], () => plain() || paint()));
	createEffect(on(plain, () => plot && onCanvas(!plain()), { defer: true }));
	onCleanup(() => {
		sizes.unobserve(into);
		plot?.destroy();
	});
}
