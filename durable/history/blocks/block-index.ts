/** The series of a block, ascending, as the distances between their numbers. */

import { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { BUFFER_BYTES } from "../../work/resident.ts";

export function writeNumbers(numbers: readonly number[], out: ByteWriter): void {
	out.varint(numbers.length);
	let before = 0;
	for (const number of numbers) {
		out.varint(number - before);
		before = number;
	}
}

export function readNumbers(from: ByteReader): Uint32Array {
	const numbers = new Uint32Array(from.varint());
	let number = 0;
	for (let i = 0; i < numbers.length; i++) {
		number += from.varint();
		numbers[i] = number;
	}
	return numbers;
}

/** Place of the first number that is no lower than `number`. */
export function placeOf(numbers: ArrayLike<number>, number: number): number {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((numbers[middle] as number) < number) low = middle + 1;
		else high = middle;
	}
	return low;
}

/**
 * The directory of a block and its columns: for each series which of the block's shared parts it has (its presence, its timing) and the
 * length of its column, varints; then the columns themselves, series after series.
 * A directory in the making.
 */
export class DirectoryWriter {
	readonly #which: number[] = [];
	readonly #lengths: number[] = [];
	readonly #columns = new ByteWriter();

	/** @param which of the shared parts the next series has. @param write puts its column down. */
	add(which: number, write: (out: ByteWriter) => void): void {
		const start = this.#columns.length;
		write(this.#columns);
		this.#which.push(which);
		this.#lengths.push(this.#columns.length - start);
	}

	writeInto(frame: ByteWriter): void {
		for (const [i, length] of this.#lengths.entries()) {
			frame.varint(this.#which[i] as number);
			frame.varint(length);
		}
		frame.append(this.#columns.view());
	}
}

export class Directory {
	readonly #which: Uint32Array;
	readonly #ends: Uint32Array;
	readonly #columns: ByteReader;

	/** @param from stands at the directory. @param series how many it is of. */
	constructor(from: ByteReader, series: number) {
		this.#which = new Uint32Array(series);
		this.#ends = new Uint32Array(series);
		let end = 0;
		for (let i = 0; i < series; i++) {
			this.#which[i] = from.varint();
			end += from.varint();
			this.#ends[i] = end;
		}
		this.#columns = new ByteReader(from.take(end));
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#which.byteLength + this.#ends.byteLength + this.#columns.bytes.byteLength + 3 * BUFFER_BYTES;
	}

	/** Which of the shared parts a series has. */
	which(place: number): number {
		return this.#which[place] as number;
	}

	/** A reader that stands at the column of a series, valid until the next call. */
	column(place: number): ByteReader {
		this.#columns.position = place === 0 ? 0 : (this.#ends[place - 1] as number);
		return this.#columns;
	}
}

/**
 * Which of a block's instants a series has: alternating counts of instants it has and has not, first those it has. Written once for all
 * series that agree, and most blocks have one presence only: all of them.
 * @param all ascending. @param some ascending, each in `all`.
 */
export function writePresence(all: ArrayLike<number>, some: ArrayLike<number>, count: number, out: ByteWriter): void {
	const chunks: number[] = [];
	let has = true;
	let chunk = 0;
	let place = 0;
	for (let i = 0; i < all.length; i++) {
		const here = place < count && all[i] === some[place];
		if (here) place++;
		if (here === has) chunk++;
		else {
			chunks.push(chunk);
			has = here;
			chunk = 1;
		}
	}
	if (has && chunks.length > 0) chunks.push(chunk);
	out.varint(chunks.length);
	for (const length of chunks) out.varint(length);
}

/** @returns those of `all` that are there. */
export function readPresence(from: ByteReader, all: Uint32Array): Uint32Array {
	const chunks = from.varint();
	if (chunks === 0) return all;
	const some = new Uint32Array(all.length);
	let count = 0;
	let place = 0;
	for (let i = 0; i < chunks; i++) {
		const chunk = from.varint();
		if (i % 2 === 0) {
			some.set(all.subarray(place, place + chunk), count);
			count += chunk;
		}
		place += chunk;
	}
	return some.subarray(0, count);
}
