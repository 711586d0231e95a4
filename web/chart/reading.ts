/** The interface between a chart and its interactive part. */
import type { JSX } from "solid-js";
import type { DenseSpan, placeEvents } from "./events.ts";
import type { Picture } from "./picture.ts";

/** A chart as its interactive part sees it. */
export interface ReadChart {
	/** Receives pointer and keyboard events. */
	plot(): HTMLElement;
	/** The plot area between the axes. */
	area(): HTMLElement;
	picture(): Picture;
	inSight(): boolean;
	/** Events with marks, and counts of errors. */
	placed(): ReturnType<typeof placeEvents>;
	dense(): readonly DenseSpan[];
}

export interface Reading {
	/** The column at the cursor. */
	column(): number | undefined;
	/** True while the layers are on a canvas; otherwise they are SVG. */
	onCanvas(): boolean;
	/** The cursor's column and its values as text for screen readers, on the focused chart. */
	spoken(): { column: number; words: string } | undefined;
	/** Content over the layers: the time at the cursor and its events. */
	Overlay(): JSX.Element;
}
