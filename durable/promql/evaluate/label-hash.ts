/** Hashes of labels as Prometheus computes them: limit_ratio chooses the same series. */
import type { Labels } from "../values.ts";
import { xxhash64 } from "./xxhash64.ts";

const UTF8 = new TextEncoder();

/** Each text after its length: one byte, or 255 and three. */
function bytesOf(labels: Labels): Uint8Array {
	const texts = labels.flat.map((text) => UTF8.encode(text));
	const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length + 4, 0));
	let at = 0;
	for (const text of texts) {
		const { length } = text;
		if (length < 255) bytes[at++] = length;
		else {
			bytes.set([255, length & 255, (length >> 8) & 255, (length >> 16) & 255], at);
			at += 4;
		}
		bytes.set(text, at);
		at += length;
	}
	return bytes.subarray(0, at);
}

const ALL = 2 ** 64;

/** Share of the hash in the highest, from 0 to 1. */
export function hashShare(labels: Labels): number {
	return Number(xxhash64(bytesOf(labels))) / ALL;
}
