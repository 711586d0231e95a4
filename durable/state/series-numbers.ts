/** Series by a bridge's ids in one epoch. Bridges number densely and every sample looks here, so ids from 0 on are a list; others cost by entry. */
import { isSender } from "../../colony-bridge/protocol/wire/names.ts";
import { ENTRY_BYTES, OBJECT_BYTES } from "../work/resident.ts";

/** A series past the cluster's limit: announced, but its samples are not kept. */
export const LEFT_OUT = -1;

/** @param bridge whose they are. @param pairs as they were stored. @param before the run before, which made room for as many. */
export function seriesNumbers(bridge: string, pairs: readonly number[] = [], before?: SeriesNumbers): SeriesNumbers {
	return isSender(bridge) ? new OwnNumbers() : new SeriesNumbers(pairs, before);
}

export class SeriesNumbers {
	/** Without holes. */
	readonly #dense: number[] = [];
	/** Ids past the first that is missing. */
	readonly #sparse = new Map<number, number>();
	#refused = 0;

	/** Series that may be announced however full the cluster is. */
	readonly reserved: number;

	/** @param pairs as they were stored. @param before the run before, which made room for as many. */
	constructor(pairs: readonly number[] = [], before?: SeriesNumbers) {
		this.reserved = before ? Math.max(before.size, before.reserved) : 0;
		for (let i = 0; i + 1 < pairs.length; i += 2) this.set(pairs[i] as number, pairs[i + 1] as number);
	}

	get size(): number {
		return this.#dense.length + this.#sparse.size;
	}

	/** Number of those that are `LEFT_OUT`. */
	get refused(): number {
		return this.#refused;
	}

	/** Estimated resident bytes. */
	get bytes(): number {
		return OBJECT_BYTES + Math.max(this.reserved * 8, this.#dense.length * 8 + this.#sparse.size * ENTRY_BYTES);
	}

	/** @returns the history's number, or `LEFT_OUT`; undefined: never announced. */
	get(id: number): number | undefined {
		return id < this.#dense.length ? this.#dense[id] : this.#sparse.get(id);
	}

	set(id: number, number: number): void {
		this.#refused += Number(number === LEFT_OUT) - Number(this.get(id) === LEFT_OUT);
		if (id < this.#dense.length) this.#dense[id] = number;
		else this.#sparse.set(id, number);
		for (;;) {
			const next = this.#dense.length;
			const waiting = this.#sparse.get(next);
			if (waiting === undefined) return;
			this.#sparse.delete(next);
			this.#dense.push(waiting);
		}
	}

	*numbers(): Generator<number> {
		yield* this.#dense;
		yield* this.#sparse.values();
	}

	/** id, number, id, number, … by id. */
	store(): number[] {
		const pairs = this.#dense.flatMap((number, id) => [id, number]);
		for (const pair of [...this.#sparse].sort(([a], [b]) => a - b)) pairs.push(...pair);
		return pairs;
	}
}

/** For a sender that names each series by its labels: its ids are the history's own numbers. */
class OwnNumbers extends SeriesNumbers {
	override get(id: number): number {
		return id;
	}

	override set(): void {}
}
