/**
 * Changes of status of each worker, stream or check, newest first, bounded per entity and in all. Entities that went the same way share one
 * list: ten thousand workers that came at once and are well cost one.
 */

import type { REMOVED, StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import { ENTRY_BYTES, OBJECT_BYTES } from "../work/resident.ts";

/** Changes kept of all entities together, about; each keeps some of its own, however many there are. */
const ALL = 5_000;
const MOST = 50;
const FEWEST = 5;
/** Characters of all messages together, about, and of one: the entity itself has it whole. */
const ALL_CHARS = 1_000_000;
const MESSAGE = 200;
/** A shorter beginning of a message is useless. */
const SHORTEST_MESSAGE = 40;
/** Lists that the size of all is told by. */
const WEIGHED = 8;
/** Entities that are gone and still remembered: their colony may be about to name them again. */
const FORGOTTEN = 100;

type Change<S extends string> = StatusChange<S | typeof REMOVED>;

/** Lists, each with the ids whose it is. */
export type StoredStatusChanges<S extends string> = [changes: Change<S>[], ids: string[]][];

export interface ReportedStatus<S extends string> {
	id: string;
	status: S | typeof REMOVED;
	/** Since when, as the colony reports, ms. */
	since?: number | undefined;
	message?: string | undefined;
}

type List<S extends string> = readonly Change<S>[];

export class StatusChanges<S extends string> {
	readonly #lists = new Map<string, List<S>>();
	/** The newest step from one list to the next: the next entity most likely goes the same way. */
	#step: { before: List<S>; change: Change<S>; most: number; after: List<S> } | undefined;

	/** Estimated resident bytes, heap and buffers: told by the first few lists, of which those that are shared count once. */
	get bytes(): number {
		let [weighed, changes] = [0, 0];
		const lists = new Set<List<S>>();
		for (const list of this.#lists.values()) {
			if (!lists.has(list)) changes += list.length;
			lists.add(list);
			if (++weighed === WEIGHED) break;
		}
		return this.#lists.size * (ENTRY_BYTES + (changes / Math.max(1, weighed)) * 1.5 * OBJECT_BYTES);
	}

	/** Newest first; the same array as long as nothing changed. */
	of(id: string): List<S> {
		return this.#lists.get(id) ?? NONE;
	}

	/** @param at when it was reported, ms @param entities how many there are */
	note({ id, status, since, message }: ReportedStatus<S>, at: number, entities: number): void {
		const before = this.of(id);
		const last = before[0];
		if (last?.status === status) return;
		// A colony's own word of when it began counts where it does not go behind what was said before.
		const began = since !== undefined && since <= at && since > (last?.at ?? 0) ? since : at;
		const most = Math.max(FEWEST, Math.min(MOST, Math.floor(ALL / Math.max(1, entities))));
		const room = Math.min(MESSAGE, Math.floor(ALL_CHARS / (most * Math.max(1, entities))));
		const words = room < SHORTEST_MESSAGE ? undefined : message?.slice(0, room);
		this.#lists.set(id, this.#next(before, { at: began, status, ...(words && { message: words }) }, most));
	}

	/** @param lives whether there is such an entity by now */
	sweep(lives: (id: string) => boolean, entities: number): void {
		if (this.#lists.size <= 2 * entities + FORGOTTEN) return;
		this.keepOnly(lives);
	}

	keepOnly(lives: (id: string) => boolean): void {
		for (const id of this.#lists.keys()) if (!lives(id)) this.#lists.delete(id);
	}

	store(): StoredStatusChanges<S> {
		const ids = new Map<List<S>, string[]>();
		for (const [id, list] of this.#lists) {
			const sharing = ids.get(list);
			if (sharing) sharing.push(id);
			else ids.set(list, [id]);
		}
		return Array.from(ids, ([list, sharing]) => [[...list], sharing]);
	}
	restore(stored: StoredStatusChanges<S>): void {
		for (const [list, ids] of stored) for (const id of ids) this.#lists.set(id, list);
	}

	#next(before: List<S>, change: Change<S>, most: number): List<S> {
		const step = this.#step;
		const same =
			step?.before === before &&
			step.most === most &&
			step.change.at === change.at &&
			step.change.status === change.status &&
			step.change.message === change.message;
		if (same) return step.after;
		const after = [change, ...before].slice(0, most);
		this.#step = { before, change, most, after };
		return after;
	}
}

const NONE: readonly never[] = [];
