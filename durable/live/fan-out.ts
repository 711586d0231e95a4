/**
 * One text to many viewers: to the first of them at once, to the others in slices, each in a turn of its own. So neither the acknowledgement of
 * a push nor another client waits for the last of many viewers.
 */
import type { Viewer } from "./viewer.ts";

/** Messages and characters at once, and of each slice after that: some 10 ms and 50 ms. */
const FIRST = { messages: 32, chars: 256_000 } as const;
const SLICE = { messages: 128, chars: 1_000_000 } as const;

interface Waiting {
	text: string;
	viewers: Set<Viewer>;
}

interface FanOutHost {
	now(): number;
	defer(work: () => void, ms: number): void;
}

export class FanOut {
	readonly #host: FanOutHost;
	/** Oldest first: each viewer is sent its texts in this order. */
	readonly #waiting: Waiting[] = [];
	#room = { messages: 0, chars: 0 };
	#going = false;
	#begunAt = 0;
	/** From the beginning of the last round until its last viewer was sent it, ms. */
	tookMs = 0;

	constructor(host: FanOutHost) {
		this.#host = host;
	}

	/** False: every viewer has been sent what there was. */
	get isBusy(): boolean {
		return this.#waiting.length > 0;
	}

	/** A round begins, in a turn of its own. */
	begin(): void {
		this.#room = { ...FIRST };
		this.#begunAt = this.#host.now();
		this.tookMs = 0;
	}

	send(text: string, viewers: Iterable<Viewer>): void {
		const later = new Set<Viewer>();
		for (const viewer of viewers) {
			if (this.isBusy || !this.#take(text)) later.add(viewer);
			else viewer.send(text);
		}
		if (later.size === 0) return;
		this.#waiting.push({ text, viewers: later });
		this.#goOn();
	}

	/** Sends this viewer all that waits for it: the next it is sent builds on that. */
	catchUp(viewer: Viewer): void {
		for (const { text, viewers } of this.#waiting) if (viewers.delete(viewer)) viewer.send(text);
	}

	#take(text: string): boolean {
		if (this.#room.messages <= 0 || this.#room.chars <= 0) return false;
		this.#room.messages--;
		this.#room.chars -= text.length;
		return true;
	}

	#goOn(): void {
		if (this.#going) return;
		this.#going = true;
		this.#host.defer(() => {
			this.#going = false;
			this.#room = { ...SLICE };
			this.#slice();
			this.tookMs = this.#host.now() - this.#begunAt;
			if (this.isBusy) this.#goOn();
		}, 0);
	}

	#slice(): void {
		for (let oldest = this.#waiting[0]; oldest; oldest = this.#waiting[0]) {
			for (const viewer of oldest.viewers) {
				if (!this.#take(oldest.text)) return;
				oldest.viewers.delete(viewer);
				viewer.send(oldest.text);
			}
			this.#waiting.shift();
		}
	}
}
