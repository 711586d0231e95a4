/** Turns a colony's snapshots and events into frames. Keeps what the cluster was told, so that only changes go out. */
import type { Colony, ColonySnapshot } from "../colony.ts";
import type { ColonyEvent } from "../protocol/up.ts";
import { type Complaints, wordsOf } from "./complaints.ts";
import { EventBuffer } from "./event-buffer.ts";
import type { Frame } from "./outbox-entry.ts";
import { type NumberedSeries, type Reading, SeriesBook } from "./series-book.ts";
import { FRAME_BYTES, StateBook } from "./state-book.ts";

/** Values in one tick: with the longest numbers still below a push. */
const TICK_VALUES = 8_000;

export class Sampler {
	readonly events: EventBuffer;
	readonly #colony: Colony;
	readonly #complaints: Complaints;
	readonly #series: SeriesBook;
	readonly #state: StateBook;

	constructor(colony: Colony, complaints: Complaints) {
		this.#colony = colony;
		this.#complaints = complaints;
		this.events = new EventBuffer(complaints);
		this.#series = new SeriesBook(complaints);
		this.#state = new StateBook(complaints);
	}

	/**
	 * Asks the colony once.
	 * @param whole asked after the snapshot is there: whether the state must go out as a full replace.
	 * @returns frames in the order they must go; none where the colony failed to answer.
	 */
	async sample(whole: () => boolean): Promise<Frame[]> {
		let snapshot: ColonySnapshot;
		try {
			snapshot = await this.#colony.snapshot();
		} catch (error) {
			this.#complaints.say(`the colony's snapshot() failed: ${wordsOf(error)}`, undefined, error);
			return this.events.take();
		}
		if (typeof snapshot !== "object" || snapshot === null) {
			this.#complaints.say(`the colony's snapshot() gave ${String(snapshot)}; it must give an object, {} where nothing is known`);
			return this.events.take();
		}
		const at = Date.now();
		const reading = this.#series.read(this.#list("metrics", snapshot.metrics));
		const changed = this.#state.update(snapshot, at);
		for (const line of this.#list("logs", snapshot.logs)) this.events.add({ ...(line as object), type: "log" } as ColonyEvent);
		for (const end of this.#list("ended", snapshot.ended)) this.events.add({ ...(end as object), type: "taskEnd" } as ColonyEvent);
		return [
			...seriesFrames(reading.added),
			...(whole() ? this.#state.whole(at) : changed),
			...tickFrames(reading, at),
			...this.events.take(),
		];
	}

	/** Series that a process before this one announced in the same epoch. */
	restore(series: readonly NumberedSeries[]): void {
		this.#series.restore(series);
	}

	/** All that a cluster without any memory must be told first. */
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

	refuse(ids: Iterable<number>): void {
		this.#series.refuse(ids);
	}

	#list(part: "metrics" | "logs" | "ended", value: unknown): readonly unknown[] {
		if (value === undefined || Array.isArray(value)) return value ?? [];
		this.#complaints.say(`${part} of the snapshot was left out: a list is needed, this is ${typeof value}`);
		return [];
	}
}

function seriesFrames(added: readonly NumberedSeries[]): Frame[] {
	const frames: Extract<Frame, { type: "series" }>[] = [];
	let bytes = FRAME_BYTES;
	for (const series of added) {
		const size = Buffer.byteLength(JSON.stringify(series)) + 1;
		if (bytes + size > FRAME_BYTES) {
			frames.push({ type: "series", series: [] });
			bytes = 0;
		}
		frames.at(-1)?.series.push(series);
		bytes += size;
	}
	return frames;
}

/** At least one, empty if need be: it says that the colony is alive. */
function tickFrames({ ids, values }: Reading, at: number): Frame[] {
	const frames: Frame[] = [];
	for (let start = 0; start === 0 || start < ids.length; start += TICK_VALUES) {
		frames.push({ type: "tick", at, ids: ids.slice(start, start + TICK_VALUES), values: values.slice(start, start + TICK_VALUES) });
	}
	return frames;
}
