/**
 * Adaptive Rice coding of whole numbers from 0 to 2^54: small ones cost few bits, and "small" is learnt as the column goes.
 *
 * A number u is q = u >> k ones, a zero, and the k low bits of u. Both ends follow the mean of what went before (a sixteenth of each new
 * number enters it) and take k = floor(log2(mean)), which is the best k, or next to it, for geometric and for uniform numbers alike
 * (R. F. Rice, "Some practical universal noiseless coding techniques", 1979; the adaptation is that of TTA and Monkey's Audio).
 * Twenty ones are an escape: 54 bits follow.
 *
 * Bits lie least first in little-endian 32-bit words, cut to whole bytes: a read is two words, a shift and a mask.
 */
import type { ByteReader, ByteWriter } from "./bytes.ts";

const ESCAPE = 20;
const HALF = 2 ** 27;
/** A number counts for no more than this in the mean, which so stays below 2^31. */
const MOST = HALF - 1;

let words = new Uint32Array(4096);
let bytes = new Uint8Array(words.buffer);

function room(count: number): void {
	if (count <= words.length) return;
	words = new Uint32Array(count * 2);
	bytes = new Uint8Array(words.buffer);
}

/** Writes the first k, the length in bytes, and the numbers' bits. */
export function writeRice(numbers: Float64Array, count: number, out: ByteWriter): void {
	room(count * 3 + 2);
	let sum = 0;
	for (let i = 0; i < count; i++) sum += Math.min(numbers[i] as number, MOST);
	const first = Math.floor(Math.log2(Math.max(1, sum / Math.max(1, count))));
	let mean = 2 ** first * 16;
	let word = 0;
	let held = 0;
	let filled = 0;

	for (let i = 0; i < count; i++) {
		const u = numbers[i] as number;
		const k = 31 - Math.clz32((mean >>> 4) | 1);
		const q = u < 2 ** 31 ? u >>> k : ESCAPE;
		if (q < ESCAPE) {
			put((1 << q) - 1, q + 1);
			if (k > 0) put(u & ((1 << k) - 1), k);
		} else {
			put((1 << ESCAPE) - 1, ESCAPE);
			put(u % HALF, 27);
			put(Math.floor(u / HALF), 27);
		}
		mean += Math.min(u, MOST) - (mean >>> 4);
	}
	words[word] = held;
	const length = word * 4 + ((filled + 7) >> 3);
	out.byte(first);
	out.varint(length);
	out.append(bytes.subarray(0, length));

	function put(bits: number, width: number): void {
		held |= bits << filled;
		const full = filled + width;
		if (full < 32) {
			filled = full;
			return;
		}
		words[word++] = held;
		held = filled === 0 ? 0 : bits >>> (32 - filled);
		filled = full - 32;
	}
}

/** Fills `numbers` with `count` numbers. */
export function readRice(from: ByteReader, count: number, numbers: Float64Array): void {
	let mean = 2 ** from.byte() * 16;
	const source = from.take(from.varint());
	room((source.length >> 2) + 4);
	bytes.set(source);
	bytes.fill(0, source.length, source.length + 12);
	const input = words;
	const end = source.length * 8;
	let position = 0;

	for (let i = 0; i < count; i++) {
		const k = 31 - Math.clz32((mean >>> 4) | 1);
		let at = position >>> 5;
		let shift = position & 31;
		let window = shift === 0 ? (input[at] as number) : ((input[at] as number) >>> shift) | ((input[at + 1] as number) << (32 - shift));
		const zeros = ~window;
		const q = 31 - Math.clz32(zeros & -zeros);
		let u: number;
		if (zeros !== 0 && q < ESCAPE) {
			position += q + 1;
			u = q << k;
			if (k > 0) {
				at = position >>> 5;
				shift = position & 31;
				window = shift === 0 ? (input[at] as number) : ((input[at] as number) >>> shift) | ((input[at + 1] as number) << (32 - shift));
				u += window & ((1 << k) - 1);
				position += k;
			}
		} else {
			u = bits(position + ESCAPE) + bits(position + ESCAPE + 27) * HALF;
			position += ESCAPE + 54;
		}
		if (position > end) throw new RangeError(`column of ${count} numbers ends after ${i}: it is cut short or damaged`);
		numbers[i] = u;
		mean += Math.min(u, MOST) - (mean >>> 4);
	}

	function bits(position: number): number {
		const at = position >>> 5;
		const shift = position & 31;
		const low = (input[at] as number) >>> shift;
		return (shift === 0 ? low : low | ((input[at + 1] as number) << (32 - shift))) & MOST;
	}
}
