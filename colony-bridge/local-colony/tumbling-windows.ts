/**
 * Tumbling event-time windows (Akidau et al., "The Dataflow Model", 2015): each record falls into the window of its event time, and a
 * window fires once the watermark, the instant up to which the stream is held to be complete, has passed its end.
 */

export interface WindowRules<T, A> {
	/** Length of a window, ms. */
	windowMs: number;
	/** Allowed lateness behind the newest record, ms. */
	outOfOrderMs: number;
	/** Event time of a record, ms since 1970. */
	time(record: T): number;
	/** Records of one key share a window. Absent: all do. */
	key?(record: T): string;
	/** An empty window's value. JSON: it goes into checkpoints. */
	start(): A;
	add(value: A, record: T): A;
}

export interface FiredWindow<A> {
	key: string;
	/** Event time, ms: `start` is inside, `end` is not. */
	start: number;
	end: number;
	value: A;
	records: number;
}

export interface OpenWindow<A> {
	key: string;
	start: number;
	value: A;
	records: number;
}

export class TumblingWindows<T, A> {
	readonly #rules: WindowRules<T, A>;
	/** By start, then by key: windows fire in order of time. */
	readonly #open = new Map<number, Map<string, OpenWindow<A>>>();
	/** 0 before the first record. */
	watermark = 0;
	late = 0;
	fired = 0;

	constructor(rules: WindowRules<T, A>) {
		this.#rules = rules;
	}

	get size(): number {
		let size = 0;
		for (const keys of this.#open.values()) size += keys.size;
		return size;
	}

	/** @returns false where the record's window has fired: it is late, counted and otherwise ignored. @throws what the rules throw; nothing has changed then. */
	add(record: T): boolean {
		const { windowMs, outOfOrderMs, time, key, start, add } = this.#rules;
		const at = time(record);
		if (!Number.isFinite(at)) throw new RangeError(`a record's event time is ${at}; milliseconds since 1970 are needed`);
		const begin = Math.floor(at / windowMs) * windowMs;
		if (begin + windowMs <= this.watermark) {
			this.late += 1;
			return false;
		}
		const name = key?.(record) ?? "";
		const keys = this.#open.get(begin);
		const window = keys?.get(name);
		const value = add(window ? window.value : start(), record);
		if (window) {
			window.value = value;
			window.records += 1;
		} else {
			const fresh = { key: name, start: begin, value, records: 1 };
			if (keys) keys.set(name, fresh);
			else this.#open.set(begin, new Map([[name, fresh]]));
		}
		this.watermark = Math.max(this.watermark, at - outOfOrderMs);
		return true;
	}

	/** For a source without records: the watermark advances by itself. */
	advance(watermark: number): void {
		this.watermark = Math.max(this.watermark, watermark);
	}

	/** Takes out the windows that the watermark has passed, oldest first. */
	fire(): FiredWindow<A>[] {
		const due = [...this.#open.keys()].filter((start) => start + this.#rules.windowMs <= this.watermark).sort((a, b) => a - b);
		const fired: FiredWindow<A>[] = [];
		for (const start of due) {
			for (const window of this.#open.get(start)?.values() ?? []) fired.push({ ...window, end: start + this.#rules.windowMs });
			this.#open.delete(start);
		}
		this.fired += fired.length;
		return fired;
	}

	*open(): Iterable<OpenWindow<A>> {
		for (const keys of this.#open.values()) yield* keys.values();
	}

	restore(state: { watermark: number; late: number; fired: number }, open: Iterable<OpenWindow<A>>): void {
		this.#open.clear();
		this.watermark = state.watermark;
		this.late = state.late;
		this.fired = state.fired;
		for (const window of open) {
			const keys = this.#open.get(window.start) ?? new Map<string, OpenWindow<A>>();
			keys.set(window.key, window);
			this.#open.set(window.start, keys);
		}
	}
}
