/** A colony's things by id, each owned by the bridge that last reported it: one bridge never removes what another reported. */

import { sameValue } from "../../colony-bridge/protocol/query/delta.ts";
import { ENTRY_BYTES, OBJECT_BYTES, valueBytes } from "../work/resident.ts";

export interface Owned<T> {
	readonly value: T;
	readonly bridge: string;
	/** When it last changed, ms. */
	readonly at: number;
}

export type StoredTable<T> = [value: T, bridge: string, at: number][];

/** Estimated resident bytes of an entry with this value. */
export const entryBytes = (value: unknown): number => 2 * ENTRY_BYTES + 3 * OBJECT_BYTES + valueBytes(value);

export class OwnedTable<T extends { id: string }> {
	readonly #entries = new Map<string, Owned<T>>();
	/** Ids by bridge: what one of a thousand bridges lets go of is found without looking at what the others have. */
	readonly #owned = new Map<string, Set<string>>();
	#version = 0;
	#members = 0;
	#bytes = 0;

	/** Rises whenever something changed: what was computed at the same version still holds. Not part of the state. */
	get version(): number {
		return this.#version;
	}
	/** Rises whenever an id came or went. Not part of the state. */
	get members(): number {
		return this.#members;
	}
	get size(): number {
		return this.#entries.size;
	}
	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#bytes;
	}
	/** The same of what the bridge owns, or of one entry if it is the bridge's. */
	bytesOf(bridge: string, id?: string): number {
		let bytes = 0;
		for (const each of id === undefined ? (this.#owned.get(bridge) ?? []) : [id]) {
			const entry = this.#entries.get(each);
			if (entry?.bridge === bridge) bytes += entryBytes(entry.value);
		}
		return bytes;
	}
	get(id: string): Owned<T> | undefined {
		return this.#entries.get(id);
	}
	/** In the order in which they were first reported. */
	values(): IterableIterator<Owned<T>> {
		return this.#entries.values();
	}
	/** Number of entries that the bridge owns. */
	ownedBy(bridge: string): number {
		return this.#owned.get(bridge)?.size ?? 0;
	}

	set(bridge: string, value: T, at: number): void {
		const old = this.#entries.get(value.id);
		if (old && old.bridge === bridge && sameValue(old.value, value)) return;
		if (old?.bridge !== bridge) {
			if (old) this.#disown(old.bridge, value.id);
			const owned = this.#owned.get(bridge);
			if (owned) owned.add(value.id);
			else this.#owned.set(bridge, new Set([value.id]));
		}
		if (old) this.#bytes -= entryBytes(old.value);
		else this.#members++;
		this.#bytes += entryBytes(value);
		this.#entries.set(value.id, { value, bridge, at });
		this.#version++;
	}

	remove(bridge: string, id: string): boolean {
		const old = this.#entries.get(id);
		if (old?.bridge !== bridge) return false;
		this.#entries.delete(id);
		this.#bytes -= entryBytes(old.value);
		this.#members++;
		this.#disown(bridge, id);
		this.#version++;
		return true;
	}

	/** Removes all the bridge owns but these. @returns the removed ids. */
	keepOnly(bridge: string, keep: ReadonlySet<string>): string[] {
		const removed: string[] = [];
		for (const id of this.#owned.get(bridge) ?? []) if (!keep.has(id)) removed.push(id);
		for (const id of removed) this.remove(bridge, id);
		return removed;
	}

	store(): StoredTable<T> {
		return Array.from(this.#entries.values(), ({ value, bridge, at }) => [value, bridge, at]);
	}
	restore(stored: StoredTable<T>): void {
		for (const [value, bridge, at] of stored) this.set(bridge, value, at);
	}

	#disown(bridge: string, id: string): void {
		const owned = this.#owned.get(bridge);
		owned?.delete(id);
		if (owned?.size === 0) this.#owned.delete(bridge);
	}
}
