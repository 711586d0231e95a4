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
	/** One entry for each presence. */
	readonly #presences: Entry[] = [];
	readonly #directory = new DirectoryWriter();

	/** @param entry of a higher series than the one before, not empty; its arrays belong to the writer now. */
	add(entry: Entry): void {
		const known = this.#presences.findIndex((other) => sameInstants(other, entry));
		this.#series.push(entry.series);
		this.#directory.add(known >= 0 ? known : this.#presences.push(entry) - 1, (out) => writeColumn(entry.values, entry.length, out));
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
		for (const { offsets, length } of this.#presences) writePresence(instants, offsets, length, frame);
		this.#directory.writeInto(frame);
		return frame.take();
	}
}

function sameInstants(a: Entry, b: Entry): boolean {
	if (a.length !== b.length) return false;
	for (let i = a.length - 1; i >= 0; i--) if (a.offsets[i] !== b.offsets[i]) return false;
	return true;
}

/** All instants of any, ascending. */
function union(entries: readonly Entry[]): Uint32Array {
	const first = entries[0];
	if (!first) return new Uint32Array();
	if (entries.length === 1) return first.offsets.slice(0, first.length);
	const all = new Set<number>();
	for (const { offsets, length } of entries) for (let i = 0; i < length; i++) all.add(offsets[i] as number);
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

	/** @param place of the series in `series`. @param base the block's start, ms. @returns its samples, valid until the next call. */
	chunk(place: number, base: number): Chunk {
		const offsets = this.#instants[this.#directory.which(place)] as Uint32Array;
		if (scratch.length < offsets.length) scratch = new Float64Array(offsets.length * 2);
		readColumn(this.#directory.column(place), offsets.length, scratch);
		return { base, offsets, values: scratch, length: offsets.length };
	}
}
