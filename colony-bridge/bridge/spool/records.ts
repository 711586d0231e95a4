/**
 * Records in a file: length and CRC-32 of the payload, four bytes each, then the payload. What was being written when the process or the
 * machine died is told by them: a record that is not whole ends the reading.
 */
import { crc32 } from "node:zlib";

export const RECORD_HEAD = 8;
/** Longer than any record: a length beyond it is not one. */
const LONGEST = 64_000_000;

export function recordOf(payload: Buffer): Buffer {
	const head = Buffer.alloc(RECORD_HEAD);
	head.writeUInt32LE(payload.length, 0);
	head.writeUInt32LE(crc32(payload), 4);
	return Buffer.concat([head, payload]);
}

export interface ReadRecord {
	payload: Buffer;
	/** Where the payload begins. */
	offset: number;
}

/** Whole records from the beginning on. @returns where reading ended: the length, unless something there is no whole record. */
export function* recordsIn(bytes: Buffer): Generator<ReadRecord, number> {
	let at = 0;
	while (at + RECORD_HEAD <= bytes.length) {
		const length = bytes.readUInt32LE(at);
		const offset = at + RECORD_HEAD;
		if (length > LONGEST || offset + length > bytes.length) return at;
		const payload = bytes.subarray(offset, offset + length);
		// A stretch of zeros, which a crash may leave, has a length and a sum of zero.
		if (length === 0 || crc32(payload) !== bytes.readUInt32LE(at + 4)) return at;
		yield { payload, offset };
		at = offset + length;
	}
	return at;
}
