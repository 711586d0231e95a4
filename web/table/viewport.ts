/** Detects that the reader uses a table: pointer over it, focus inside, a recent touch or scroll. */
import { createSignal, onCleanup, untrack } from "solid-js";

/** A touch or a turn of the wheel counts as use for this long, ms. */
const STAYS_MS = 2000;

/** Call it where the box is made: it ends with its owner. */
export function watchHand(box: HTMLElement, tell: (there: boolean) => void): void {
	const ended = new AbortController();
	let leaving: ReturnType<typeof setTimeout> | undefined;
	const there = (forMs?: number) => {
		clearTimeout(leaving);
		tell(true);
		if (forMs !== undefined) leaving = setTimeout(gone, forMs);
	};
	const gone = () => {
		clearTimeout(leaving);
		tell(box.matches(":hover") || box.querySelector(":focus-visible") !== null);
	};
	const on = (type: string, hear: (event: Event) => void) => box.addEventListener(type, hear, { signal: ended.signal, passive: true });
	on("pointerenter", (event) => (event as PointerEvent).pointerType === "mouse" && there());
	on("pointerleave", gone);
	on("touchstart", () => there(STAYS_MS));
	on("scroll", () => there(STAYS_MS));
	on("focusin", () => there());
	on("focusout", () => there(0));
	onCleanup(() => {
		ended.abort();
		clearTimeout(leaving);
	});
}

/**
 * Which rows of a long table are in sight: only they, and a few around, are in the document. All rows are taken to be as high as the first
 * ones were; where one was seen to be higher (an opened stack trace, a card with a long text) that is remembered.
 */
export interface Span {
	first: number;
	/** The row after the last. */
	end: number;
}

/** Rows in the first HTML, enough to fill a screen; the page must stay small. */
export const FIRST_ROWS = 40;
/** Rows drawn beyond what is in sight, above and below. */
const AROUND = 10;

const equals = (a: Span, b: Span): boolean => a.first === b.first && a.end === b.end;

/**
 * @param count how many rows there are in all
 * @param from the first row that is drawn before anything is known of the place
 */
export function createViewport(count: () => number, from: number) {
	const [inSight, setInSight] = createSignal<Span>({ first: from, end: from + FIRST_ROWS }, { equals });
	const [drawn, setDrawn] = createSignal<Span>({ first: from, end: from + FIRST_ROWS }, { equals });
	/** Of a row, px; 0: not known yet. */
	const [height, setHeight] = createSignal(0);
	const others = new Map<number, number>();
	let width = -1;

	const top = (row: number): number => {
		let sum = row * height();
		for (const [other, its] of others) if (other < row) sum += its - height();
		return sum;
	};
	const rowAt = (y: number): number => {
		if (others.size === 0) return Math.floor(y / height());
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
			if (Math.abs(its - height()) > 0.5) others.set(first + i, its);
			else others.delete(first + i);
		}
	};

	return {
		/** Rows that can be seen. */
		inSight: (): Span => ({ first: Math.min(inSight().first, count()), end: Math.min(inSight().end, count()) }),
		/** Rows that are in the document, if they are here. */
		drawn,
		height,
		/** Offset of a row, px; 0 before the first measurement. */
		top: (row: number): number => (height() === 0 ? 0 : top(row)),
		/**
		 * Looks at the place: after scrolling, or when the box has another size.
		 * @param head height of the head that stays at the top
		 * @param rows those in the document, from `first` on
		 */
		measure(box: HTMLElement, head: number, rows: readonly HTMLElement[], first: number): void {
			untrack(() => {
				const anew = box.clientWidth !== width;
				const before = inSight().first;
				if (anew) {
					width = box.clientWidth;
					others.clear();
					setHeight(0);
				}
				measure(rows, first);
				if (height() === 0) return;
				// In another width, and at first, the row that was seen is found again.
				if (anew && before > 0) box.scrollTop = top(before);
				const last = rowAt(box.scrollTop + box.clientHeight - head - 1);
				const span = { first: Math.max(0, rowAt(box.scrollTop + 1)), end: last + 1 };
				setInSight(span);
				setDrawn({ first: Math.max(0, span.first - AROUND), end: span.end + AROUND });
			});
		},
		/** Other rows stand there now. */
		forget: (): void => others.clear(),
	};
}
export type Viewport = ReturnType<typeof createViewport>;
