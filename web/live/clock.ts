/**
 * The cluster's time on the reader's machine. It stands at the first snapshot's instant until the page is hydrated, so that server and
 * browser write the same words; then it runs, corrected by what the cluster says its time is.
 */
import { createSignal } from "solid-js";

const TICK_MS = 1000;

export function createClock(first: number) {
	const [now, setNow] = createSignal(first);
	// The message that travelled fastest shows the difference best: the greatest one since the last connection.
	let ahead: number | undefined;
	let timer: ReturnType<typeof setInterval> | undefined;

	const tick = () => setNow(Date.now() + (ahead ?? 0));
	const run = () => {
		clearInterval(timer);
		if (document.hidden) return;
		tick();
		timer = setInterval(tick, TICK_MS);
	};

	return {
		/** The cluster's time, ms; a signal that ticks each second. */
		now,
		/** Begins to tick, while the page can be seen. @returns what ends it. */
		start(): () => void {
			document.addEventListener("visibilitychange", run);
			run();
			return () => {
				clearInterval(timer);
				document.removeEventListener("visibilitychange", run);
			};
		},
		/** The cluster's clock just said `at`. @param fresh forget what was heard before: the computer may have slept */
		hear(at: number, fresh: boolean): void {
			const difference = at - Date.now();
			ahead = fresh || ahead === undefined ? difference : Math.max(ahead, difference);
			// What has just happened has not happened in the future.
			if (at > now() && !document.hidden) tick();
		},
	};
}
export type Clock = ReturnType<typeof createClock>;
