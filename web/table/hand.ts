/** Whether the reader's hand is on a table: a pointer over it, the focus inside, a touch or a scroll a moment ago. */
import { onCleanup } from "solid-js";

/** How long after a touch or a turn of the wheel a hand is taken to be there still, ms. */
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
