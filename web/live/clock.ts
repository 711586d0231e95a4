/** Advances answers that end now while no push arrives, and the cluster's clock. */
import { createSignal } from "solid-js";

/** A time grid; of a single column only the step matters. */
export interface Columns {
	start: number;
	step: number;
	length: number;
}

/** Whole steps between the end of the columns and an instant, at most `length`. */
export function stepsBehind({ start, step, length }: Columns, now: number): number {
	const behind = (now - start) / step - (length - 1);
	// A single column ends at the query's instant, within its step.
	return Math.min(length, Math.max(0, length === 1 ? Math.floor(behind) : Math.ceil(behind)));
}

/** Values shifted by a number of steps. */
export const movedOn = (values: readonly (number | null)[], steps: number): (number | null)[] => [
	...values.slice(steps),
	...new Array<null>(Math.min(steps, values.length)).fill(null),
];

/** The answer as the cluster would give it some steps later, without new samples. */
export function advancedBy<A extends Columns & { series: readonly { values: (number | null)[] }[] }>(answer: A, steps: number): A {
	if (steps === 0) return answer;
	const series = answer.series.map((column) => ({ ...column, values: movedOn(column.values, steps) }));
	return { ...answer, start: answer.start + steps * answer.step, series };
}

/** Tick interval of the clock, ms. */
const TICK_MS = 1000;
/**
 * With a message each second, the clock ticks with the message, in one frame: a late message is awaited this long, and the messages of one
 * push share a tick, ms.
 */
const TOGETHER_MS = 250;
/** A change of the difference between `Date` and `performance` beyond which the clock was set or the computer slept, ms. */
const JUMP_MS = 2000;

/**
 * The cluster's time in the browser. It is constant until hydration, so that server and browser render the same text; then it advances with
 * `performance.now()`, which changes of the reader's clock do not affect, corrected by each message.
 */
export function createClock(first: number) {
	const [now, setNow] = createSignal(first);
	/** Cluster time minus `performance.now()`: the maximum since the connection began, from the message with the least latency. */
	let ahead = first - performance.now();
	let synced = false;
	let offset: number | undefined;
	let onJumped: (() => void) | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;

	/** After a sleep only the cluster knows the time. */
	const checkJump = () => {
		const before = offset;
		offset = Date.now() - performance.now();
		if (before === undefined || Math.abs(offset - before) < JUMP_MS) return;
		synced = false;
		onJumped?.();
	};
	const tick = () => {
		checkJump();
		setNow(performance.now() + ahead);
	};
	/** Ticks now, then after `first` ms, then each second. */
	const run = (first: number) => {
		clearTimeout(timer);
		if (document.hidden) return;
		tick();
		timer = setTimeout(run, first, TICK_MS);
	};
	const restart = () => run(TICK_MS);

	return {
		/** The cluster's time, ms; a signal. */
		now,
		/** Ticks while the page is visible. @returns a function that stops it */
		start(): () => void {
			document.addEventListener("visibilitychange", restart);
			restart();
			return () => {
				clearTimeout(timer);
				document.removeEventListener("visibilitychange", restart);
			};
		},
		/** Sets an instant of the past, ms, at which it stands: it is not started then. */
		stand: setNow,
		/** Sets the callback for when the time must be fetched from the cluster. */
		onJump(ask: () => void): void {
			onJumped = ask;
		},
		/** Synchronizes with the cluster's time. @param fresh whether earlier messages no longer count */
		sync(at: number, fresh: boolean): void {
			const difference = at - performance.now();
			ahead = fresh || !synced ? difference : Math.max(ahead, difference);
			synced = true;
			// A received event must not lie in the future.
			if (at > now() + TOGETHER_MS) run(TICK_MS + TOGETHER_MS);
		},
	};
}
export type Clock = ReturnType<typeof createClock>;
