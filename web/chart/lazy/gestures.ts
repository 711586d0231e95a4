/** The cursor's instant, shared by all charts of the page. */
import { createSignal } from "solid-js";
import type { Page } from "../../page/context.tsx";
import { columnAt, endOf, instantOf, shareOfColumn } from "../model.ts";
import type { Picture } from "../picture.ts";

/**
 * Pointer and keyboard input of a chart: the cursor, and the selection of a time range to zoom into.
 *
 * Mouse: move, drag to select, double-click to zoom out. Touch: tap or slide. Keys: arrows, Page Up and Down, Home and End move; with Shift
 * they select; Enter or + zooms in, Escape clears the selection or zooms out.
 */
export interface GesturesInput {
	time: Pick<Page["time"], "cursor" | "setCursor">;
	picture(): Picture;
	/** The plot area between the axes, on the screen. */
	area(): DOMRect;
	/** @param from,to instants, ms */
	zoomIn(from: number, to: number): void;
	zoomOut(): void;
}

/** Pointer movement that starts a selection, px. */
const DRAG = 6;
const MOVES = new Map([
	["ArrowLeft", -1],
	["ArrowRight", 1],
	["PageUp", -10],
	["PageDown", 10],
	["Home", Number.NEGATIVE_INFINITY],
	["End", Number.POSITIVE_INFINITY],
]);

export function createGestures({ time, picture, area, zoomIn, zoomOut }: GesturesInput) {
	const { cursor: cursorAt, setCursor: setCursorAt } = time;
	/** First and current column of the selection. */
	const [chosen, choose] = createSignal<{ from: number; to: number }>();
	/** Unset if the chart got the focus before this code was loaded; its next key sets it. */
	const [focused, setFocused] = createSignal(false);
	let pressed: { x: number; column: number } | undefined;

	const column = (): number | undefined => {
		const at = cursorAt();
		return at === undefined ? undefined : columnAt(picture().kind, picture().model, at);
	};
	const columnUnder = ({ clientX }: PointerEvent): number => {
		const { left, width } = area();
		const { kind, model, span, width: columns } = picture();
		const share = Math.min(1, Math.max(0, (clientX - left) / (width || 1)));
		return kind === "bar"
			? Math.min(model.length - 1, Math.floor(share * columns))
			: (columnAt(kind, model, endOf(model) - (1 - share) * span) ?? 0);
	};
	const move = (to: number) => setCursorAt(instantOf(picture().model, to));
	/** Time between two columns; a single column has its own step. */
	const zoom = (a: number, b: number) => {
		choose(undefined);
		const { kind, model } = picture();
		const from = instantOf(model, Math.min(a, b)) - (kind === "bar" || a === b ? model.step : 0);
		zoomIn(from, instantOf(model, Math.max(a, b)) + (a === b && kind !== "bar" ? model.step : 0));
	};

	/** Ends as shares of the plot's width. */
	const selection = (): { from: number; to: number } | undefined => {
		const { kind, model } = picture();
		const between = chosen();
		return between && { from: shareOfColumn(kind, model, between.from), to: shareOfColumn(kind, model, between.to) };
	};
	const listeners = {
		pointerdown(event: PointerEvent & { currentTarget: HTMLElement }) {
			move(columnUnder(event));
			if (event.pointerType !== "mouse" || event.button !== 0) return;
			pressed = { x: event.clientX, column: columnUnder(event) };
			event.currentTarget.setPointerCapture(event.pointerId);
		},
		pointermove(event: PointerEvent) {
			const to = columnUnder(event);
			move(to);
			if (pressed && (chosen() || Math.abs(event.clientX - pressed.x) >= DRAG)) choose({ from: pressed.column, to });
		},
		pointerup() {
			pressed = undefined;
			const between = chosen();
			if (between && between.from !== between.to) zoom(between.from, between.to);
			else choose(undefined);
		},
		pointercancel() {
			pressed = undefined;
			choose(undefined);
		},
		pointerleave(event: PointerEvent) {
			// Lifting a finger leaves too: the cursor stays.
			if (event.pointerType === "mouse" && !pressed) setCursorAt(undefined);
		},
		dblclick: () => zoomOut(),
		focus: () => setFocused(true),
		blur() {
			setFocused(false);
			choose(undefined);
			setCursorAt(undefined);
		},
		keydown(event: KeyboardEvent) {
			setFocused(true);
			if (event.ctrlKey || event.metaKey || event.altKey) return;
			const { model } = picture();
			const steps = MOVES.get(event.key);
			if (steps !== undefined) {
				const here = column() ?? model.length - (steps < 0 ? 0 : 1);
				const to = Math.min(model.length - 1, Math.max(0, here + steps));
				choose(event.shiftKey ? { from: chosen()?.from ?? column() ?? to, to } : undefined);
				move(to);
			} else if (event.key === "Enter" || event.key === "+") {
				const between = chosen();
				const here = column();
				const near = Math.ceil(model.length / 8);
				if (between) zoom(between.from, between.to);
				else if (here !== undefined) zoom(Math.max(0, here - near), Math.min(model.length - 1, here + near));
				else return;
			} else if (event.key === "-") {
				zoomOut();
			} else if (event.key === "Escape") {
				if (chosen()) choose(undefined);
				else if (cursorAt() !== undefined) setCursorAt(undefined);
				else zoomOut();
			} else return;
			event.preventDefault();
		},
	};
	return { column, selection, focused, listeners };
}
