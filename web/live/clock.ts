/** Answers that end with the clock: between two of them time goes on here, and nothing has come for it. */
import { createSignal } from "solid-js";

/** Columns of one length in steps; of a single one only its own step counts. */
export interface Columns {
	start: number;
	step: number;
	length: number;
}

/** Whole steps by which the end of the columns lies behind an instant, at most all of them. */
export function stepsBehind({ start, step, length }: Columns, now: number): number {
	const behind = (now - start) / step - (length - 1);
	// A single column ends where it was asked, within its step.
	return Math.min(length, Math.max(0, length === 1 ? Math.floor(behind) : Math.ceil(behind)));
}

/** Values that have moved on by so many steps. */
export const movedOn = (values: readonly (number | null)[], steps: number): (number | null)[] => [
	...values.slice(steps),
	...new Array<null>(Math.min(steps, values.length)).fill(null),
];

/** The same answer as the cluster would give it so many steps later, if nothing came. */
export function advancedBy<A extends Columns & { series: readonly { values: (number | null)[] }[] }>(answer: A, steps: number): A {
	if (steps === 0) return answer;
	const series = answer.series.map((column) => ({ ...column, values: movedOn(column.values, steps) }));
	return { ...answer, start: answer.start + steps * answer.step, series };
}

/**
 * The cluster's time on the reader's machine. It stands at the first snapshot's instant until the page is hydrated, so that server and
 * browser write the same words; then it runs, corrected by what the cluster says its time is. It runs on the browser's count of time since
 * the page began, which nobody sets: a reader's clock that is put forward an hour makes no hour of silence.
 */
const TICK_MS = 1000;
/**
 * Where a message comes each second, it ticks with the message and is drawn in the same frame: one that is late by this is waited for, and
 * the answers to one push, which come in several messages, are of the same tick. ms
 */
const TOGETHER_MS = 250;
/** The reader's clock and the count of time differ by so much more than before: one was set, or the computer slept. ms */
const JUMP_MS = 2000;

export function createClock(first: number) {
	const [now, setNow] = createSignal(first);
	/** The cluster's time less the count. The message that travelled fastest shows it best: the greatest since the last connection. */
	let ahead = first - performance.now();
	let sure = false;
	let apart: number | undefined;
	let jumped: (() => void) | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;

	/** After the computer has slept, only the cluster knows the time. */
	const checkJump = () => {
		const before = apart;
		apart = Date.now() - performance.now();
		if (before === undefined || Math.abs(apart - before) < JUMP_MS) return;
		sure = false;
		jumped?.();
	};
	const tick = () => {
		checkJump();
		setNow(performance.now() + ahead);
	};
	/** Ticks now, and each second after `first` ms. */
	const run = (first: number) => {
		clearTimeout(timer);
		if (document.hidden) return;
		tick();
		timer = setTimeout(run, first, TICK_MS);
	};
	const seen = () => run(TICK_MS);

	return {
		/** The cluster's time, ms; a signal that ticks each second. */
		now,
		/** Begins to tick, while the page can be seen. @returns what ends it. */
		start(): () => void {
			document.addEventListener("visibilitychange", seen);
			seen();
			return () => {
				clearTimeout(timer);
				document.removeEventListener("visibilitychange", seen);
			};
		},
		/** Called when only the cluster can say what time it is. */
		onJump(ask: () => void): void {
			jumped = ask;
		},
		/** The cluster's clock just said `at`. @param fresh forget what was heard before */
		hear(at: number, fresh: boolean): void {
			const difference = at - performance.now();
			ahead = fresh || !sure ? difference : Math.max(ahead, difference);
			sure = true;
			// An event that was just received cannot lie in the future.
			if (at > now() + TOGETHER_MS) run(TICK_MS + TOGETHER_MS);
		},
	};
}
export type Clock = ReturnType<typeof createClock>;
