/**
 * A block of samples: up to a few hundred series over one stretch of time, as one row.
 *
 *     format    1 byte, 1
 *     series    count, first number, then the distance to each next           varints
 *     instants  count (varint), then all instants of the block, ms after its start   integers
 *     presences count (varint), then each
 *     directory of the presences, with the columns of values: see `directory.ts`
 *
 * Series of one push share their instants, so a sample costs its value alone. One series is read without touching the others.
 */

import { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../../colony-bridge/protocol/query/codec/integers.ts";
import { requireFormat } from "../../storage/storage-fault.ts";
import { BUFFER_BYTES } from "../../work/resident.ts";
import { Directory, DirectoryWriter, readNumbers, readPresence, writeNumbers, writePresence } from "./block-index.ts";
import type { Chunk } from "./chunk.ts";
import { readColumn, writeColumn } from "./column.ts";

const FORMAT = 1;

/** A series and its samples; offsets are ms after the block's start, ascending. */
export interface Entry {
	series: number;
	offsets: Uint32Array;
	values: Float64Array;
	length: number;
}

/** A block in the making. */
export class BlockWriter {
	readonly #series: number[] = [];
	/** The instants of each presence, ms after the block's start. */
	readonly #presences: Uint32Array[] = [];
	readonly #directory = new DirectoryWriter();

	/** @param entry of a higher series than the one before, not empty. */
	add({ series, offsets, values, length }: Entry): void {
		let which = this.#presences.findIndex((other) => sameInstants(other, offsets, length));
		if (which < 0) which = this.#presences.push(offsets.slice(0, length)) - 1;
		this.#series.push(series);
		this.#directory.add(which, (out) => writeColumn(values, length, out));
	}

	/** First series; undefined: the block is empty. */
	get first(): number | undefined {
		return this.#series[0];
	}

	bytes(): Uint8Array {
		const frame = new ByteWriter();
		const instants = union(this.#presences);
		frame.byte(FORMAT);
		writeNumbers(this.#series, frame);
		frame.varint(instants.length);
		writeIntegers(Float64Array.from(instants), instants.length, frame);
		frame.varint(this.#presences.length);
		for (const offsets of this.#presences) writePresence(instants, offsets, offsets.length, frame);
		this.#directory.writeInto(frame);
		return frame.take();
	}
}

function sameInstants(a: Uint32Array, b: Uint32Array, length: number): boolean {
	if (a.length !== length) return false;
	for (let i = length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
	return true;
}

/** All instants of any, ascending. */
function union(presences: readonly Uint32Array[]): Uint32Array {
	const [first, ...others] = presences;
	if (!first || others.length === 0) return first ?? new Uint32Array();
	const all = new Set<number>(first);
	for (const offsets of others) for (const offset of offsets) all.add(offset);
	return Uint32Array.from(all).sort();
}

let scratch = new Float64Array(2048);

export class Block {
	/** Ascending. */
	readonly series: Uint32Array;
	readonly #instants: Uint32Array[];
	readonly #directory: Directory;

	/** @throws NewerVersion, or a RangeError where the bytes are no block. */
	constructor(bytes: Uint8Array) {
		const from = new ByteReader(bytes);
		requireFormat("a block of samples", from.byte(), FORMAT);
		this.series = readNumbers(from);
		const count = from.varint();
		if (scratch.length < count) scratch = new Float64Array(count * 2);
		readIntegers(from, count, scratch);
		const all = Uint32Array.from(scratch.subarray(0, count));
		this.#instants = Array.from({ length: from.varint() }, () => readPresence(from, all));
		this.#directory = new Directory(from, this.series.length);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const instants = this.#instants.reduce((sum, { byteLength }) => sum + byteLength + BUFFER_BYTES, 0);
		return this.#directory.bytes + this.series.byteLength + instants;
	}

	/** @param place of the series in `series`. @param base the block's start, ms. @returns its samples, valid until the next call. */
	chunk(place: number, base: number): Chunk {
		const offsets = this.#instants[this.#directory.which(place)] as Uint32Array;
		if (scratch.length < offsets.length) scratch = new Float64Array(offsets.length * 2);
		readColumn(this.#directory.column(place), offsets.length, scratch);
		return { base, offsets, values: scratch, length: offsets.length };
	}
}
