/** Turns a colony's snapshots and events into frames. Remembers the state sent, so that only changes are. */
import * as v from "valibot";
import type { Colony, ColonySnapshot } from "../colony.ts";
import { LeftOut } from "../protocol/wire/state.ts";
import type { ColonyEvent } from "../protocol/wire/up.ts";
import { EventBuffer } from "./event-buffer.ts";
import { LeftOutReporter, LeftOutTally, Unfit } from "./left-out.ts";
import { type Frame, writtenFrame } from "./outbox/outbox-entry.ts";
import { type NumberedSamples, type NumberedSeries, SeriesBook } from "./series-book.ts";
import { FRAME_BYTES, StateBook } from "./state-book.ts";
import { type Warnings, wordsOf } from "./warnings.ts";

/** Values in one tick: with the longest numbers still below a push. */
const TICK_VALUES = 8_000;

export class Sampler {
	readonly events: EventBuffer;
	readonly #colony: Colony;
	readonly #warnings: Warnings;
	readonly #leftOut = new LeftOutTally();
	readonly #reporter: LeftOutReporter;
	readonly #series: SeriesBook;
	readonly #state: StateBook;
	/** The newest snapshot failed, and the cluster was informed. */
	#failing = false;
	/** The newest snapshot, ms since 1970. */
	#at = 0;

	constructor(colony: Colony, warnings: Warnings) {
		this.#colony = colony;
		this.#warnings = warnings;
		this.events = new EventBuffer(this.#leftOut);
		this.#reporter = new LeftOutReporter(warnings);
		this.#series = new SeriesBook(this.#leftOut);
		this.#state = new StateBook(this.#leftOut);
	}

	/**
	 * Asks the colony once.
	 * @param whole called after the snapshot; true: send the state as a full replace.
	 * @returns frames in the order they must go; where the colony failed to answer, events and, the first time, why.
	 */
	async sample(whole: () => boolean): Promise<Frame[]> {
		let snapshot: ColonySnapshot;
		try {
			snapshot = await this.#colony.snapshot();
		} catch (error) {
			return this.#failed(`the colony's snapshot() failed: ${wordsOf(error)}`, error);
		}
		if (typeof snapshot !== "object" || snapshot === null) {
			return this.#failed(`the colony's snapshot() returned ${String(snapshot)}; it must return an object, {} if it has no data`);
		}
		this.#failing = false;
		const at = this.#instant();
		this.#leftOut.begin();
		const reading = this.#series.read(this.#list("metrics", snapshot.metrics));
		for (const line of this.#list("logs", snapshot.logs)) this.events.add({ ...(line as object), type: "log" } as ColonyEvent);
		for (const end of this.#list("ended", snapshot.ended)) this.events.add({ ...(end as object), type: "taskEnd" } as ColonyEvent);
		const changed = this.#state.update(snapshot, at, () => this.#missing(snapshot.leftOut));
		return [
			...seriesFrames(reading.added),
			...(whole() ? this.#state.whole(at) : changed),
			...tickFrames(reading, at),
			...this.events.take(),
		];
	}

	/** Two snapshots of one millisecond would be one sample: the last before a stop may follow another at once. */
	#instant(): number {
		const now = Date.now();
		this.#at = now <= this.#at && this.#at - now < 10 ? this.#at + 1 : now;
		return this.#at;
	}

	/** Reported once until a snapshot succeeds: then the bridge may become stale, and messages that differ each time must not count as data. */
	#failed(words: string, cause?: unknown): Frame[] {
		this.#warnings.add(words, undefined, cause);
		if (this.#failing) return this.events.take();
		this.#failing = true;
		this.#leftOut.begin();
		this.#leftOut.stands("snapshot", words);
		return [...this.#state.update({}, Date.now(), () => this.#leftOut.list), ...this.events.take()];
	}

	/** Restores series announced by an earlier process in the same epoch. */
	restore(series: readonly NumberedSeries[]): void {
		this.#series.restore(series);
	}

	/** The first frames for a cluster without any state. */
	everything(): Frame[] {
		return [...seriesFrames(this.#series.all()), ...this.#state.whole(Date.now())];
	}

	get crowded(): boolean {
		return this.#series.crowded;
	}

	/** For a new epoch while no tick waits. */
	compact(): void {
		this.#series.compact();
	}

	/** The cluster has refused a frame, and does not take these series. */
	refuse(ids: readonly number[], why: string): void {
		if (ids.length > 0) this.#series.refuse(ids, why);
		else this.#leftOut.happened("refused frames", why);
	}

	/** Entries dropped so far, including the colony's own count. */
	#missing(own: unknown): LeftOut[] {
		const all = new LeftOutTally();
		for (const each of this.#list("leftOut", own)) {
			const parsed = v.safeParse(LeftOut, each);
			if (parsed.success) all.add(parsed.output);
			else this.#leftOut.stands("leftOut", Unfit.by(parsed.issues, "leftOut"));
		}
		for (const each of this.#leftOut.list) all.add(each);
		const list = all.list;
		this.#reporter.report(list);
		return list;
	}

	#list(part: "metrics" | "logs" | "ended" | "leftOut", value: unknown): readonly unknown[] {
		if (value === undefined || Array.isArray(value)) return value ?? [];
		this.#leftOut.stands(part, `a list is needed, this is ${typeof value}`);
		return [];
	}
}

function seriesFrames(added: readonly NumberedSeries[]): Frame[] {
	const frames: { series: NumberedSeries[]; texts: string[] }[] = [];
	let bytes = FRAME_BYTES;
	for (const series of added) {
		const text = JSON.stringify(series);
		const size = Buffer.byteLength(text) + 1;
		if (bytes + size > FRAME_BYTES) {
			frames.push({ series: [], texts: [] });
			bytes = 0;
		}
		frames.at(-1)?.series.push(series);
		frames.at(-1)?.texts.push(text);
		bytes += size;
	}
	return frames.map(({ series, texts }) => writtenFrame({ type: "series", series }, `"series":[${texts.join()}]}`));
}

/** At least one, empty if need be, because a push keeps the bridge from becoming stale. */
function tickFrames({ ids, values }: NumberedSamples, at: number): Frame[] {
	const frames: Frame[] = [];
	for (let start = 0; start === 0 || start < ids.length; start += TICK_VALUES) {
		frames.push({ type: "tick", at, ids: ids.slice(start, start + TICK_VALUES), values: values.slice(start, start + TICK_VALUES) });
	}
	return frames;
}
