/**
 * Unacknowledged frames, bounded in bytes: in memory, and on disk where there is a spool.
 *
 * A frame is numbered when it is sent (`waiting.ts` has the order) and removed when it is acknowledged. Frames are sent as pushes, a few
 * unacknowledged at a time; a new link resends everything after the cluster's last durable number. Numbered frames are never dropped, because
 * only the next link shows whether they arrived. Past the bound the oldest unnumbered ticks and events are evicted, and one `gap` frame counts
 * the dropped range. If state patches were evicted, the next state is sent whole. Series, layouts and results are never evicted: they are few,
 * and other frames depend on them.
 */
import { LIMITS } from "../../protocol/wire/limits.ts";
import {
	type Dropped,
	dropped,
	entryOf,
	type Frame,
	frameText,
	gapEntry,
	type OutboxEntry,
	oldestTaken,
	outlives,
} from "./outbox-entry.ts";
import type { Spool } from "./spool.ts";
import { LANES, laneOf, Waiting } from "./waiting.ts";

/** Eviction frees a share of the bound, so that it is rare, but not so much that it takes long. */
const EVICT_TO = 0.9;
const EVICTED_BYTES = 8_000_000;

export class Outbox {
	readonly gaps = { count: 0, samples: 0, events: 0 };
	/** Lead of the bridge's clock over the cluster's, ms, for frames numbered from now on. */
	skewMs = 0;
	readonly #options: ReturnType<typeof outboxOptions>;
	readonly #spool: Spool | undefined;
	#waiting = new Waiting();
	/** Numbered frames, oldest first. */
	#numbered: OutboxEntry[] = [];
	/** Number of those sent on this link. */
	#cursor = 0;
	/** Last frame of each unacknowledged push on this link. */
	#inFlight: number[] = [];
	/** Bytes of text in memory. */
	#bytes = 0;
	#lastId = 0;
	#seq = 0;
	#acked = 0;
	#stateLost = false;
	/** Dropped range that no gap frame has reported yet. */
	#dropped: Dropped | undefined;

	constructor(options: Partial<OutboxOptions> = {}) {
		this.#options = outboxOptions(options);
		this.#spool = options.spool;
		this.#recover();
	}

	/** Newest number assigned. */
	get seq(): number {
		return this.#seq;
	}
	/** Newest number the cluster has made durable. */
	get acked(): number {
		return this.#acked;
	}
	/** State was evicted: the next state frame must be a full replace. */
	get stateLost(): boolean {
		return this.#stateLost;
	}
	get frames(): number {
		return this.#numbered.length + this.#waiting.size + (this.#dropped ? 1 : 0);
	}
	/** Bytes of the frames in memory. */
	get bytes(): number {
		return this.#bytes;
	}
	get inFlight(): number {
		return this.#inFlight.length;
	}

	/**
	 * @returns false for a patch on an evicted state, which could not be applied.
	 * @throws RangeError if the frame is larger than a push.
	 */
	put(frame: Frame): boolean {
		const entry = entryOf(frame, this.#lastId + 1);
		if (entry.bytes > LIMITS.pushBytes) {
			throw new RangeError(`a ${frame.type} frame of ${entry.bytes} bytes is too large; a push holds ${LIMITS.pushBytes} bytes`);
		}
		if (entry.type === "state" && this.#stateLost && !entry.whole) return false;
		this.#append(entry);
		this.#bound();
		return true;
	}

	#append(entry: OutboxEntry): void {
		this.#lastId = entry.id;
		if (entry.whole) {
			this.#stateLost = false;
			for (const old of this.#waiting.clear("state")) this.#release(old);
		}
		this.#waiting.add(entry);
		this.#bytes += entry.bytes;
		this.#spool?.put(entry);
	}

	/** The entry is acknowledged, or void. */
	#release(entry: OutboxEntry): void {
		if (inMemory(entry)) this.#bytes -= entry.bytes;
		this.#spool?.release(entry);
	}

	/** @returns the next push for this link; undefined if no frame waits or the window is full. */
	next(now = Date.now()): string | undefined {
		if (this.#inFlight.length >= this.#options.window) return undefined;
		if (this.#cursor >= this.#numbered.length) this.#number(now);
		const lines: string[] = [];
		let bytes = 0;
		let last = 0;
		while (this.#cursor < this.#numbered.length) {
			const entry = this.#numbered[this.#cursor] as OutboxEntry;
			if (lines.length > 0 && bytes + entry.bytes > this.#options.pushBytes) break;
			lines.push(frameText(entry, this.#textOf(entry)));
			bytes += entry.bytes;
			last = entry.seq as number;
			this.#cursor += 1;
		}
		if (lines.length === 0) return undefined;
		this.#inFlight.push(last);
		return lines.join("\n");
	}

	/** A frame that the disk cannot return becomes a gap. */
	#textOf(entry: OutboxEntry): string {
		if (inMemory(entry) || !this.#spool) return entry.rest ?? "";
		try {
			return this.#spool.read(entry);
		} catch {
			this.#giveUp(entry);
			return "";
		}
	}

	/** Sends a numbered frame as a gap. */
	#giveUp(entry: OutboxEntry): void {
		entry.type = "gap";
		this.gaps.count += 1;
		this.gaps.samples += entry.samples;
		this.gaps.events += entry.events;
	}

	/** Numbers the frames of the next push. Numbers are written to disk first, so that a killed bridge resumes with the same ones. */
	#number(now: number): void {
		for (const tick of this.#waiting.ticksBefore(oldestTaken(now))) this.#drop(tick);
		const gap = this.#dropped && gapEntry(this.#dropped, this.#lastId + 1);
		const taken = this.#waiting.take(this.#options.pushBytes - (gap?.bytes ?? 0));
		if (gap) {
			taken.unshift(gap);
			this.#lastId = gap.id;
			this.#bytes += gap.bytes;
			this.#spool?.put(gap);
			this.#dropped = undefined;
		}
		if (taken.length === 0) return;
		for (const entry of taken) {
			entry.seq = ++this.#seq;
			entry.skewMs = this.skewMs;
			this.#numbered.push(entry);
			this.#options.onNumbered?.(entry);
		}
		this.#spool?.number(taken);
		if (this.#waiting.caughtUp()) this.#stateLost = true;
	}

	/** Everything up to `seq` is durable. @returns false if `seq` was never sent. */
	ack(seq: number): boolean {
		if (seq > this.#seq) return false;
		if (seq <= this.#acked) return true;
		this.#acked = seq;
		let acknowledged = 0;
		while (acknowledged < this.#numbered.length && ((this.#numbered[acknowledged] as OutboxEntry).seq as number) <= seq) acknowledged += 1;
		this.#spool?.ack(seq);
		for (const entry of this.#numbered.splice(0, acknowledged)) this.#release(entry);
		this.#cursor = Math.max(0, this.#cursor - acknowledged);
		while ((this.#inFlight[0] ?? Number.POSITIVE_INFINITY) <= seq) this.#inFlight.shift();
		return true;
	}

	/**
	 * Resumes on a new link after `lastSeq`. Ticks in flight that have become too old become gaps.
	 * @returns false if the cluster has lost frames: call `renew`.
	 */
	resume(lastSeq: number, now = Date.now()): boolean {
		const missing = (this.#numbered[0]?.seq ?? this.#seq + 1) - 1 > lastSeq;
		if (missing || lastSeq < this.#acked || !this.ack(lastSeq)) return false;
		this.#cursor = 0;
		this.#inFlight = [];
		for (const entry of this.#numbered) if (entry.type === "tick" && entry.until < oldestTaken(now)) this.#giveUp(entry);
		return true;
	}

	/**
	 * Restarts at number 1, in an epoch that the cluster will assign. `first` (series, layout, whole state) is sent first, then the waiting
	 * samples, events and results. State patches are void, because their base is gone.
	 */
	renew(first: Frame[]): void {
		const before = [...this.#numbered, ...this.#waiting.all()];
		this.#numbered = [];
		this.#waiting = new Waiting();
		this.#inFlight = [];
		this.#cursor = 0;
		this.#seq = 0;
		this.#acked = 0;
		this.#stateLost = false;
		for (const entry of before) {
			if (entry.type === "gap") this.#dropped = dropped(this.#dropped, entry);
			if (!outlives(entry)) this.#release(entry);
		}
		this.#spool?.renew();
		for (const frame of first) this.#append(entryOf(frame, this.#lastId + 1));
		for (const entry of before) {
			if (!outlives(entry)) continue;
			delete entry.seq;
			this.#waiting.add(entry);
		}
		if (this.#dropped) this.#spool?.drop(this.#dropped, this.gaps);
		this.#bound();
	}

	/** The cluster has assigned the epoch; no frame is numbered yet. */
	begin(epoch: number): void {
		this.#spool?.begin(epoch);
	}

	#bound(): void {
		const { bufferBytes } = this.#options;
		const spool = this.#spool;
		if (spool && spool.bytes > spool.maxBytes) this.#evict(() => spool.bytes, spool.maxBytes);
		if (this.#bytes > bufferBytes && spool?.commit()) for (const entry of this.#waiting.all()) this.#leaveToDisk(entry);
		if (this.#bytes > bufferBytes) this.#evict(() => this.#bytes, bufferBytes);
	}

	#leaveToDisk(entry: OutboxEntry): void {
		if (!entry.stored || entry.rest === undefined) return;
		this.#bytes -= entry.bytes;
		delete entry.rest;
	}

	/** Evicts the oldest ticks and events; before them state patches if they are many, because the next whole state replaces them. */
	#evict(held: () => number, bound: number): void {
		let stateBytes = 0;
		for (const { type, bytes } of this.#waiting.all()) if (type === "state") stateBytes += bytes;
		if (stateBytes > bound / 4) this.#loseState();
		const floor = Math.max(bound * EVICT_TO, bound - EVICTED_BYTES);
		while (held() > floor) {
			const entry = this.#waiting.oldest();
			if (!entry) return;
			this.#drop(entry);
		}
	}

	#loseState(): void {
		const removed = this.#waiting.clear("state");
		for (const entry of removed) this.#release(entry);
		this.#stateLost ||= removed.length > 0;
	}

	#drop(entry: OutboxEntry): void {
		if (!this.#dropped) this.gaps.count += 1;
		this.gaps.samples += entry.samples;
		this.gaps.events += entry.events;
		this.#dropped = dropped(this.#dropped, entry);
		this.#release(entry);
		this.#spool?.drop(this.#dropped, this.gaps);
	}

	/** Restores the frames of an earlier process from disk. */
	#recover(): void {
		const found = this.#spool?.recovered;
		if (!found) return;
		this.#seq = found.seq;
		this.#lastId = found.lastId;
		this.#dropped = found.dropped;
		Object.assign(this.gaps, found.gaps);
		this.#numbered = found.numbered;
		for (const entry of found.numbered) if (entry.type === "gap") this.#bytes += entry.bytes;
		for (const lane of LANES) for (const entry of found.waiting) if (laneOf(entry) === lane) this.#waiting.add(entry);
		// This process does not know the state sent before, so its first state is whole.
		this.#loseState();
		this.#stateLost = true;
	}
}

function inMemory({ rest, type }: OutboxEntry): boolean {
	return rest !== undefined || type === "gap";
}

interface OutboxOptions {
	/** Bytes of frames kept in memory. */
	bufferBytes: number;
	/** Bytes a push aims at. One frame that is larger goes alone. */
	pushBytes: number;
	/** Unacknowledged pushes on a link. */
	window: number;
	/** Keeps frames beyond memory and beyond the process. */
	spool: Spool;
	/** A frame got its number. */
	onNumbered(entry: OutboxEntry): void;
}

export const DEFAULT_BUFFER_BYTES = 16_000_000;
const PUSH_BYTES = 256_000;
/** Few pushes in flight, so that new frames wait for few old ones while a backlog is sent. */
const WINDOW = 2;

/** @throws RangeError where the buffer could not work. */
function outboxOptions(
	given: Partial<OutboxOptions>,
): Partial<OutboxOptions> & Pick<OutboxOptions, "bufferBytes" | "pushBytes" | "window"> {
	const bufferBytes = given.bufferBytes ?? DEFAULT_BUFFER_BYTES;
	if (!(bufferBytes >= 1000)) throw new RangeError(`invalid bufferBytes ${bufferBytes}; at least 1000 bytes`);
	// Numbered frames cannot be dropped, so what may be in flight takes half of a small buffer at most.
	const pushBytes = Math.min(given.pushBytes ?? PUSH_BYTES, Math.max(250, bufferBytes / 8));
	return { ...given, bufferBytes, pushBytes, window: given.window ?? WINDOW };
}
