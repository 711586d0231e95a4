/** A page of ended tasks: those that match, newest or longest first, from where the page before ended. */

import { BAR_STATUSES, STARTED, type TaskBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { BUFFER_BYTES } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import type { BlockRow, NumberedEnd, Segment } from "./block.ts";
import type { TaskRing } from "./ring.ts";

export interface EndedQuery extends TaskFilter {
	limit: number;
	order?: "newest" | "longest" | undefined;
	/** Number of the last end of the page before. */
	after?: number | undefined;
}

export interface EndedPage {
	/** All that match. */
	total: number;
	/** Those after the page before, as many as were asked for. */
	ends: NumberedEnd[];
	/** Number of tasks before them. */
	before: number;
}

/** Units of reading a block that is not at hand, and of trying one of its ends. */
const BLOCK_UNITS = 60_000;
const END_UNITS = 4;

export function* pageOf(ring: TaskRing, searches: Searches, { limit, order, after, ...filter }: EndedQuery): Work<EndedPage> {
	const oldest = ring.first ?? 0;
	if (order !== "longest" && Object.values(filter).every((value) => value === undefined)) return newest(ring, limit, after);
	const finds: Find[] = [];
	let total = 0;
	const { since, until, upTo = Number.POSITIVE_INFINITY } = filter;
	// A block knows when its last task ended and its first began: what surely ended outside is not read.
	const wanted = (row: BlockRow) => row.first <= upTo && (since ?? 0) <= row.ended && (until ?? Number.POSITIVE_INFINITY) >= row.began;
	for (const { segment, first } of ring.segments(wanted)) {
		const { places, searched } = searches.find(filter, first, segment, oldest);
		total += places.length;
		if (places.length > 0) finds.push({ segment, places });
		yield searched ? BLOCK_UNITS + segment.bars.count * END_UNITS : 1;
	}
	yield total;
	return { total, ...(order === "longest" ? longest(finds, limit, after) : inOrder(finds, limit, after)) };
}

interface Find {
	segment: Segment;
	places: Uint32Array;
}

/** Without a filter nothing has to be searched. */
function newest(ring: TaskRing, limit: number, after = Number.POSITIVE_INFINITY): EndedPage {
	const ends: NumberedEnd[] = [];
	let before = 0;
	const wanted = (row: BlockRow) => {
		if (row.first >= after) before += row.count;
		return row.first < after;
	};
	for (const { segment } of ring.segments(wanted)) {
		const { number, count } = segment.bars;
		for (let i = count - 1; i >= 0 && ends.length < limit; i--) {
			if ((number[i] as number) >= after) before++;
			else ends.push({ number: number[i] as number, end: segment.end(i) });
		}
		if (ends.length === limit) break;
	}
	return { total: ring.retained, ends, before };
}

type Part = Omit<EndedPage, "total">;

function inOrder(finds: readonly Find[], limit: number, after = Number.POSITIVE_INFINITY): Part {
	const ends: NumberedEnd[] = [];
	let before = 0;
	for (const { segment, places } of finds) {
		for (let k = places.length - 1; k >= 0; k--) {
			const i = places[k] as number;
			const number = segment.bars.number[i] as number;
			if (number >= after) before++;
			else if (ends.length === limit) return { ends, before };
			else ends.push({ number, end: segment.end(i) });
		}
	}
	return { ends, before };
}

interface Candidate {
	segment: Segment;
	i: number;
	number: number;
	ms: number;
}

/** Longer before shorter, newer before older; what never said how long it took comes last. */
const longerFirst = (a: Candidate, b: Candidate): number => b.ms - a.ms || b.number - a.number;

/** The best of all finds, kept in order as they are found: most are refused at a glance. */
function longest(finds: readonly Find[], limit: number, after: number | undefined): Part {
	const from = after === undefined ? undefined : candidateOf(finds, after);
	// The last task of the page before is no longer kept: its place is lost.
	if (after !== undefined && !from) return { ends: [], before: 0 };
	let before = 0;
	let best: Candidate[] = [];
	let worst: Candidate | undefined;
	for (const { segment, places } of finds) {
		for (const i of places) {
			const candidate = { segment, i, number: segment.bars.number[i] as number, ms: lengthOf(segment, i) };
			if (from && longerFirst(from, candidate) >= 0) {
				before++;
				continue;
			}
			if (worst && longerFirst(worst, candidate) < 0) continue;
			best.push(candidate);
			if (best.length < 2 * limit + 64) continue;
			best = best.sort(longerFirst).slice(0, limit);
			worst = best.at(-1);
		}
	}
	best.sort(longerFirst);
	return { ends: best.slice(0, limit).map(({ segment, i, number }) => ({ number, end: segment.end(i) })), before };
}

function candidateOf(finds: readonly Find[], wanted: number): Candidate | undefined {
	for (const { segment, places } of finds) {
		for (const i of places) {
			const number = segment.bars.number[i] as number;
			if (number === wanted) return { segment, i, number, ms: lengthOf(segment, i) };
		}
	}
	return undefined;
}

/** ms; -1 where it is not known or the clocks disagree. */
function lengthOf({ bars }: Segment, i: number): number {
	return (bars.present[i] as number) & STARTED && (bars.duration[i] as number) >= 0 ? (bars.duration[i] as number) : -1;
}

/** Which of the kept ends are meant: told by columns, a block at a time, and remembered for blocks that are full. */
export interface TaskFilter {
	status?: TaskEnd["status"] | undefined;
	name?: string | undefined;
	worker?: string | undefined;
	/** The task's own id: all its attempts. */
	id?: string | undefined;
	parent?: string | undefined;
	/** Anywhere in id, name or error, whatever the case. */
	text?: string | undefined;
	/** Ended in [since, until], ms. */
	since?: number | undefined;
	until?: number | undefined;
	/** Number of the last one that is meant: those after it had not ended yet. */
	upTo?: number | undefined;
}

/** @returns places in the segment, ascending. */
export function matching(segment: Segment, filter: TaskFilter): Uint32Array {
	const { bars } = segment;
	const tests = testsOf(segment, bars, filter);
	if (!tests) return new Uint32Array(0);
	const found = new Uint32Array(bars.count);
	let count = 0;
	for (let i = 0; i < bars.count; i++) if (tests.every((test) => test(i))) found[count++] = i;
	return found.slice(0, count);
}

type Test = (i: number) => boolean;

/** Cheap ones first. @returns undefined where nothing can match. */
function testsOf(
	segment: Segment,
	bars: TaskBars,
	{ status, name, worker, id, parent, text, since, until, upTo }: TaskFilter,
): Test[] | undefined {
	const tests: Test[] = [];
	const { ended } = bars;
	if (status !== undefined) tests.push(equals(bars.status, BAR_STATUSES.indexOf(status)));
	for (const [wanted, texts, column] of [
		[name, bars.names, bars.name],
		[worker, bars.workers, bars.worker],
	] as const) {
		if (wanted === undefined) continue;
		const place = texts.indexOf(wanted) + 1;
		if (place === 0) return undefined;
		tests.push(equals(column, place));
	}
	if (upTo !== undefined && (bars.number[bars.count - 1] ?? 0) > upTo) tests.push((i) => (bars.number[i] as number) <= upTo);
	if (since !== undefined) tests.push((i) => (ended[i] as number) >= since);
	if (until !== undefined) tests.push((i) => (ended[i] as number) <= until);
	if (id !== undefined) tests.push((i) => segment.id(i) === id);
	if (parent !== undefined) tests.push((i) => segment.parent(i) === parent);
	if (text !== undefined) {
		const wanted = text.toLowerCase();
		const has = (text: string | undefined): boolean => text?.toLowerCase().includes(wanted) ?? false;
		const names = bars.names.map(has);
		const errors = new Map<TaskEnd["error"], boolean>();
		const erred = (error: TaskEnd["error"]): boolean => {
			if (!error) return false;
			let found = errors.get(error);
			if (found === undefined) {
				found = has(error.message) || has(error.type);
				errors.set(error, found);
			}
			return found;
		};
		tests.push((i) => names[(bars.name[i] as number) - 1] || has(segment.id(i)) || erred(segment.error(i)));
	}
	return tests;
}

const equals =
	(column: Float64Array, value: number): Test =>
	(i) =>
		column[i] === value;

/** Filters whose finds are remembered. */
const REMEMBERED = 16;

export class Searches {
	/** By filter; then by a full block's first number. */
	readonly #found = new Map<string, Map<number, Uint32Array>>();

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		let bytes = 0;
		for (const found of this.#found.values()) for (const { byteLength } of found.values()) bytes += byteLength + BUFFER_BYTES;
		return bytes;
	}

	letGo(): void {
		this.#found.clear();
	}

	/** @param first number of the segment's first end. @param oldest of what is still kept: finds before it are let go. */
	find(filter: TaskFilter, first: number, segment: Segment, oldest: number): { places: Uint32Array; searched: boolean } {
		if (!segment.full) return { places: matching(segment, filter), searched: true };
		const key = JSON.stringify(filter);
		const found = this.#found.get(key) ?? new Map<number, Uint32Array>();
		setNewest(this.#found, key, found, REMEMBERED);
		for (const before of found.keys()) if (before < oldest) found.delete(before);
		const cached = found.get(first);
		if (cached) return { places: cached, searched: false };
		const places = matching(segment, filter);
		found.set(first, places);
		return { places, searched: true };
	}
}
