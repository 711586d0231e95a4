/**
 * Doubles that are no short decimals, bit for bit. Each is XORed with the one before; of the eight bytes only those between the leading
 * and the trailing zero bytes are written, after one byte that counts both (leading * 16 + trailing; 0x80: all are zero).
 */
import type { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/codec/bytes.ts";

const double = new Float64Array(1);
const bits = new Uint8Array(double.buffer);

export function writeExact(values: Float64Array, count: number, out: ByteWriter): void {
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

export function readExact(from: ByteReader, count: number, values: Float64Array): void {
	const before = new Uint8Array(8);
	for (let i = 0; i < count; i++) {
		const zeros = from.byte();
		if (zeros !== 0x80) for (let b = zeros & 15; b < 8 - (zeros >> 4); b++) before[b] = (before[b] as number) ^ from.byte();
		bits.set(before);
		values[i] = double[0] as number;
	}
}
