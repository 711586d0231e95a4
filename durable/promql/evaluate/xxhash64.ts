/** XXH64 of bytes, with seed 0: a hash that is fixed by its specification. */

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const in64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotated = (value: bigint, bits: bigint): bigint => in64((value << bits) | (value >> (64n - bits)));
const round = (lane: bigint, input: bigint): bigint => in64(rotated(in64(lane + in64(input * PRIME_2)), 31n) * PRIME_1);
const merge = (hash: bigint, lane: bigint): bigint => in64((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

export function xxhash64(bytes: Uint8Array): bigint {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const { length } = bytes;
	let at = 0;
	let hash = PRIME_5;
	if (length >= 32) {
		const lanes = [in64(PRIME_1 + PRIME_2), PRIME_2, 0n, in64(-PRIME_1)];
		for (; at + 32 <= length; at += 32) {
			for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane] as bigint, view.getBigUint64(at + lane * 8, true));
		}
		hash = in64(lanes.reduce((sum, lane, i) => sum + rotated(lane, [1n, 7n, 12n, 18n][i] as bigint), 0n));
		for (const lane of lanes) hash = merge(hash, lane);
	}
	hash = in64(hash + BigInt(length));
	for (; at + 8 <= length; at += 8) hash = in64(rotated(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
	if (at + 4 <= length) {
		hash = in64(rotated(in64(hash ^ (BigInt(view.getUint32(at, true)) * PRIME_1)), 23n) * PRIME_2 + PRIME_3);
		at += 4;
	}
	for (; at < length; at++) hash = in64(rotated(in64(hash ^ (BigInt(bytes[at] as number) * PRIME_5)), 11n) * PRIME_1);
	hash = in64((hash ^ (hash >> 33n)) * PRIME_2);
	hash = in64((hash ^ (hash >> 29n)) * PRIME_3);
	return hash ^ (hash >> 32n);
}
