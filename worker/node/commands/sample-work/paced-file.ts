/** Reads a file no faster than asked: sample work shares the machine with its owner's. */
import { createReadStream } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const CHUNK_BYTES = 16_384;

/** @param bytesPerSecond mean speed. @param read told the bytes so far. */
export async function* pacedFile(path: string, bytesPerSecond: number, read?: (bytes: number) => void): AsyncGenerator<Buffer> {
	const start = performance.now();
	let bytes = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
		yield chunk as Buffer;
		bytes += (chunk as Buffer).length;
		read?.(bytes);
		const ahead = (1000 * bytes) / bytesPerSecond - (performance.now() - start);
		if (ahead > 1) await wait(ahead);
	}
}
