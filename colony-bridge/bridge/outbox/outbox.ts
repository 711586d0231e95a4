/**
 * Unacknowledged frames, bounded in bytes: in memory, and on disk where there is a spool.
 *
 * A frame is numbered when it is sent (`waiting.ts` has the order) and removed when it is acknowledged. Frames are sent as pushes, a few
 * unacknowledged at a time; a new link resends everything after the cluster's last durable number. Numbered frames are never dropped, because
 * only the next link tells whether they arrived. Past the bound the oldest unnumbered ticks and events are evicted, and one `gap` frame counts
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
import { type OutboxOptions, outboxOptions } from "./outbox-options.ts";
import type { Spool } from "./spool.ts";
import { LANES, type LaneName, laneOf, Waiting } from "./waiting.ts";

/** Evict down to this share of the bound, so that eviction is rare. */
const EVICT_TO = 0.9;

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
	/** Of the frames in memory. */
	get bytes(): number {
		return this.#bytes;
	}
	get inFlight(): number {
		return this.#inFlight.length;
	}

	/**
	 * @param position the colony's read position after this frame, kept in the spool.
	 * @returns false for a patch on an evicted state, which could not be applied.
	 * @throws RangeError if the frame is larger than a push.
	 */
	put(frame: Frame, position?: unknown): boolean {
		const entry = entryOf(frame, this.#lastId + 1);
		if (entry.bytes > LIMITS.pushBytes) {
			throw new RangeError(`a ${frame.type} frame of ${entry.bytes} bytes is too large; a push holds ${LIMITS.pushBytes} bytes`);
		}
		if (entry.type === "state" && this.#stateLost && !entry.whole) return false;
		this.#append(entry, position);
		this.#bound();
		return true;
	}

	#append(entry: OutboxEntry, position?: unknown): void {
		this.#lastId = entry.id;
		if (entry.whole) {
			this.#stateLost = false;
			for (const old of this.#waiting.clear("state")) this.#release(old);
		}
		this.#waiting.add(entry);
		this.#bytes += entry.bytes;
		const kept = this.#spool?.put(entry, position);
		if (kept && this.#bytes > this.#options.bufferBytes) this.#leaveToDisk(entry);
	}

	#leaveToDisk(entry: OutboxEntry): void {
		if (entry.rest === undefined) return;
		this.#bytes -= entry.bytes;
		delete entry.rest;
	}

	/** The entry is acknowledged, or void. */
	#release(entry: OutboxEntry): void {
		if (entry.rest !== undefined || entry.type === "gap") this.#bytes -= entry.bytes;
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
		if (entry.rest !== undefined || entry.type === "gap" || !this.#spool) return entry.rest ?? "";
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
		const tooOld = this.#waiting.ticksBefore(oldestTaken(now));
		if (tooOld.length > 0) this.#drop(tooOld, ["ticks"]);
		const gap = this.#dropped && gapEntry(this.#dropped);
		const taken = this.#waiting.take(this.#options.pushBytes - (gap?.bytes ?? 0));
		if (gap) {
			taken.unshift(gap);
			this.#bytes += gap.bytes;
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
		let gone = 0;
		while (gone < this.#numbered.length && ((this.#numbered[gone] as OutboxEntry).seq as number) <= seq) gone += 1;
		for (const entry of this.#numbered.splice(0, gone)) this.#release(entry);
		this.#cursor = Math.max(0, this.#cursor - gone);
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
		this.#spool?.renew(first, this.#acked);
		const before = [...this.#numbered, ...this.#waiting.all()];
		this.#numbered = [];
		this.#waiting = new Waiting();
		this.#inFlight = [];
		this.#cursor = 0;
		this.#seq = 0;
		this.#acked = 0;
		this.#stateLost = false;
		for (const frame of first) this.#append(entryOf(frame, this.#lastId + 1));
		for (const entry of before) {
			if (entry.type === "gap") this.#dropped = dropped(this.#dropped, entry);
			if (outlives(entry)) {
				delete entry.seq;
				this.#waiting.add(entry);
			} else this.#release(entry);
		}
		if (this.#dropped) this.#spool?.drop(this.#dropped, this.gaps, 0, []);
		this.#bound();
	}

	/** The cluster has assigned the epoch; no frame is numbered yet. */
	begin(epoch: number): void {
		this.#spool?.begin(epoch);
	}

	#bound(): void {
		const { bufferBytes } = this.#options;
		if (this.#spool) {
			for (let left = this.#spool.segments; left > 0 && this.#spool.overflows; left--) this.#leaveOldestSegment(this.#spool);
			if (this.#bytes > bufferBytes) for (const entry of this.#waiting.all()) if (entry.place) this.#leaveToDisk(entry);
		}
		if (this.#bytes <= bufferBytes) return;
		// State patches are evicted before samples: the next whole state replaces them.
		let stateBytes = 0;
		for (const { type, bytes } of this.#waiting.all()) if (type === "state") stateBytes += bytes;
		if (stateBytes > bufferBytes / 4) this.#loseState();
		const gone: OutboxEntry[] = [];
		let bytes = this.#bytes;
		while (bytes > bufferBytes * EVICT_TO) {
			const entry = this.#waiting.oldest();
			if (!entry) break;
			gone.push(entry);
			if (entry.rest !== undefined) bytes -= entry.bytes;
		}
		this.#drop(gone, ["events", "ticks"]);
	}

	#loseState(): void {
		const gone = this.#waiting.clear("state");
		for (const entry of gone) this.#release(entry);
		this.#stateLost ||= gone.length > 0;
	}

	/** Evicts the oldest segment of the spool. Frames that may not be dropped are rewritten at its end. */
	#leaveOldestSegment(spool: Spool): void {
		const through = spool.lastIdOfOldest;
		// Later patches depend on the evicted ones.
		if ((this.#waiting.firstOf("state")?.id ?? Number.POSITIVE_INFINITY) <= through) this.#loseState();
		this.#drop([...this.#waiting.through("events", through), ...this.#waiting.through("ticks", through)], ["events", "ticks"]);
		// Collected before the first is moved: with the last of them the next segment becomes the oldest.
		for (const entry of [...this.#numbered, ...this.#waiting.all()].filter((each) => spool.inOldest(each))) spool.move(entry);
	}

	#drop(entries: readonly OutboxEntry[], lanes: LaneName[]): void {
		if (entries.length === 0) return;
		if (!this.#dropped) this.gaps.count += 1;
		for (const entry of entries) {
			this.gaps.samples += entry.samples;
			this.gaps.events += entry.events;
			this.#dropped = dropped(this.#dropped, entry);
		}
		this.#spool?.drop(this.#dropped as Dropped, this.gaps, Math.max(...entries.map(({ id }) => id)), lanes);
		for (const entry of entries) this.#release(entry);
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
