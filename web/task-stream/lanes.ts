/**
 * Tasks in columns, and one lane per worker with its bars sorted by start. New tasks are inserted; a time range is found by binary search.
 */

import { BAR_STATUSES, QUEUED, STARTED, type TaskBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";

/** The bars of one worker, ascending by start. */
export interface Lane {
	/** Undefined for tasks without a reported worker. */
	worker: string | undefined;
	length: number;
	/** Positions in the columns. */
	bars: Int32Array;
	/** Running maximum of the ends, ms: the first bar still running at an instant is found in it. */
	reach: Float64Array;
	/** Running count of failed bars. */
	failed: Int32Array;
}

const FAILED = BAR_STATUSES.indexOf("failed");
const OPEN = BAR_STATUSES.indexOf("open");

export class Lanes {
	/** Columns, by position. `name` and `kind` are indexes into `names` and `kinds`, -1: not reported. Instants in ms. */
	number = new Float64Array(1024);
	start = new Float64Array(1024);
	end = new Float64Array(1024);
	/** -1: unknown. */
	waited = new Float64Array(1024);
	name = new Int32Array(1024);
	kind = new Int32Array(1024);
	status = new Uint8Array(1024);
	/** -1: not reported. */
	attempt = new Int32Array(1024);
	lane = new Int32Array(1024);
	/** Allocated positions, free ones included. */
	count = 0;
	readonly names: string[] = [];
	readonly kinds: string[] = [];
	readonly nameCounts: number[] = [];
	readonly kindCounts: number[] = [];
	/** In order of arrival; `order` sorts them. */
	readonly lanes: Lane[] = [];
	order: number[] = [];
	#worstFirst = false;
	/** Ids of open tasks, by position. */
	readonly ids = new Map<number, string>();
	/** Earliest start and latest end, ms. */
	from = Number.POSITIVE_INFINITY;
	until = 0;
	readonly #free: number[] = [];
	readonly #laneOf = new Map<string | undefined, number>();
	readonly #nameOf = new Map<string, number>();
	readonly #kindOf = new Map<string, number>();

	/** Adds ended tasks. @param after the last number already added: tasks up to it are skipped */
	addEnded(bars: TaskBars, after: number): void {
		this.#add(bars, after, undefined);
	}

	/** Replaces the open tasks. @param ids in the order of the bars */
	setOpen(bars: TaskBars, ids: readonly string[], now: number): void {
		for (const at of this.ids.keys()) {
			const lane = this.lanes[this.lane[at] as number] as Lane;
			const place = lane.bars.subarray(0, lane.length).indexOf(at);
			lane.bars.copyWithin(place, place + 1, lane.length);
			lane.length--;
			this.#sum(lane, place);
			this.#free.push(at);
			const [name, kind] = [this.name[at] as number, this.kind[at] as number];
			this.nameCounts[name] = (this.nameCounts[name] as number) - 1;
			if (kind >= 0) this.kindCounts[kind] = (this.kindCounts[kind] as number) - 1;
		}
		this.ids.clear();
		this.until = Math.max(this.until, now);
		this.#add(bars, 0, ids);
	}

	#add(bars: TaskBars, after: number, ids: readonly string[] | undefined): void {
		const lanes = bars.workers.map((worker) => this.#lane(worker));
		const names = bars.names.map((name) => indexOf(this.#nameOf, this.names, this.nameCounts, name));
		const kinds = bars.kinds.map((kind) => indexOf(this.#kindOf, this.kinds, this.kindCounts, kind));
		const touched = new Map<number, number>();
		for (let i = 0; i < bars.count; i++) {
			const number = bars.number[i] as number;
			if (!ids && number <= after) continue;
			const at = this.#place();
			const known = bars.present[i] as number;
			const started = (known & STARTED) !== 0;
			const start = (bars.ended[i] as number) - Math.max(0, bars.duration[i] as number);
			this.number[at] = number;
			this.start[at] = start;
			this.end[at] = bars.status[i] === OPEN ? Number.POSITIVE_INFINITY : (bars.ended[i] as number);
			this.waited[at] = started && known & QUEUED ? (bars.wait[i] as number) : -1;
			this.status[at] = bars.status[i] as number;
			this.attempt[at] = (bars.attempt[i] as number) - 1;
			const name = names[(bars.name[i] as number) - 1] ?? -1;
			this.name[at] = name;
			this.nameCounts[name] = (this.nameCounts[name] ?? 0) + 1;
			const kind = (bars.kind[i] as number) > 0 ? (kinds[(bars.kind[i] as number) - 1] ?? -1) : -1;
			this.kind[at] = kind;
			if (kind >= 0) this.kindCounts[kind] = (this.kindCounts[kind] ?? 0) + 1;
			if (ids) this.ids.set(at, ids[i] as string);
			if (start > 0 && start < this.from) this.from = start;
			if (!ids) this.until = Math.max(this.until, this.end[at] as number);
			const place = (bars.worker[i] as number) > 0 ? (lanes[(bars.worker[i] as number) - 1] as number) : this.#lane(undefined);
			this.lane[at] = place;
			const lane = this.lanes[place] as Lane;
			if (!touched.has(place)) touched.set(place, lane.length);
			push(lane, at);
		}
		for (const [place, sortedTo] of touched) this.#settle(this.lanes[place] as Lane, sortedTo);
	}

	get size(): number {
		return this.count - this.#free.length;
	}

	/** Index in the lane of the first bar from which one may end after an instant. */
	firstAfter(lane: Lane, at: number): number {
		return lowest(lane.length, (i) => (lane.reach[i] as number) > at);
	}

	/** Index in the lane of the first bar that starts at or after an instant. */
	firstFrom(lane: Lane, at: number): number {
		return lowest(lane.length, (i) => (this.start[lane.bars[i] as number] as number) >= at);
	}

	/** Index of the bar at an instant, or of the nearest within `slack` ms; -1: none. Of overlapping bars the last started wins. */
	at(lane: Lane, instant: number, slack: number): number {
		let best = -1;
		let nearest = slack;
		for (let i = this.firstAfter(lane, instant - slack); i < lane.length; i++) {
			const at = lane.bars[i] as number;
			const [start, end] = [this.start[at] as number, this.end[at] as number];
			if (start > instant + slack) break;
			const distance = Math.max(0, start - instant, instant - end);
			if (distance <= nearest) [best, nearest] = [i, distance];
		}
		return best;
	}

	#lane(worker: string | undefined): number {
		let place = this.#laneOf.get(worker);
		if (place === undefined) {
			const lane = { worker, length: 0, bars: new Int32Array(16), reach: new Float64Array(16), failed: new Int32Array(16) };
			place = this.lanes.push(lane) - 1;
			this.#laneOf.set(worker, place);
			this.order = [];
		}
		return place;
	}

	/** Sorts by failures at the time of the call; later failures move no lane. */
	showWorstFirst(worstFirst: boolean): void {
		if (worstFirst === this.#worstFirst) return;
		this.#worstFirst = worstFirst;
		this.order = [];
	}

	/** Lanes in natural order of worker names, tasks without a worker last. */
	sorted(): number[] {
		if (this.order.length !== this.lanes.length) {
			const names = this.lanes.map(({ worker }) => worker && { key: naturalKey(worker), worker });
			const failed = ({ failed, length }: Lane) => (this.#worstFirst && length > 0 ? (failed[length - 1] as number) : 0);
			this.order = [...this.lanes.keys()].sort((a, b) => {
				const worse = failed(this.lanes[b] as Lane) - failed(this.lanes[a] as Lane);
				if (worse !== 0) return worse;
				const [left, right] = [names[a], names[b]];
				if (!left || !right) return left ? -1 : 1;
				return compareText(left.key, right.key) || compareText(left.worker, right.worker);
			});
		}
		return this.order;
	}

	/** Sorts bars pushed from `sortedTo` on: a few by insertion, many by sorting. */
	#settle(lane: Lane, sortedTo: number): void {
		const { start } = this;
		let from = sortedTo;
		if (lane.length - sortedTo > 64) {
			const byStart = (a: number, b: number) => (start[a] as number) - (start[b] as number);
			lane.bars.subarray(sortedTo, lane.length).sort(byStart);
			// New tasks mostly started after the existing ones.
			if (sortedTo > 0 && byStart(lane.bars[sortedTo - 1] as number, lane.bars[sortedTo] as number) > 0) {
				lane.bars.subarray(0, lane.length).sort(byStart);
				from = 0;
			}
		} else {
			for (let i = sortedTo; i < lane.length; i++) {
				const at = lane.bars[i] as number;
				let place = i;
				while (place > 0 && (start[lane.bars[place - 1] as number] as number) > (start[at] as number)) place--;
				lane.bars.copyWithin(place + 1, place, i);
				lane.bars[place] = at;
				from = Math.min(from, place);
			}
		}
		this.#sum(lane, from);
	}

	#sum(lane: Lane, from: number): void {
		for (let i = from; i < lane.length; i++) {
			const at = lane.bars[i] as number;
			lane.reach[i] = Math.max(i > 0 ? (lane.reach[i - 1] as number) : 0, this.end[at] as number);
			lane.failed[i] = (i > 0 ? (lane.failed[i - 1] as number) : 0) + (this.status[at] === FAILED ? 1 : 0);
		}
	}

	/** Allocates a position in the columns. */
	#place(): number {
		const free = this.#free.pop();
		if (free !== undefined) return free;
		if (this.count === this.number.length) this.#grow();
		return this.count++;
	}

	#grow(): void {
		const room = this.count * 2;
		for (const column of ["number", "start", "end", "waited"] as const) this[column] = enlarged(this[column], new Float64Array(room));
		for (const column of ["name", "kind", "attempt", "lane"] as const) this[column] = enlarged(this[column], new Int32Array(room));
		this.status = enlarged(this.status, new Uint8Array(room));
	}
}

function push(lane: Lane, at: number): void {
	if (lane.length === lane.bars.length) {
		const room = lane.length * 2;
		lane.bars = enlarged(lane.bars, new Int32Array(room));
		lane.reach = enlarged(lane.reach, new Float64Array(room));
		lane.failed = enlarged(lane.failed, new Int32Array(room));
	}
	lane.bars[lane.length++] = at;
}

function enlarged<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
	to.set(from);
	return to;
}

function indexOf(indexes: Map<string, number>, texts: string[], counts: number[], text: string): number {
	let index = indexes.get(text);
	if (index === undefined) {
		index = texts.push(text) - 1;
		indexes.set(text, index);
		counts.push(0);
	}
	return index;
}

/** Least i in [0, length) with `holds(i)`, by binary search; `length` if there is none. */
function lowest(length: number, holds: (i: number) => boolean): number {
	let [low, high] = [0, length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (holds(middle)) high = middle;
		else low = middle + 1;
	}
	return low;
}
