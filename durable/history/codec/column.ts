/**
 * A column of doubles as bytes, and back, bit for bit. Any double but NaN.
 *
 * First byte: digits after the point, 0 to 12, and then {@link writeIntegers}; plus 0x40 where exceptions stand before it (how many, then
 * each as its distance from the one before and eight bytes); 0x80: {@link writeExact}. The count is not written: who reads knows it.
 *
 * Example: 45.2, 45.3, 45.3, 45.1 is `01` (tenths), `01` (value), `88 07` (452), `01` (divisor), `01` (lowest: -1), `00` (first k), `02`
 * (bytes) and 1, 2, 2, 0 as Rice codes.
 */
import type { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../../colony-bridge/protocol/codec/integers.ts";
import { fromDecimals, toDecimals } from "./decimal.ts";
import { readExact, writeExact } from "./exact.ts";

const EXCEPTIONS = 0x40;
const EXACT = 0x80;
/** An exception costs some nine bytes, about what the rest of the column costs in as many values. */
const VALUES_AN_EXCEPTION = 16;

let scaled = new Float64Array(2048);

export function writeColumn(values: Float64Array, count: number, out: ByteWriter): void {
	if (scaled.length < count) scaled = new Float64Array(count * 2);
	const decimals = toDecimals(values, count, scaled, count / VALUES_AN_EXCEPTION);
	if (!decimals) {
		out.byte(EXACT);
		writeExact(values, count, out);
		return;
	}
	const { digits, exceptions } = decimals;
	out.byte(digits + (exceptions.length > 0 ? EXCEPTIONS : 0));
	if (exceptions.length > 0) writeExceptions(values, exceptions, out);
	writeIntegers(scaled, count, out);
}

function writeExceptions(values: Float64Array, exceptions: readonly number[], out: ByteWriter): void {
	out.varint(exceptions.length);
	let before = 0;
	for (const place of exceptions) {
		out.varint(place - before);
		before = place;
	}
	out.append(new Uint8Array(Float64Array.from(exceptions, (place) => values[place] as number).buffer));
}

/** Fills `values` with `count` values. @throws RangeError where the bytes are no column. */
export function readColumn(from: ByteReader, count: number, values: Float64Array): void {
	const first = from.byte();
	if (first === EXACT) {
		readExact(from, count, values);
		return;
	}
	const exceptions = first & EXCEPTIONS ? readExceptions(from) : undefined;
	readIntegers(from, count, values);
	fromDecimals(values, count, first & ~EXCEPTIONS);
	for (const [place, value] of exceptions ?? []) values[place] = value;
}

function readExceptions(from: ByteReader): [number, number][] {
	const count = from.varint();
	const places: number[] = [];
	for (let i = 0; i < count; i++) places.push((places.at(-1) ?? 0) + from.varint());
	const doubles = new Float64Array(from.take(count * 8).slice().buffer);
	return places.map((place, i) => [place, doubles[i] as number]);
}
