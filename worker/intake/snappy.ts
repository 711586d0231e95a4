/**
 * Snappy's block format, read. `snappyjs` is not used here: a literal whose length is negative as 32 bits makes it read in a circle for ever, and it
 * does not say where a block is cut off.
 */
import { Malformed } from "./malformed.ts";

/** Bytes that follow a literal's tag for lengths past 60. */
const SHORT_LITERAL = 60;

/** @param most bytes that it may have once it is read. @throws Malformed; RangeError where it would have more, before anything is read. */
export function readSnappy(bytes: Uint8Array, most: number): Uint8Array {
	let at = 0;
	const byte = (): number => {
		const value = bytes[at++];
		if (value === undefined) throw new Malformed("the snappy block is cut off");
		return value;
	};
	/** Little-endian. */
	const number = (length: number): number => {
		let value = 0;
		for (let i = 0; i < length; i++) value += byte() * 2 ** (8 * i);
		return value;
	};
	const length = readLength(byte);
	if (length > most) throw new RangeError(`${length} bytes`);
	const out = new Uint8Array(length);
	let end = 0;
	while (at < bytes.length) {
		const tag = byte();
		const kind = tag & 3;
		if (kind === 0) {
			const short = tag >> 2;
			const count = 1 + (short < SHORT_LITERAL ? short : number(short - SHORT_LITERAL + 1));
			if (at + count > bytes.length || end + count > length) throw new Malformed("a literal of the snappy block is longer than the block");
			out.set(bytes.subarray(at, at + count), end);
			at += count;
			end += count;
			continue;
		}
		const count = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
		const offset = kind === 1 ? (tag >> 5) * 256 + byte() : number(kind === 2 ? 2 : 4);
		if (offset === 0 || offset > end || end + count > length) throw new Malformed("a copy of the snappy block is out of range");
		// It may repeat what it writes itself.
		for (const last = end + count; end < last; end++) out[end] = out[end - offset] as number;
	}
	if (end !== length) throw new Malformed(`the snappy block has ${end} bytes and says ${length}`);
	return out;
}

/** A varint of 32 bits. */
function readLength(byte: () => number): number {
	let length = 0;
	for (let i = 0; i < 5; i++) {
		const value = byte();
		length += (value & 127) * 2 ** (7 * i);
		if (value < 128) return length;
	}
	throw new Malformed("the body is no snappy block: its length has more than 32 bits");
}
