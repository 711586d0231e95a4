/** Hash of a text, 32 bits without a sign: FNV-1a (Fowler, Noll, Vo) over its UTF-16 units. */
export function fnv1a(text: string): number {
	let sum = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
	return sum >>> 0;
}

export function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * 64 bits that tell whether bytes have changed, in hexadecimal: a step of FNV-1a a word, twice with different primes, each mixed down by a shift.
 * Somebody who wants two texts of one checksum can make them.
 */
export function checksum(bytes: Uint8Array): string {
	const { length } = bytes;
	// Words lie at multiples of four.
	const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
	const words = new Uint32Array(buffer, byteOffset, length >>> 2);
	let [a, b] = [0x811c9dc5 ^ length, 0x9e3779b9];
	for (let i = 0; i < words.length; i++) {
		const word = words[i] as number;
		a = Math.imul(a ^ word, 0x85ebca6b);
		a ^= a >>> 13;
		b = Math.imul(b ^ word, 0xc2b2ae35);
		b ^= b >>> 16;
	}
	for (let i = words.length * 4; i < length; i++) {
		a = Math.imul(a ^ (bytes[i] as number), 0x85ebca6b);
		b = Math.imul(b ^ (bytes[i] as number), 0xc2b2ae35);
	}
	return [a, b].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
}
