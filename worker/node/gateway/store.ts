/**
 * Frames of local bridges that the dashboard has not acknowledged, in one SQLite file, by bridge, run and number. A frame is on disk when its
 * transaction ends (WAL, synchronous=FULL), so that an acknowledgement survives a kill and a power cut.
 */
import { randomUUID } from "node:crypto";
import type { StoredLine, StoredSize } from "../../../colony-bridge/bridge/outbox/stored-frames.ts";
import { MOST_BRIDGES, type Names } from "../../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { Hello, UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import { createPart, type Sql } from "../../../durable/storage/sql.ts";
import { NewerVersion } from "../../../durable/storage/storage-fault.ts";
import { condense, gapOf, gapped } from "./condense.ts";
import { BATCH_BYTES, Frames, type Line } from "./frames.ts";
import { GATEWAY, type Run, type RunRow } from "./runs.ts";

/** Share of the bound that eviction frees, so that it is rare, and the most bytes it frees at once. */
const EVICTED_SHARE = 0.1;
const EVICTED_BYTES = 8_000_000;

/** Bridges checked at each goodbye past the bound for one to forget. */
const CHECKED_AT_ONCE = 8;

export class Store {
	/** Frames evicted into gaps since this process began. */
	evicted = 0;
	readonly maxBytes: number;
	/** Which gateway this is: to the dashboard it holds the names of its bridges. */
	readonly instance: string;
	readonly #sql: Sql;
	readonly #frames: Frames;
	/** Runs of each bridge, oldest first; the last is current. */
	readonly #runs = new Map<string, Run[]>();
	/** Bridges whose newest run has sent goodbye. */
	readonly #goneBridges = new Set<string>();
	#bytes = 0;
	#writing = false;
	/** Newest id of a run. None is given twice, though its row may be gone: whoever knows the run of before would take the other for it. */
	#lastId = 0;

	/** @param maxBytes of frames held. */
	constructor(sql: Sql, maxBytes: number) {
		this.#sql = sql;
		this.maxBytes = maxBytes;
		sql.transaction(() => {
			createPart(sql, GATEWAY);
			sql.run("INSERT OR IGNORE INTO gateway (id, instance) VALUES (0, ?)", randomUUID());
		});
		this.instance = sql.all<{ instance: string }>("SELECT instance FROM gateway")[0]?.instance as string;
		this.#frames = new Frames(sql);
		this.#read();
	}

	/** Everything inside is written together, or nothing is where `work` throws. */
	together<T>(work: () => T): T {
		if (this.#writing) return work();
		const { evicted } = this;
		this.#writing = true;
		try {
			return this.#sql.transaction(work);
		} catch (error) {
			this.evicted = evicted;
			this.#read();
			throw error;
		} finally {
			this.#writing = false;
		}
	}

	/** Reads the state from disk. Runs stay the same objects. */
	#read(): void {
		const held = this.#frames.held();
		for (const { protocol } of held.values())
			if (protocol > PROTOCOL_VERSION) throw new NewerVersion("its frames", protocol, PROTOCOL_VERSION);
		const existing = new Map([...this.#runs.values()].flat().map((run) => [run.id, run]));
		this.#runs.clear();
		this.#goneBridges.clear();
		this.#bytes = 0;
		for (const row of this.#sql.all<RunRow>("SELECT * FROM runs ORDER BY epoch")) {
			this.#lastId = Math.max(this.#lastId, row.id);
			const { before, ...rest } = row;
			const whole = {
				...rest,
				hello: JSON.parse(row.hello) as Hello,
				lost: row.lost === 1,
				gone: row.gone === 1,
				...(before !== null && { before: JSON.parse(before) as NonNullable<Run["before"]> }),
				frames: held.get(row.id)?.frames ?? 0,
				bytes: held.get(row.id)?.bytes ?? 0,
			};
			this.#add(Object.assign(existing.get(row.id) ?? { heardAt: Date.now() }, whole));
		}
	}

	/** Those that hold a name, and those that have sent goodbye: as many again, while the dashboard does not take their frames. */
	get takesNames(): boolean {
		return this.#runs.size < 2 * MOST_BRIDGES;
	}

	/** Names of all bridges. */
	get bridges(): Iterable<string> {
		return this.#runs.keys();
	}

	/** The newest run of each, which a hello is checked against: of those that hold a name, and of those that have sent goodbye. */
	get links(): Names["links"] {
		return { size: this.#runs.size - this.#goneBridges.size, get: (bridge) => linkOf(this.newest(bridge), false) };
	}
	get forgotten(): Names["forgotten"] {
		return { get: (bridge) => linkOf(this.newest(bridge), true) };
	}

	get held(): StoredSize {
		let frames = 0;
		for (const runs of this.#runs.values()) for (const run of runs) frames += run.frames;
		return { frames, bytes: this.#bytes };
	}

	newest(bridge: string): Run | undefined {
		return this.#runs.get(bridge)?.at(-1);
	}

	/** The run to be forwarded: the oldest with frames, else the newest. */
	due(bridge: string): Run | undefined {
		const runs = this.#runs.get(bridge);
		// A run that has to begin anew may still turn out to be whole: its gap waits for the run after it.
		return runs?.find((run, i) => run.frames > 0 && !(run.lost && i === runs.length - 1)) ?? runs?.at(-1);
	}

	/** Takes a hello, which begins a new run or changes the current one. Earlier runs without frames are forgotten. */
	enter(hello: Hello): Run {
		const { bridge, epoch } = hello;
		const run = this.newest(bridge);
		if (run) run.heardAt = Date.now();
		if (run?.epoch === epoch) {
			const { sent: _, ...before } = run.hello;
			const { sent: __, ...now } = hello;
			run.hello = hello;
			if (JSON.stringify(before) !== JSON.stringify(now)) {
				this.#sql.run("UPDATE runs SET hello = ? WHERE id = ?", JSON.stringify(hello), run.id);
			}
			return run;
		}
		const runs = this.#runs.get(bridge) ?? [];
		const before = run && (run.last > 0 ? { epoch: run.epoch, seq: run.last } : run.before);
		const id = ++this.#lastId;
		this.together(() => {
			for (const old of runs) if (old.frames === 0) this.#sql.run("DELETE FROM runs WHERE id = ?", old.id);
			const text = "INSERT INTO runs (id, bridge, epoch, hello, last, acked, lost, before) VALUES (?, ?, ?, ?, 0, 0, 0, ?)";
			this.#sql.run(text, id, bridge, epoch, JSON.stringify(hello), before ? JSON.stringify(before) : null);
		});
		const left = runs.filter(({ frames }) => frames > 0);
		this.#runs.set(bridge, left);
		const fresh = { last: 0, upstream: 0, acked: 0, lost: false, gone: false, ...(before && { before }), ...NOTHING };
		return this.#add({ id, bridge, epoch, hello, heardAt: Date.now(), ...fresh });
	}

	/** The dashboard has given the run a number of its own. */
	name(run: Run, upstream: number): void {
		this.#sql.run("UPDATE runs SET upstream = ? WHERE id = ?", upstream, run.id);
		run.upstream = upstream;
	}

	/** The bridge has sent goodbye. Of those that have, some with nothing left are forgotten past a bound. */
	end(run: Run): void {
		this.#sql.run("UPDATE runs SET gone = 1 WHERE id = ?", run.id);
		run.gone = true;
		this.#goneBridges.add(run.bridge);
		let left = CHECKED_AT_ONCE;
		for (const bridge of this.#goneBridges) {
			if (this.#goneBridges.size <= MOST_BRIDGES || left-- === 0) break;
			if (!this.holds(bridge)) this.forget(bridge);
			// To the end, so that the next look is at others.
			else if (this.#goneBridges.delete(bridge)) this.#goneBridges.add(bridge);
		}
	}

	/** True if frames of the bridge are unacknowledged. */
	holds(bridge: string): boolean {
		return this.#runs.get(bridge)?.some(({ frames }) => frames > 0) ?? false;
	}

	/** A bridge of which nothing is held. */
	forget(bridge: string): void {
		this.#sql.run("DELETE FROM runs WHERE bridge = ?", bridge);
		this.#runs.delete(bridge);
		this.#goneBridges.delete(bridge);
	}

	/**
	 * Takes frames that follow the last one taken. Past the bound the oldest frames of the largest runs are evicted.
	 * @param sent of that bridge's run: what has gone out and may have arrived already stays as it is.
	 */
	take(run: Run, lines: readonly Line[], sent: (run: Run) => number): void {
		const last = lines.at(-1)?.frame.seq ?? run.last;
		const bytes = this.together(() => {
			this.#sql.run("UPDATE runs SET last = ? WHERE id = ?", last, run.id);
			return lines.reduce((sum, { frame, text }) => sum + this.#frames.put(run.id, frame, text), 0);
		});
		run.last = last;
		this.#count(run, lines.length, bytes);
		if (this.#bytes <= this.maxBytes) return;
		const runs = [...this.#runs.values()].flat().sort((a, b) => b.bytes - a.bytes);
		for (const each of runs) this.#evict(each, sent(each));
	}

	/** Eviction could not free enough: bridges must keep their frames until the dashboard has taken some. */
	get full(): boolean {
		return this.#bytes > this.maxBytes * (1 + EVICTED_SHARE);
	}

	/**
	 * Frames after `seq`, `bytes` of them, one at least.
	 * @param before the dashboard refuses ticks of earlier: from `seq` on they become gaps that count them.
	 */
	next(run: Run, seq: number, bytes: number, before = Number.NEGATIVE_INFINITY): StoredLine[] {
		const lines = this.#frames.next(run.id, seq, bytes);
		if (!lines.some(({ at }) => at !== null && at < before)) return lines;
		this.#age(run, seq, before);
		return this.#frames.next(run.id, seq, bytes);
	}

	/** The dashboard has everything of the run up to `seq`. */
	ack(run: Run, seq: number): void {
		if (seq <= run.acked) return;
		const superseded = this.together(() => {
			const gone = this.#frames.heldOf(run.id, seq);
			this.#frames.removeThrough(run.id, seq);
			this.#sql.run("UPDATE runs SET acked = ? WHERE id = ?", seq, run.id);
			return gone;
		});
		run.acked = seq;
		this.#count(run, -superseded.frames, -superseded.bytes);
	}

	/** The dashboard has lost what it had of the run. What is held leans on that: it becomes a gap. */
	lose(run: Run): void {
		const gap = gapOf(this.#every(run));
		this.#clear(run, { last: run.last, lost: true }, gap && [{ ...gap, first: 1 }]);
		this.name(run, 0);
	}

	/** The bridge has every frame of a lost run itself and sends them again, from the first. */
	beginAgain(run: Run): void {
		this.#clear(run, { last: 0, lost: false });
	}

	/** Nobody will take its frames any more: whoever goes on in this run has to begin a new one. */
	discard(run: Run): void {
		this.#clear(run, { last: run.last, lost: true });
	}

	/** @param instead stands for all that was held. */
	#clear(run: Run, { last, lost }: Pick<Run, "last" | "lost">, instead: readonly UpFrame[] = []): void {
		this.together(() => {
			this.#frames.removeThrough(run.id);
			this.#frames.replace(run.id, [], instead);
			this.#sql.run("UPDATE runs SET last = ?, acked = 0, lost = ? WHERE id = ?", last, lost ? 1 : 0, run.id);
		});
		if (instead.length > 0) this.evicted += run.frames;
		Object.assign(run, { last, acked: 0, lost });
		this.#recount(run);
	}

	/** Evicts the oldest unsent frames of a run. */
	#evict(run: Run, sent: number): void {
		let bytes = Math.min(this.maxBytes * EVICTED_SHARE, EVICTED_BYTES) + this.#bytes - this.maxBytes;
		for (let after = sent; this.#bytes > this.maxBytes; ) {
			const frames = this.#frames.batch(run.id, after, bytes);
			const through = frames.at(-1)?.seq;
			if (through === undefined) return;
			const fewer = condense(frames);
			if (weight(fewer) < weight(frames)) this.#replace(run, frames, fewer);
			// The oldest go first: only what is longer than is worked on at once is passed over.
			else if (bytes < BATCH_BYTES && through < run.last) {
				bytes *= 2;
				continue;
			}
			after = through;
		}
	}

	/** Evicts ticks before this instant, batch by batch, until a batch holds none. */
	#age(run: Run, seq: number, before: number): void {
		for (const frames of this.#frames.batches(run.id, seq)) {
			const old = (frame: UpFrame) => frame.type === "tick" && frame.at < before;
			if (!frames.some(old)) return;
			this.#replace(
				run,
				frames,
				gapped(frames, (frame) => (old(frame) ? undefined : frame)),
			);
		}
	}

	#replace(run: Run, frames: readonly UpFrame[], fewer: readonly UpFrame[]): void {
		this.together(() => this.#frames.replace(run.id, frames, fewer));
		const stayed = new Set(fewer);
		this.evicted += frames.filter((frame) => !stayed.has(frame)).length;
		this.#recount(run);
	}

	*#every(run: Run): Generator<UpFrame> {
		for (const frames of this.#frames.batches(run.id, 0)) yield* frames;
	}

	#add(run: Run): Run {
		const runs = this.#runs.get(run.bridge);
		if (runs) runs.push(run);
		else this.#runs.set(run.bridge, [run]);
		this.#goneBridges.delete(run.bridge);
		if (run.gone) this.#goneBridges.add(run.bridge);
		this.#bytes += run.bytes;
		return run;
	}

	#recount(run: Run): void {
		const { frames, bytes } = this.#frames.heldOf(run.id);
		this.#count(run, frames - run.frames, bytes - run.bytes);
	}

	#count(run: Run, frames: number, bytes: number): void {
		run.frames += frames;
		run.bytes += bytes;
		this.#bytes += bytes;
	}
}

function weight(frames: readonly UpFrame[]): number {
	return frames.reduce((bytes, frame) => bytes + Buffer.byteLength(JSON.stringify(frame)), 0);
}

const NOTHING: StoredSize = { frames: 0, bytes: 0 };

/** The run as a hello is checked against it. */
function linkOf(run: Run | undefined, gone: boolean): ReturnType<Names["links"]["get"]> {
	if (run?.gone !== gone) return undefined;
	return { ...run.hello, seq: run.lost ? 0 : run.last, ...(run.before && { before: run.before }) };
}
