/**
 * Frames that are not known to be durable, within a bound of bytes: in memory, or behind it on disk.
 *
 * A frame gets its number when it goes out (see `waiting.ts` for the order), keeps it, and leaves when it is acknowledged. Frames are sent as
 * pushes, a few unacknowledged at a time; on a new link everything the cluster does not have is sent again from its last durable number. What
 * has a number is never dropped, for whether it arrived is not known before the next link. Past the bound the oldest ticks and events without
 * one make room, and what was dropped goes out as one `gap` that counts it. Of the state only the newest is worth keeping: where patches of it
 * had to go, the next one is whole. Series, layouts and results are never dropped: they are few, and everything else leans on them.
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

/** Room made when the bound is passed, so that it is rarely passed. */
const SHED_TO = 0.9;

export class Outbox {
	readonly gaps = { count: 0, samples: 0, events: 0 };
	/** What the bridge's clock is ahead of the cluster's, ms: for the frames that get their number from now on. */
	skewMs = 0;
	readonly #options: ReturnType<typeof outboxOptions>;
	readonly #spool: Spool | undefined;
	#waiting = new Waiting();
	/** With a number, oldest first. */
	#numbered: OutboxEntry[] = [];
	/** How many of those have gone out on this link. */
	#cursor = 0;
	/** Last frame of each unacknowledged push on this link. */
	#inFlight: number[] = [];
	/** Of the text in memory. */
	#bytes = 0;
	#lastId = 0;
	#seq = 0;
	#acked = 0;
	#stateLost = false;
	/** Dropped and not yet said. */
	#dropped: Dropped | undefined;

	constructor(options: Partial<OutboxOptions> = {}) {
		this.#options = outboxOptions(options);
		this.#spool = options.spool;
		this.#recover();
	}

	/** Newest number given out. */
	get seq(): number {
		return this.#seq;
	}
	/** Newest number the cluster has made durable. */
	get acked(): number {
		return this.#acked;
	}
	/** State was dropped with nothing whole after it: the next state frame must be a full replace. */
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
	 * @param position how far what the colony has said reaches with it: kept with the frame, where there is a spool.
	 * @returns false for a state patch on a state that was dropped, which nobody could read.
	 * @throws RangeError where no push could ever carry the frame.
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

	/** It is durable in the cluster, or void. */
	#release(entry: OutboxEntry): void {
		if (entry.rest !== undefined || entry.type === "gap") this.#bytes -= entry.bytes;
		this.#spool?.release(entry);
	}

	/** @returns the next push for this link, or undefined where nothing waits or the window is full. */
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

	/** What the disk does not give back is a gap. */
	#textOf(entry: OutboxEntry): string {
		if (entry.rest !== undefined || entry.type === "gap" || !this.#spool) return entry.rest ?? "";
		try {
			return this.#spool.read(entry);
		} catch {
			this.#giveUp(entry);
			return "";
		}
	}

	/** It has its number, and goes as a gap under it. */
	#giveUp(entry: OutboxEntry): void {
		entry.type = "gap";
		this.gaps.count += 1;
		this.gaps.samples += entry.samples;
		this.gaps.events += entry.events;
	}

	/** Gives numbers to what the next push takes. On disk first: after a kill the same frames have the same numbers. */
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

	/** Everything up to `seq` is durable. @returns false where that was never sent. */
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
	 * A new link, whose cluster has everything up to `lastSeq` and nothing after it: ticks that were on the way and have become too old are
	 * gaps. @returns false where that cannot be: `renew` then.
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
	 * Starts over with number 1, for a run that the cluster will name. `first` comes first: series, layout and the whole state.
	 * Of what waits, samples, events and results follow; state patches do not, the base they lean on is gone.
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

	/** The cluster has named the run, of which nothing has a number yet. */
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
		// Old patches of the state are worth less than samples: the newest state says all.
		let stateBytes = 0;
		for (const { type, bytes } of this.#waiting.all()) if (type === "state") stateBytes += bytes;
		if (stateBytes > bufferBytes / 4) this.#loseState();
		const gone: OutboxEntry[] = [];
		let bytes = this.#bytes;
		while (bytes > bufferBytes * SHED_TO) {
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

	/** The oldest stretch of the spool makes room: what may not be dropped is written again at its end. */
	#leaveOldestSegment(spool: Spool): void {
		const through = spool.lastIdOfOldest;
		// Later patches lean on the ones that go.
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

	/** What a process before this one left on disk. */
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
		// The process that speaks now does not know what was said: its first state is whole.
		this.#loseState();
		this.#stateLost = true;
	}
}
