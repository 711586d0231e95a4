import type { OutboxEntry } from "./outbox-entry.ts";

/** First in, first out. Taking from the front of a long array costs its length; here the dead half piles up and is cut off at once. */
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
 * Frames that have no number yet, in four lanes. A number is given when a frame goes out, so lanes may overtake each other and the sequence
 * has no holes. What each push takes, in this order:
 *
 * 1. series, layouts, drawings and results: the rest leans on them, or somebody waits for them;
 * 2. the state: what is now does not wait behind what was. A whole state makes the ones before it void;
 * 3. events, in their order: an error of now waits for the events before it, which lists show by order of arrival, but for no sample;
 * 4. ticks, in their order: the history takes samples in time order and passes over what is ten minutes older than the newest, so numbers
 *    of now cannot overtake those of hours ago without losing them.
 *
 * While both wait, events take three quarters of a push at most, so that no flood of them stops the numbers.
 */
const EVENTS_SHARE = 0.75;

export type LaneName = "first" | "state" | "events" | "ticks";
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
	/** A state has overtaken events that may speak of what was before it. */
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

	firstOf(lane: LaneName): OutboxEntry | undefined {
		return this.#lanes[lane].first;
	}

	/** Takes out all of a lane. */
	clear(lane: LaneName): OutboxEntry[] {
		return this.#lanes[lane].takeWhile(() => true);
	}

	/** Takes out the entries of a lane that were put no later than `id`. */
	through(lane: LaneName, id: number): OutboxEntry[] {
		return this.#lanes[lane].takeWhile((entry) => entry.id <= id);
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

	/** Takes out what goes into the next push. @param room bytes; one frame that is larger goes alone. */
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

	/** True once, when the last events are out that a state has overtaken: they may have spoken of what it said, so it is due again. */
	caughtUp(): boolean {
		const now = this.#overtaken && this.#lanes.events.size === 0;
		if (now) this.#overtaken = false;
		return now;
	}
}
