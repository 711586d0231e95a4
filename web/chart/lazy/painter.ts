/** A chart on a canvas: painted with each change of its picture, its size and its colours. */
import { createEffect, on, onCleanup } from "solid-js";
import type uPlot from "uplot";
import type { Paint } from "../picture.ts";
import { inks } from "./inks.ts";
import { plain } from "./plain.ts";
import { createPlot, dataOf, rangeOf, shapeOf } from "./plot.ts";

const resized = new WeakMap<Element, (size: DOMRectReadOnly) => void>();
const sizes = new ResizeObserver((entries) => {
	for (const { target, contentRect } of entries) resized.get(target)?.(contentRect);
});

export const paintChart: Paint = ({ area, picture, cursor, selection }, onCanvas) => {
	const into = area();
	let plot: uPlot | undefined;
	let shape = "";

	const ready = () => onCanvas(!plain());
	const make = (width: number, height: number) => {
		plot?.destroy();
		shape = shapeOf(picture());
		plot = createPlot(into, picture, { width, height }, ready);
	};
	const point = () => {
		if (!plot) return;
		const share = cursor();
		// Its points move only to another column, though their values may be other ones.
		plot.cursor.idxs?.fill(null);
		plot.setCursor({ left: share === undefined ? -10 : share * plot.width, top: 0 }, false);
	};
	const select = () => {
		const { from, to } = selection() ?? { from: 0, to: 0 };
		plot?.setSelect({ left: Math.min(from, to) * plot.width, width: Math.abs(to - from) * plot.width, top: 0, height: plot.height }, false);
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
		point();
	};

	resized.set(into, ({ width, height }) => {
		// A point of the cursor past a width that is no whole number is not shown.
		const size = { width: Math.round(width), height: Math.round(height) };
		if (size.width < 1 || size.height < 1) return;
		if (plot) plot.setSize(size);
		else make(size.width, size.height);
		point();
		select();
	});
	sizes.observe(into);
	// What has come is drawn in one frame for all of the page, by `live/answers.ts`: this is within it, and none of it in a tab that is hidden.
	createEffect(on([picture, inks, plain], () => plain() || paint()));
	createEffect(on(plain, () => plot && onCanvas(!plain()), { defer: true }));
	createEffect(on(cursor, point));
	createEffect(on(selection, select));
	onCleanup(() => {
		sizes.unobserve(into);
		plot?.destroy();
	});
};
