/** The page's time: the cluster's clock, the instant of the pause, or that of the past which the page shows. */
import { createSignal } from "solid-js";
import { createClock } from "../live/clock.ts";
import type { Display } from "./display.ts";
import type { Url } from "./url.ts";

/** @param at instant of the first snapshot, ms */
export function createTime(at: number, url: Url, display: Display) {
	const clock = createClock(at);
	/** The cluster's time of the pause, ms; undefined: not paused. */
	const [pausedAt, setPausedAt] = createSignal(url.state().refresh === "off" ? at : undefined);
	/** Instant of the charts' cursor, ms; undefined: no cursor. */
	const [cursor, setCursor] = createSignal<number>();
	return {
		cursor,
		setCursor,
		clock,
		/** The cluster's time, ms; the instant of the pause while the page is paused. */
		now: () => pausedAt() ?? clock.now(),
		pausedAt,
		setPausedAt,
		/** UTC if the URL says so, and before hydration, when the local time zone is unknown. */
		inUtc: (): boolean => !display.hydrated() || url.state().tz === "utc",
	};
}
