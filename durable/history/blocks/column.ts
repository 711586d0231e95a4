/**
 * Doubles that are no short decimals, bit for bit. Each is XORed with the one before; of the eight bytes only those between the leading
 * and the trailing zero bytes are written, after one byte that counts both (leading * 16 + trailing; 0x80: all are zero).
 */
import type { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { MOST_INTEGER, readIntegers, writeIntegers } from "../../../colony-bridge/protocol/query/codec/integers.ts";

const double = new Float64Array(1);
const bits = new Uint8Array(double.buffer);

function writeExact(values: Float64Array, count: number, out: ByteWriter): void {
	const before = new Uint8Array(8);
	const mixed = new Uint8Array(8);
	for (let i = 0; i < count; i++) {
		double[0] = values[i] as number;
		for (let b = 0; b < 8; b++) mixed[b] = (bits[b] as number) ^ (before[b] as number);
		before.set(bits);
		let top = 8;
		while (top > 0 && mixed[top - 1] === 0) top--;
		let low = 0;
		while (low < top && mixed[low] === 0) low++;
		out.byte(top === 0 ? 0x80 : (8 - top) * 16 + low);
		out.append(mixed.subarray(low, top));
	}
}

function readExact(from: ByteReader, count: number, values: Float64Array): void {
	const before = new Uint8Array(8);
	for (let i = 0; i < count; i++) {
		const zeros = from.byte();
		if (zeros !== 0x80) for (let b = zeros & 15; b < 8 - (zeros >> 4); b++) before[b] = (before[b] as number) ^ from.byte();
		bits.set(before);
		values[i] = double[0] as number;
	}
}

/**
 * Doubles as short decimals: what people and programs report mostly has a few digits after the point, and 45.2 is 452 tenths.
 * A value counts as a decimal only if the division gives the same double back, bit for bit.
 */
const MOST_DIGITS = 12;
const POWER = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits);

interface Decimals {
	/** Digits after the point, the same for all. */
	digits: number;
	/** Places whose value is no such decimal; `scaled` has the one before in its place. */
	exceptions: number[];
}

/**
 * Fills `scaled` with value * 10^digits.
 * @param patience how many exceptions are still worth it.
 * @returns undefined where there are more.
 */
export function toDecimals(values: Float64Array, count: number, scaled: Float64Array, patience: number): Decimals | undefined {
	const exceptions: number[] = [];
	let digits = 0;
	for (let i = 0; i < count; i++) {
		const value = values[i] as number;
		let power = POWER[digits] as number;
		let whole = Math.round(value * power);
		if (whole / power === value && Math.abs(whole) <= MOST_INTEGER && !(whole === 0 && Object.is(value, -0))) {
			scaled[i] = whole;
			continue;
		}
		const more = digitsOf(value, digits + 1);
		if (more === undefined || !rescale(scaled, i, more - digits)) {
			if (exceptions.push(i) > patience) return undefined;
			scaled[i] = i === 0 ? 0 : (scaled[i - 1] as number);
			continue;
		}
		digits = more;
		power = POWER[digits] as number;
		whole = Math.round(value * power);
		scaled[i] = whole;
	}
	return { digits, exceptions };
}

/** @returns how many digits the value needs, at least `from`; undefined: too many. */
function digitsOf(value: number, from: number): number | undefined {
	if (Object.is(value, -0)) return undefined;
	for (let digits = from; digits <= MOST_DIGITS; digits++) {
		const whole = Math.round(value * (POWER[digits] as number));
		if (Math.abs(whole) > MOST_INTEGER) return undefined;
		if (whole / (POWER[digits] as number) === value) return digits;
	}
	return undefined;
}

/** Gives the first `count` numbers more digits. @returns false, and nothing is changed, where one would become too great. */
function rescale(scaled: Float64Array, count: number, digits: number): boolean {
	const power = POWER[digits] as number;
	for (let i = 0; i < count; i++) if (Math.abs(scaled[i] as number) * power > MOST_INTEGER) return false;
	for (let i = 0; i < count; i++) scaled[i] = (scaled[i] as number) * power;
	return true;
}

/** Turns whole numbers back into the values, in place. */
export function fromDecimals(numbers: Float64Array, count: number, digits: number): void {
	if (digits === 0) return;
	const power = POWER[digits];
	if (power === undefined) throw new RangeError(`${digits} digits after the point: the block is damaged, or of a newer version`);
	for (let i = 0; i < count; i++) numbers[i] = (numbers[i] as number) / power;
}

/**
 * A column of doubles as bytes, and back, bit for bit. Any double but NaN.
 *
 * First byte: digits after the point, 0 to 12, and then {@link writeIntegers}; plus 0x40 where exceptions stand before it (how many, then
 * each as its distance from the one before and eight bytes); 0x80: {@link writeExact}. The count is not written: who reads knows it.
 *
 * Example: 45.2, 45.3, 45.3, 45.1 is `01` (tenths), `01` (value), `88 07` (452), `01` (divisor), `01` (lowest: -1), `00` (first k), `02`
 * (bytes) and 1, 2, 2, 0 as Rice codes.
 */
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
