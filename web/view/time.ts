/** The page's time range and refresh interval, as text and as changes of the URL. */
import { createEffect, createMemo, on, onCleanup, untrack } from "solid-js";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { SPACE } from "../format/text.ts";
import type { Page } from "../page/context.tsx";
import type { Changes } from "../page/url-state.ts";

export const RANGES = ["5m", "15m", "1h", "3h", "12h", "24h", "7d", "30d"];

/** The default of most charts. */
const DEFAULT_RANGE = "15m";

const WORDS: Record<string, string> = { m: "min", w: "weeks" };

/** `15 min`, `7 d`. */
export const rangeInWords = (range: string): string =>
	range.replace(/^(\d+)(\D+)$/, (_, amount, unit) => `${amount}${SPACE}${WORDS[unit] ?? unit}`);

export const iso = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000", "");

/** The time range moved by its own length. @param by -1 back, 1 forward @param now the cluster's time, the latest end */
export function shifted({ range = DEFAULT_RANGE, end, at }: PageView, by: number, now: number): Changes {
	// In the past all of the page moves, not its charts alone.
	const moved = at ? "at" : "end";
	const next = (at ?? end ?? now) + by * durationMs(range);
	return { [moved]: next >= now ? undefined : iso(Math.max(0, next)) };
}

export const stepInWords = ({ range = DEFAULT_RANGE }: PageView): string => rangeInWords(range);

/** Applies the URL's `refresh`: live, an interval, or paused. Call under a Solid owner, in the browser. */
export function followRefresh(page: Page): void {
	const refresh = createMemo(() => page.url.state().refresh);
	createEffect(
		on(refresh, (every) => {
			if (every === undefined) return;
			page.data.answers.hold(true);
			if (every === "off") {
				page.time.setPausedAt((at) => at ?? untrack(page.time.clock.now));
				onCleanup(() => page.time.setPausedAt(undefined));
			} else {
				const timer = setInterval(() => document.hidden || page.data.answers.draw(), durationMs(every));
				onCleanup(() => clearInterval(timer));
			}
			onCleanup(() => page.data.answers.hold(false));
		}),
	);
}

/** Pauses the page, with the instant in the URL; a page that shows the past keeps its end. */
export function pause(page: Page): void {
	page.url.change({ ...(page.url.view().end === undefined && { end: iso(page.time.now()) }), refresh: "off" });
}

/** The changes of the URL that resume charts and tables; a chosen interval stays. */
export const live = (page: Page): Changes => ({
	end: undefined,
	at: undefined,
	...(page.url.state().refresh === "off" && { refresh: undefined }),
});
