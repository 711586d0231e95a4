/** A chart and those who read it: they point at it, and have it painted. */
import type { JSX } from "solid-js";
import type { DenseSpan, placeEvents } from "./events.ts";
import type { Picture } from "./picture.ts";

/** A chart as those see it who read it. */
export interface ReadChart {
	/** Takes the pointer and keys. */
	plot(): HTMLElement;
	/** The plot between its axes. */
	area(): HTMLElement;
	picture(): Picture;
	inSight(): boolean;
	/** Events that have marks, and how many errors there were. */
	placed(): ReturnType<typeof placeEvents>;
	dense(): readonly DenseSpan[];
}

export interface Reading {
	/** The column at the cursor. */
	column(): number | undefined;
	/** Whether the layers are on a canvas; else they are SVG. */
	onCanvas(): boolean;
	/** The column at the cursor with its values in words, for screen readers: of the chart that has the focus. */
	spoken(): { column: number; words: string } | undefined;
	/** What stands over the layers: the time at the cursor, and what happened there. */
	Overlay(): JSX.Element;
}
