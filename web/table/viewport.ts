/** A table's viewport: whether it is in use, and which rows are visible. */
import { createSignal, onCleanup, untrack } from "solid-js";

/** A touch or scroll counts as use for this time, ms. */
const IN_USE_MS = 2000;

/** Reports whether the table is in use: pointer over it, focus inside, a recent touch or scroll. Call under a Solid owner. */
export function watchUse(box: HTMLElement, report: (inUse: boolean) => void): void {
	const ended = new AbortController();
	let leaving: ReturnType<typeof setTimeout> | undefined;
	const use = (forMs?: number) => {
		clearTimeout(leaving);
		report(true);
		if (forMs !== undefined) leaving = setTimeout(check, forMs);
	};
	const check = () => {
		clearTimeout(leaving);
		report(box.matches(":hover") || box.querySelector(":focus-visible") !== null);
	};
	const on = (type: string, listener: (event: Event) => void) =>
		box.addEventListener(type, listener, { signal: ended.signal, passive: true });
	on("pointerenter", (event) => (event as PointerEvent).pointerType === "mouse" && use());
	on("pointerleave", check);
	on("touchstart", () => use(IN_USE_MS));
	on("scroll", () => use(IN_USE_MS));
	on("focusin", () => use());
	on("focusout", () => use(0));
	onCleanup(() => {
		ended.abort();
		clearTimeout(leaving);
	});
}

export interface Span {
	first: number;
	/** Exclusive. */
	end: number;
}

/** Rows in the document, from `first` on, and the sticky head above them. */
interface Drawn {
	head?: HTMLElement;
	rows: readonly HTMLElement[];
	first: number;
}

/** Rows in the server's HTML: enough to fill a screen. */
export const FIRST_ROWS = 40;
/** Rows rendered above and below the visible ones, and of a table that never was in sight. */
const AROUND = 10;

const equals = (a: Span, b: Span): boolean => a.first === b.first && a.end === b.end;

/**
 * Computes the visible rows. All rows are assumed to be as high as the first ones; measured exceptions (an opened stack trace, a wrapped
 * card) are stored.
 * @param count number of all rows
 * @param from first row before the first measurement
 */
export function createViewport(count: () => number, from: number) {
	const [visible, setVisible] = createSignal<Span>({ first: from, end: from + FIRST_ROWS }, { equals });
	const [drawn, setDrawn] = createSignal<Span>({ first: from, end: from + FIRST_ROWS }, { equals });
	/** Height of a row, px; 0: not measured. */
	const [height, setHeight] = createSignal(0);
	const exceptions = new Map<number, number>();
	let width = -1;

	const top = (row: number): number => {
		let sum = row * height();
		for (const [other, own] of exceptions) if (other < row) sum += own - height();
		return sum;
	};
	const rowAt = (y: number): number => {
		if (exceptions.size === 0) return Math.floor(y / height());
		let [low, high] = [0, count()];
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (top(middle) <= y) low = middle;
			else high = middle - 1;
		}
		return low;
	};
	const measure = (rows: readonly HTMLElement[], first: number): void => {
		const heights = rows.map((row) => row.offsetHeight);
		const sum = heights.reduce((a, b) => a + b, 0);
		if (height() === 0 && sum > 0) setHeight(sum / rows.length);
		for (const [i, its] of heights.entries()) {
			if (Math.abs(its - height()) > 0.5) exceptions.set(first + i, its);
			else exceptions.delete(first + i);
		}
	};

	/**
	 * Updates the visible rows after a scroll or resize. Only in sight: elsewhere reading heights would force a layout, and the ResizeObserver
	 * tells when the box comes near the window.
	 */
	const update = (box: HTMLElement, { head, rows, first }: Drawn): void =>
		untrack(() => {
			const resized = box.clientWidth !== width;
			const before = visible().first;
			if (resized) {
				width = box.clientWidth;
				exceptions.clear();
				setHeight(0);
			}
			measure(rows, first);
			if (height() === 0) return;
			// After a change of width the first visible row is kept.
			if (resized && before > 0) box.scrollTop = top(before);
			const last = rowAt(box.scrollTop + box.clientHeight - (head?.offsetHeight ?? 0) - 1);
			const span = { first: Math.max(0, rowAt(box.scrollTop + 1)), end: last + 1 };
			setVisible(span);
			setDrawn({ first: Math.max(0, span.first - AROUND), end: span.end + AROUND });
		});

	return {
		visible: (): Span => ({ first: Math.min(visible().first, count()), end: Math.min(visible().end, count()) }),
		/** Rows in the document, if received. */
		drawn,
		height,
		/** Offset of a row, px; 0 before the first measurement. */
		top: (row: number): number => (height() === 0 ? 0 : top(row)),
		/**
		 * Follows a box that scrolls and is resized, measuring once a frame. Call under a Solid owner.
		 * @returns schedules a measurement, for when rows changed
		 */
		follow(box: HTMLElement, inDocument: () => Drawn): () => void {
			let frame = 0;
			const schedule = () => {
				frame ||= requestAnimationFrame(() => {
					frame = 0;
					if (box.checkVisibility({ contentVisibilityAuto: true })) update(box, inDocument());
					else if (width < 0) setDrawn({ first: from, end: from + AROUND });
				});
			};
			const sizes = new ResizeObserver(schedule);
			sizes.observe(box);
			box.addEventListener("scroll", schedule, { passive: true });
			onCleanup(() => {
				sizes.disconnect();
				cancelAnimationFrame(frame);
			});
			return schedule;
		},
		/** Drops measured heights, when rows change. */
		forget: (): void => exceptions.clear(),
	};
}
export type Viewport = ReturnType<typeof createViewport>;
