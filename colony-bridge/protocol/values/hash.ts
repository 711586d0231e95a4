/** Hash of a text, 32 bits without a sign: FNV-1a (Fowler, Noll, Vo) over its UTF-16 units. */
export function fnv1a(text: string): number {
	let sum = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
	return sum >>> 0;
}

export function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
