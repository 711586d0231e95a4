/** The refresh interval: every message, a fixed interval, or paused. */
import { createEffect, createMemo, on, onCleanup, untrack } from "solid-js";
import { durationMs } from "../../colony-bridge/protocol/wire/measure.ts";
import type { Page } from "../page/context.tsx";
import type { Changes } from "../page/url-state.ts";
import { iso } from "./range.ts";

/** Follows the address's `refresh`. Call it under a Solid owner, in the browser. */
export function keepPace(page: Page): void {
	const refresh = createMemo(() => page.url.state().refresh);
	createEffect(
		on(refresh, (every) => {
			if (every === undefined) return;
			page.data.answers.hold(true);
			if (every === "off") {
				page.time.setStoppedAt((at) => at ?? untrack(page.time.clock.now));
				onCleanup(() => page.time.setStoppedAt(undefined));
			} else {
				const timer = setInterval(() => document.hidden || page.data.answers.draw(), durationMs(every));
				onCleanup(() => clearInterval(timer));
			}
			onCleanup(() => page.data.answers.hold(false));
		}),
	);
}

/** The page stands still from now on, and its address says since when; one that looks at the past goes on doing so. */
export function pause(page: Page): void {
	page.url.change({ ...(page.url.view().end === undefined && { end: iso(page.time.now()) }), refresh: "off" });
}

/** The changes of the URL that resume charts and tables; a chosen interval stays. */
export const live = (page: Page): Changes => ({ end: undefined, ...(page.url.state().refresh === "off" && { refresh: undefined }) });
