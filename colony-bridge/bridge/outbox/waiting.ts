import type { OutboxEntry } from "./outbox-entry.ts";

/** FIFO queue. `Array.shift` costs the array's length; here the consumed half is cut off at once. */
export class Queue<T> {
	#items: T[] = [];
	#start = 0;

	get size(): number {
		return this.#items.length - this.#start;
	}
	get first(): T | undefined {
		return this.#items[this.#start];
	}

	*[Symbol.iterator](): Generator<T> {
		for (let i = this.#start; i < this.#items.length; i++) yield this.#items[i] as T;
	}

	push(item: T): void {
		this.#items.push(item);
	}

	shift(): T | undefined {
		if (this.size === 0) return undefined;
		const item = this.#items[this.#start++];
		if (this.#start * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#start);
			this.#start = 0;
		}
		return item;
	}

	/** Takes items from the front as long as they are wanted. */
	takeWhile(wanted: (item: T) => boolean): T[] {
		const taken: T[] = [];
		while (this.size > 0 && wanted(this.first as T)) taken.push(this.shift() as T);
		return taken;
	}
}

/**
 * Unnumbered frames, in four lanes. Frames are numbered when they are sent, so lanes may overtake each other without holes in the sequence.
 * A push takes, in this order:
 *
 * 1. series, layouts, drawings and results: other frames depend on them, or somebody waits for them;
 * 2. state: the present does not wait for the backlog. A whole state voids earlier ones;
 * 3. events, in order: lists show them by arrival, so a new error waits for earlier events, but for no sample;
 * 4. ticks, in order: the history drops samples ten minutes older than the newest, so new ticks must not overtake a backlog.
 *
 * While ticks wait, events take at most three quarters of a push, so that a flood of events does not stop the samples.
 */
const EVENTS_SHARE = 0.75;

type LaneName = "first" | "state" | "events" | "ticks";
export const LANES: readonly LaneName[] = ["first", "state", "events", "ticks"];

export function laneOf({ type }: Pick<OutboxEntry, "type">): LaneName {
	return type === "state" || type === "events" ? type : type === "tick" ? "ticks" : "first";
}

export class Waiting {
	readonly #lanes: Record<LaneName, Queue<OutboxEntry>> = {
		first: new Queue(),
		state: new Queue(),
		events: new Queue(),
		ticks: new Queue(),
	};
	/** A state has overtaken events that may refer to the state before it. */
	#overtaken = false;

	get size(): number {
		return LANES.reduce((sum, lane) => sum + this.#lanes[lane].size, 0);
	}

	/** Every entry, lane by lane, each in its order. */
	*all(): Generator<OutboxEntry> {
		for (const lane of LANES) yield* this.#lanes[lane];
	}

	add(entry: OutboxEntry): void {
		this.#lanes[laneOf(entry)].push(entry);
	}

	/** Takes out all of a lane. */
	clear(lane: LaneName): OutboxEntry[] {
		return this.#lanes[lane].takeWhile(() => true);
	}

	/** Takes out the ticks that are older than this, ms. */
	ticksBefore(at: number): OutboxEntry[] {
		return this.#lanes.ticks.takeWhile((entry) => entry.until < at);
	}

	/** Takes out the oldest tick or events frame. */
	oldest(): OutboxEntry | undefined {
		const { events, ticks } = this.#lanes;
		const [event, tick] = [events.first, ticks.first];
		if (!event || !tick) return (event ? events : ticks).shift();
		return (event.id < tick.id ? events : ticks).shift();
	}

	/** Removes the frames of the next push. @param room bytes; a larger frame is sent alone. */
	take(room: number): OutboxEntry[] {
		const { first, state, events, ticks } = this.#lanes;
		const taken: OutboxEntry[] = [];
		let bytes = 0;
		const fill = (lane: Queue<OutboxEntry>, limit: number) => {
			for (let entry = lane.first; entry; entry = lane.first) {
				if (taken.length > 0 && bytes + entry.bytes > limit) return;
				lane.shift();
				taken.push(entry);
				bytes += entry.bytes;
			}
		};
		fill(first, room);
		if (first.size > 0) return taken;
		const before = taken.length;
		fill(state, room);
		const newest = taken.length > before ? (taken.at(-1)?.id ?? 0) : 0;
		if (ticks.size > 0) fill(events, room * EVENTS_SHARE);
		else fill(events, room);
		fill(ticks, room);
		fill(events, room);
		if (newest > (events.first?.id ?? Number.POSITIVE_INFINITY)) this.#overtaken = true;
		return taken;
	}

	/** True once, when all events are sent that a state has overtaken. They may have changed the state, so it is due again. */
	caughtUp(): boolean {
		const now = this.#overtaken && this.#lanes.events.size === 0;
		if (now) this.#overtaken = false;
		return now;
	}
}
