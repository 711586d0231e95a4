/**
 * Encoded chunks in memory, a few samples each. They are written one behind the other into pages, whatever series they are of, and each names
 * the chunk of its series before it: a series is read from its newest chunk back. Pages are let go whole, the oldest first.
 *
 *     timing   first instant, ms; then by how much each distance to the next one is longer than the one before   varints
 *     chunk    distance back to the chunk before of its series, 0: none; distance back to its timing; number of samples   varints
 *     values   digits after the point, 0 to 12, plus 0x10 where all are the same; the first in units of the last digit, then differences   varints
 *              0xff: they are no short decimals, and are a column (column.ts)
 *
 * Series of one push share their instants: a timing is written once for all chunks that are written with it in one push.
 */
import { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { fromDecimals, readColumn, toDecimals, writeColumn } from "./column.ts";

const PAGE_BYTES = 65_536;
/** The most that a value takes in a column, or an instant in a timing, and the most that stands before them. */
const MOST_A_VALUE = 10;
const MOST_BEFORE = 64;

interface Page {
	readonly bytes: Uint8Array;
	/** Instant of the newest sample that anything in it is of, ms. */
	newest: number;
}

/** Pages, oldest first: number of the first, bytes of the last one that are written; and of each, instant of its newest sample, ms, and its bytes. */
export interface PagesHeld {
	first: number;
	filled: number;
	newest: number[];
	bytes: Uint8Array[];
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

const CONSTANT = 0x10;
const COLUMN = 0xff;

const written = new ByteWriter();
/** Values of one chunk, and the same in units of their last digit. */
let some = new Float64Array(64);
let scaled = new Float64Array(64);
const room = (length: number): void => {
	if (length <= some.length) return;
	some = new Float64Array(length);
	scaled = new Float64Array(length);
};

export class ChunkPages {
	readonly #pages: Page[] = [];
	/** Number of the first page. Positions count from page 0, and none is 0. */
	#first = 1;
	/** Bytes of the last page that are written. */
	#filled = PAGE_BYTES;
	/** The newest timing. */
	readonly #timing = { position: 0, base: 0, length: 0, offsets: new Uint32Array(256) };

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#pages.length * PAGE_BYTES;
	}

	/**
	 * Writes a chunk of `length` samples, those from place `from` on; sample i is `offsets[i]` ms after `base`, ascending, the first at `base`.
	 * @param before position of the chunk of its series before it; 0: none. @returns its position.
	 */
	append(before: number, base: number, offsets: Uint32Array, values: Float64Array, from: number, length: number): number {
		const newest = base + (offsets[from + length - 1] as number);
		const timing = this.#timingOf(base, offsets, from, length, newest);
		const position = this.#room(length, newest);
		written.varint(before === 0 ? 0 : position - before);
		written.varint(position - timing);
		written.varint(length);
		room(length);
		for (let i = 0; i < length; i++) some[i] = values[from + i] as number;
		writeValues(length);
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

	/** Number of the newest page. */
	get last(): number {
		return this.#first + this.#pages.length - 1;
	}

	/** All pages. */
	held(): PagesHeld {
		return {
			first: this.#first,
			filled: this.#filled,
			newest: this.#pages.map(({ newest }) => newest),
			bytes: this.#pages.map(({ bytes }) => bytes),
		};
	}

	/** Writes the pages from one number to before another, by number. */
	some(from: number, until: number): Record<string, Uint8Array> {
		const some: Record<string, Uint8Array> = {};
		for (let page = Math.max(from, this.#first); page < Math.min(until, this.last + 1); page++) {
			const { bytes } = this.#pages[page - this.#first] as Page;
			some[page] = page === this.last ? bytes.subarray(0, this.#filled) : bytes;
		}
		return some;
	}

	/** Into none. @param held as {@link held} gave it. */
	restore({ first, filled, newest, bytes }: PagesHeld): void {
		this.#first = first;
		this.#filled = newest.length > 0 ? filled : PAGE_BYTES;
		for (const [i, each] of bytes.entries()) {
			const page = each.length === PAGE_BYTES ? each : new Uint8Array(PAGE_BYTES);
			if (page !== each) page.set(each);
			this.#pages.push({ bytes: page, newest: newest[i] as number });
		}
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
	#timingOf(base: number, offsets: Uint32Array, from: number, length: number, newest: number): number {
		const known = this.#timing;
		if (known.base === base && known.length === length && known.position >= this.#first * PAGE_BYTES) {
			let i = 1;
			while (i < length && known.offsets[i] === offsets[from + i]) i++;
			if (i >= length) return known.position;
		}
		known.position = this.#room(length, newest);
		known.base = base;
		known.length = length;
		written.varint(base);
		let distance = 0;
		for (let i = 1; i < length; i++) {
			const next = (offsets[from + i] as number) - (offsets[from + i - 1] as number);
			written.signed(next - distance);
			distance = next;
			known.offsets[i] = offsets[from + i] as number;
		}
		this.#put();
		return known.position;
	}
}

/** Puts a chunk's instants, ms, and its values into `at` and `values`, from a place on. */
export function readChunk({ firstAt, length, timing, column }: PagedChunk, at: Float64Array, values: Float64Array, place: number): void {
	room(length);
	readValues(column, length);
	let instant = firstAt;
	let distance = 0;
	for (let i = 0; i < length; i++) {
		if (i > 0) {
			distance += timing.signed();
			instant += distance;
		}
		at[place + i] = instant;
		values[place + i] = some[i] as number;
	}
}

/** For so few values, differences in whole bytes take no more room than the best bit coding, and are written and read much faster. */
function writeValues(length: number): void {
	const decimals = toDecimals(some, length, scaled, 0);
	if (!decimals) {
		written.byte(COLUMN);
		writeColumn(some, length, written);
		return;
	}
	let same = 1;
	while (same < length && scaled[same] === scaled[0]) same++;
	written.byte(decimals.digits + (same === length ? CONSTANT : 0));
	written.signed(scaled[0] as number);
	if (same === length) return;
	for (let i = 1; i < length; i++) written.signed((scaled[i] as number) - (scaled[i - 1] as number));
}

function readValues(from: ByteReader, length: number): void {
	const first = from.byte();
	if (first === COLUMN) {
		readColumn(from, length, some);
		return;
	}
	let value = from.signed();
	some[0] = value;
	const constant = (first & CONSTANT) !== 0;
	for (let i = 1; i < length; i++) {
		if (!constant) value += from.signed();
		some[i] = value;
	}
	fromDecimals(some, length, first & ~CONSTANT);
}
