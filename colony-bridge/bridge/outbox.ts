/**
 * Frames that are not known to be durable, in order, within a bound of bytes.
 *
 * A frame leaves when it is acknowledged. Frames are sent as pushes, a few unacknowledged at a time; on a new link everything the
 * cluster does not have is sent again from its last durable number. What was ever sent is never dropped: whether it arrived is not
 * known. Past the bound the oldest unsent ticks, state frames and events make room, and each run of them becomes one `gap` that
 * counts what it stands for. Series, layouts and results are never dropped: they are few, and everything else leans on them.
 */
import { LIMITS } from "../protocol/limits.ts";
import { entryOf, type Frame, frameText, gapOver, type OutboxEntry } from "./outbox-entry.ts";

export interface OutboxOptions {
	/** Bytes of frames kept. */
	bufferBytes: number;
	/** Bytes a push aims at. One frame that is larger goes alone. */
	pushBytes: number;
	/** Unacknowledged pushes on a link. */
	window: number;
}

export const DEFAULT_BUFFER_BYTES = 16_000_000;
const PUSH_BYTES = 256_000;
/** Room made when the bound is passed, so that the pass over the buffer is rare. */
const SHED_TO = 0.9;

export class Outbox {
	readonly gaps = { count: 0, samples: 0, events: 0 };
	readonly #options: OutboxOptions;
	#entries: OutboxEntry[] = [];
	/** How many entries have gone out on this link. */
	#cursor = 0;
	/** Last frame of each unacknowledged push on this link. */
	#inFlight: number[] = [];
	#bytes = 0;
	#seq = 0;
	#sent = 0;
	#acked = 0;
	/** Newest state frame that was dropped with nothing whole after it; 0: none. */
	#lostAt = 0;

	constructor(options: Partial<OutboxOptions> = {}) {
		const bufferBytes = options.bufferBytes ?? DEFAULT_BUFFER_BYTES;
		if (!(bufferBytes >= 1000)) throw new RangeError(`invalid bufferBytes ${bufferBytes}; at least 1000 bytes`);
		// Sent frames cannot be dropped, so what may be in flight takes half of a small buffer at most.
		const pushBytes = Math.min(options.pushBytes ?? PUSH_BYTES, Math.max(250, bufferBytes / 8));
		this.#options = { bufferBytes, pushBytes, window: options.window ?? 4 };
	}

	/** Newest number given out. */
	get seq(): number {
		return this.#seq;
	}
	/** Newest number the cluster has made durable. */
	get acked(): number {
		return this.#acked;
	}
	/** A state frame was dropped with nothing whole after it: the next state frame must be a full replace. */
	get stateLost(): boolean {
		return this.#lostAt > 0;
	}
	get frames(): number {
		return this.#entries.length;
	}
	get bytes(): number {
		return this.#bytes;
	}
	get inFlight(): number {
		return this.#inFlight.length;
	}

	/**
	 * @returns the frame's number; none for a state patch on a state that was dropped, which nobody could read.
	 * @throws RangeError where no push could ever carry the frame.
	 */
	put(frame: Frame): number | undefined {
		const entry = entryOf(frame, this.#seq + 1);
		if (entry.bytes > LIMITS.pushBytes) {
			throw new RangeError(`a ${frame.type} frame of ${entry.bytes} bytes is too large; a push holds ${LIMITS.pushBytes} bytes`);
		}
		if (entry.type === "state" && this.stateLost && !entry.whole) return undefined;
		this.#append(entry);
		if (this.#bytes > this.#options.bufferBytes) this.#shed();
		return entry.seq;
	}

	#append(entry: OutboxEntry): void {
		this.#seq = entry.seq;
		if (entry.whole) this.#lostAt = 0;
		this.#entries.push(entry);
		this.#bytes += entry.bytes;
	}

	/** @returns the next push for this link, or undefined where nothing waits or the window is full. */
	next(): string | undefined {
		if (this.#inFlight.length >= this.#options.window || this.#cursor >= this.#entries.length) return undefined;
		const lines: string[] = [];
		let bytes = 0;
		let last = 0;
		while (this.#cursor < this.#entries.length) {
			const entry = this.#entries[this.#cursor] as OutboxEntry;
			if (lines.length > 0 && bytes + entry.bytes > this.#options.pushBytes) break;
			lines.push(frameText(entry));
			bytes += entry.bytes;
			last = entry.seq;
			this.#cursor += 1;
		}
		this.#sent = Math.max(this.#sent, last);
		this.#inFlight.push(last);
		return lines.join("\n");
	}

	/** Everything up to `seq` is durable. @returns false where that was never sent. */
	ack(seq: number): boolean {
		if (seq > this.#sent) return false;
		if (seq <= this.#acked) return true;
		this.#acked = seq;
		let gone = 0;
		while (gone < this.#entries.length && (this.#entries[gone] as OutboxEntry).seq <= seq) {
			this.#bytes -= (this.#entries[gone] as OutboxEntry).bytes;
			gone += 1;
		}
		this.#entries.splice(0, gone);
		this.#cursor = Math.max(0, this.#cursor - gone);
		while ((this.#inFlight[0] ?? Number.POSITIVE_INFINITY) <= seq) this.#inFlight.shift();
		return true;
	}

	/** A new link, whose cluster has everything up to `lastSeq`. @returns false where that cannot be: `renew` then. */
	resume(lastSeq: number): boolean {
		if (lastSeq < this.#acked || !this.ack(lastSeq)) return false;
		this.#cursor = 0;
		this.#inFlight = [];
		return true;
	}

	/**
	 * Starts over with number 1, for a cluster that has nothing of this run. `first` comes first: series, layout and the whole state.
	 * Of what waits, samples, events and results follow; state patches do not, the base they lean on is gone.
	 */
	renew(first: Frame[]): void {
		const waiting = this.#entries.filter(({ type }) => type !== "series" && type !== "layout" && type !== "state");
		this.#entries = [];
		this.#inFlight = [];
		this.#cursor = 0;
		this.#bytes = 0;
		this.#seq = 0;
		this.#sent = 0;
		this.#acked = 0;
		this.#lostAt = 0;
		for (const frame of first) this.#append(entryOf(frame, this.#seq + 1));
		for (const entry of waiting) this.#append({ ...entry, first: this.#seq + 1, seq: this.#seq + 1 });
		if (this.#bytes > this.#options.bufferBytes) this.#shed();
	}

	/** Makes room: one pass, oldest unsent first. */
	#shed(): void {
		const target = this.#options.bufferBytes * SHED_TO;
		const kept: OutboxEntry[] = [];
		for (const entry of this.#entries) {
			const { type } = entry;
			if (entry.whole && entry.seq > this.#lostAt) this.#lostAt = 0;
			const droppable = entry.seq > this.#sent && (type === "tick" || type === "state" || type === "events");
			// A patch on a state that is not there would be a lie, so patches go with what they lean on.
			const leans = type === "state" && !entry.whole && this.#lostAt > 0 && entry.seq > this.#lostAt;
			if (!droppable || (this.#bytes <= target && !leans)) {
				kept.push(entry);
				continue;
			}
			if (type === "state") this.#lostAt = Math.max(this.#lostAt, entry.seq);
			this.gaps.samples += entry.samples;
			this.gaps.events += entry.events;
			const before = kept.at(-1);
			const merges = before?.type === "gap" && before.seq > this.#sent;
			const gap = gapOver(merges ? before : undefined, entry);
			if (merges) {
				kept[kept.length - 1] = gap;
			} else {
				kept.push(gap);
				this.gaps.count += 1;
			}
			this.#bytes += gap.bytes - entry.bytes - (merges ? before.bytes : 0);
		}
		this.#entries = kept;
	}
}
