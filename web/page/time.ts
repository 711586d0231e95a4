/** The time that the page shows: the cluster's clock, or the instant at which the page was paused. */
import { createSignal } from "solid-js";
import { createClock } from "../live/clock.ts";
import type { Display } from "./display.ts";
import type { Url } from "./url.ts";

/** @param at instant of the first snapshot, ms */
export function createTime(at: number, url: Url, display: Display) {
	const clock = createClock(at);
	/** The cluster's time at which the page was paused, ms; undefined: it is not paused. */
	const [stoppedAt, setStoppedAt] = createSignal(url.state().refresh === "off" ? at : undefined);
	return {
		clock,
		/** The cluster's time, ms; the instant of the pause while the page is paused. */
		now: () => stoppedAt() ?? clock.now(),
		stoppedAt,
		setStoppedAt,
		/** Instants are written in UTC where the URL asks for it, and until the reader's time zone is known. */
		inUtc: (): boolean => !display.hydrated() || url.state().tz === "utc",
	};
}
