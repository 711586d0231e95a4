/** Which of the kept ends are meant: told by columns, a block at a time, and remembered for blocks that are full. */

import { BAR_STATUSES, type TaskBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { setNewest } from "../../colony-bridge/protocol/values/keep-newest.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import type { Segment } from "./block.ts";

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
	{ status, name, worker, id, parent, text, since, until }: TaskFilter,
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

	/** @param first number of the segment's first end. @param oldest of what is still kept: finds before it are let go. */
	find(filter: TaskFilter, first: number, segment: Segment, oldest: number): { places: Uint32Array; searched: boolean } {
		if (!segment.full) return { places: matching(segment, filter), searched: true };
		const key = JSON.stringify(filter);
		const found = this.#found.get(key) ?? new Map<number, Uint32Array>();
		setNewest(this.#found, key, found, REMEMBERED);
		for (const before of found.keys()) if (before < oldest) found.delete(before);
		const known = found.get(first);
		if (known) return { places: known, searched: false };
		const places = matching(segment, filter);
		found.set(first, places);
		return { places, searched: true };
	}
}
