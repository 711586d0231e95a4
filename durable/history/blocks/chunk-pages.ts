/**
 * Encoded chunks in memory, a few samples each. They are written one behind the other into pages, whatever series they are of, and each names
 * the chunk of its series before it: a series is read from its newest chunk back. Pages are let go whole, the oldest first.
 *
 *     timing   first instant (ms, varint), how much later each of the others is (integers)
 *     chunk    distance back to the chunk before of its series, 0: none; distance back to its timing; number of samples   varints
 *              values                                                                                                      a column
 *
 * Series of one push share their instants: a timing is written once for all chunks that are written with it in one push.
 */
import { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../../colony-bridge/protocol/query/codec/integers.ts";
import { readColumn, writeColumn } from "./column.ts";

const PAGE_BYTES = 65_536;
/** The most that a value takes in a column, or an instant in a timing, and the most that stands before them. */
const MOST_A_VALUE = 10;
const MOST_BEFORE = 64;

interface Page {
	readonly bytes: Uint8Array;
	/** Instant of the newest sample that anything in it is of, ms. */
	newest: number;
}

/** A chunk that lies in pages. */
export interface PagedChunk {
	/** Position of the chunk of its series before it; 0: there is none. */
	readonly before: number;
	readonly length: number;
	/** Instant of its first sample, ms. */
	readonly firstAt: number;
	/** Stands at its other instants. */
	readonly timing: ByteReader;
	/** Stands at its values. */
	readonly column: ByteReader;
}

const written = new ByteWriter();
let numbers = new Float64Array(64);

export class ChunkPages {
	readonly #pages: Page[] = [];
	/** Number of the first page. Positions count from page 0, and none is 0. */
	#first = 1;
	/** Bytes of the last page that are written. */
	#filled = PAGE_BYTES;
	/** The newest timing. */
	#timing = { position: 0, base: 0, offsets: new Uint32Array() };

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#pages.length * PAGE_BYTES;
	}

	/**
	 * Writes a chunk; sample i is `offsets[i]` ms after `base`, ascending, the first at `base`.
	 * @param before position of the chunk of its series before it; 0: none. @returns its position.
	 */
	append(before: number, base: number, offsets: Uint32Array, values: Float64Array): number {
		const { length } = offsets;
		const newest = base + (offsets[length - 1] as number);
		const timing = this.#timingOf(base, offsets, newest);
		const position = this.#room(length, newest);
		written.varint(before === 0 ? 0 : position - before);
		written.varint(position - timing);
		written.varint(length);
		writeColumn(values, length, written);
		this.#put();
		return position;
	}

	/** @returns undefined where it has been let go, as all before it. */
	at(position: number): PagedChunk | undefined {
		const column = this.#reader(position);
		const distance = column?.varint();
		const timing = column && this.#reader(position - column.varint());
		if (!timing) return undefined;
		return { before: distance ? position - distance : 0, length: column.varint(), firstAt: timing.varint(), timing, column };
	}

	/** Lets go of pages that have no sample after an instant, ms. */
	drop(until: number): void {
		while (this.#pages[0] && this.#pages[0].newest <= until) {
			this.#pages.shift();
			this.#first++;
		}
		if (this.#pages.length === 0) this.#filled = PAGE_BYTES;
	}

	#reader(position: number): ByteReader | undefined {
		const page = this.#pages[Math.floor(position / PAGE_BYTES) - this.#first];
		return page && new ByteReader(page.bytes, position % PAGE_BYTES);
	}

	/** Makes room for so many values, the newest of this instant. @returns the position of what is written next. */
	#room(length: number, newest: number): number {
		if (this.#filled + length * MOST_A_VALUE + MOST_BEFORE > PAGE_BYTES) {
			this.#pages.push({ bytes: new Uint8Array(PAGE_BYTES), newest });
			this.#filled = 0;
		}
		const page = this.#pages.at(-1) as Page;
		if (newest > page.newest) page.newest = newest;
		written.length = 0;
		return (this.#first + this.#pages.length - 1) * PAGE_BYTES + this.#filled;
	}

	/** Puts what was written into the last page. */
	#put(): void {
		(this.#pages.at(-1) as Page).bytes.set(written.view(), this.#filled);
		this.#filled += written.length;
	}

	/** Position of a timing: of the newest one, where it is the same. */
	#timingOf(base: number, offsets: Uint32Array, newest: number): number {
		const known = this.#timing;
		if (known.base === base && known.position >= this.#first * PAGE_BYTES && sameOffsets(known.offsets, offsets)) return known.position;
		const position = this.#room(offsets.length, newest);
		if (numbers.length < offsets.length) numbers = new Float64Array(offsets.length * 2);
		numbers.set(offsets.subarray(1));
		written.varint(base);
		writeIntegers(numbers, offsets.length - 1, written);
		this.#put();
		this.#timing = { position, base, offsets: offsets.slice() };
		return position;
	}
}

function sameOffsets(a: Uint32Array, b: Uint32Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 1; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** Puts a chunk's instants, ms, and its values into `at` and `values`, from a place on. */
export function readChunk({ firstAt, length, timing, column }: PagedChunk, at: Float64Array, values: Float64Array, place: number): void {
	readColumn(column, length, values.subarray(place, place + length));
	const rest = at.subarray(place + 1, place + length);
	readIntegers(timing, length - 1, rest);
	at[place] = firstAt;
	for (let i = 0; i < rest.length; i++) rest[i] = firstAt + (rest[i] as number);
}
