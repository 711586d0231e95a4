/**
 * Hydration in parts: the frame of the page first, then one part after another in tasks of a few milliseconds, so that a page of any size
 * answers the reader while it comes to life. Until the last part is alive nothing changes what the page shows, for each of them takes over
 * HTML that was drawn from the first answers. A reader who touches the page before that has all of the rest at once, in the same event.
 */
import { createMemo, createSignal, type JSX, onCleanup, sharedConfig } from "solid-js";
import { inSlices } from "../live/slices.ts";

/** Parts are taken as long as this has not passed in a task, ms. */
const SLICE_MS = 6;
/** Events of a reader that a page must not miss. */
const TOUCHES = ["pointerdown", "click", "keydown", "input", "change", "submit", "toggle", "popstate"];

/** Starts of the hydration of each part, in the order of the document. */
const waiting = new Set<() => void>();

/** A part of the page that comes to life by itself. Its children are components or elements. */
export function Part(props: { children: JSX.Element }): JSX.Element {
	const { context } = sharedConfig;
	if (import.meta.env.SSR) return props.children;
	if (!context) return (() => props.children) as unknown as JSX.Element;
	const [begun, setBegun] = createSignal(false);
	const begin = () => {
		// Solid names elements by their place in the tree: it goes on where it was.
		sharedConfig.context = context;
		setBegun(true);
		delete sharedConfig.context;
	};
	waiting.add(begin);
	onCleanup(() => waiting.delete(begin));
	return createMemo(() => begun() && props.children) as unknown as JSX.Element;
}

/** Resolves when all parts of the page are alive: at once where none waits. */
export function partsAlive(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const ended = new AbortController();
	const step = () => {
		for (const begin of waiting) {
			waiting.delete(begin);
			begin();
			break;
		}
		return waiting.size > 0;
	};
	const run = inSlices(step, SLICE_MS, () => {
		ended.abort();
		resolve();
	});
	for (const type of TOUCHES) addEventListener(type, () => run(Infinity), { capture: true, signal: ended.signal });
	run(0);
	return promise;
}
