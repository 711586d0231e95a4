/** Timers of one cluster in this process: its alarm and its short delays. Closed, none of them is left. */

/** `setTimeout` holds its delay in 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;

export class NodeTimers {
	readonly #alarm: () => void;
	#alarmTimer: NodeJS.Timeout | undefined;
	readonly #delays = new Set<NodeJS.Timeout>();
	#closed = false;

	constructor(alarm: () => void) {
		this.#alarm = alarm;
	}

	/** @param at ms since 1970; undefined: no alarm. */
	setAlarm(at: number | undefined): void {
		clearTimeout(this.#alarmTimer);
		this.#alarmTimer = undefined;
		if (at === undefined || this.#closed) return;
		const wait = Math.max(1, at - Date.now());
		this.#alarmTimer = setTimeout(
			() => (wait > LONGEST_MS ? this.setAlarm(at) : guarded("its alarm", this.#alarm)),
			Math.min(wait, LONGEST_MS),
		).unref();
	}

	defer(work: () => void, ms: number): void {
		if (this.#closed) return;
		const timer = setTimeout(() => {
			this.#delays.delete(timer);
			guarded("a delayed step", work);
		}, ms).unref();
		this.#delays.add(timer);
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#alarmTimer);
		for (const timer of this.#delays) clearTimeout(timer);
		this.#delays.clear();
	}
}

/** A fault of the dashboard must not end the program it lives in. */
export function guarded(what: string, work: () => void): boolean {
	try {
		work();
		return true;
	} catch (error) {
		console.error(`the dashboard failed in ${what}:`, error);
		return false;
	}
}
