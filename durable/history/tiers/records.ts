/**
 * Records of `history_head`: a header of JSON and arrays as they lie in memory, in rows from a key on. A record is read whole, or not at all: it begins
 * with a checksum of all the rest, for SQLite finds no damage inside a blob, and a sample restored wrong would look like any other.
 *
 *     checksum, length of the header   4 bytes each
 *     header                           JSON: `header`, and name, kind and length of each array
 *     arrays                           one after the other, over as many rows as it takes
 */
import type { Sql } from "../../storage/sql.ts";

export const HEAD_SQL = {
	read: "SELECT bytes FROM history_head WHERE part = ?",
	write: "INSERT INTO history_head (part, bytes) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET bytes = excluded.bytes",
	drop: "DELETE FROM history_head WHERE part >= ? AND part < ?",
} as const;

const FORMAT = 1;
const ROW_BYTES = 1_500_000;
const BEFORE_HEADER = 8;

export type StoredArray = Float64Array | Uint32Array | Int32Array | Uint8Array;

export interface HeadRecord {
	/** Single numbers and short lists. */
	header: Record<string, number | readonly number[]>;
	/** By name. */
	arrays: Record<string, StoredArray>;
}

const KINDS = { f64: Float64Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array };
type Kind = keyof typeof KINDS;
const kindOf = (array: StoredArray): Kind =>
	array instanceof Float64Array ? "f64" : array instanceof Uint32Array ? "u32" : array instanceof Int32Array ? "i32" : "u8";

/** FNV-1a over 32-bit words (Fowler, Noll, Vo): each step is a bijection, so one changed word always changes the sum. */
function checksum(bytes: Uint8Array, before = 0x811c9dc5): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let sum = before;
	let at = 0;
	for (; at + 4 <= bytes.length; at += 4) sum = Math.imul(sum ^ view.getUint32(at, true), 0x01000193);
	for (; at < bytes.length; at++) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
	return sum >>> 0;
}

type Listed = [name: string, kind: Kind, length: number];

/** Inside a transaction: in the place of the one before. @param key of its first row; the next ones follow. */
export function writeRecord(sql: Sql, key: number, { header, arrays }: HeadRecord): void {
	const listed = Object.entries(arrays).map(([name, array]): Listed => [name, kindOf(array), array.length]);
	const text = new TextEncoder().encode(JSON.stringify({ format: FORMAT, header, arrays: listed }));
	const parts = [
		text,
		...Object.values(arrays).map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
	];
	let left = parts.reduce((sum, { length }) => sum + length, BEFORE_HEADER);
	const first = new Uint8Array(Math.min(left, ROW_BYTES));
	const start = new DataView(first.buffer);
	start.setUint32(4, text.length, true);
	let [row, filled, number] = [first, BEFORE_HEADER, 0];
	let sum = 0;
	const end = (): void => {
		sum = number === 0 ? checksum(row.subarray(4)) : checksum(row, sum);
		if (number > 0) sql.run(HEAD_SQL.write, key + number, row);
		left -= row.length;
		number++;
		if (left > 0) row = new Uint8Array(Math.min(left, ROW_BYTES));
		filled = 0;
	};
	for (const part of parts) {
		for (let taken = 0; taken < part.length; ) {
			if (filled === row.length) end();
			const some = part.subarray(taken, taken + row.length - filled);
			row.set(some, filled);
			taken += some.length;
			filled += some.length;
		}
	}
	end();
	start.setUint32(0, sum, true);
	sql.run(HEAD_SQL.write, key, first);
}

/** @returns undefined where there is none that this version can read. */
export function readRecord(sql: Sql, key: number): HeadRecord | undefined {
	const read = (number: number) => sql.all<{ bytes: Uint8Array }>(HEAD_SQL.read, key + number)[0]?.bytes;
	let row = read(0);
	if (!row) return undefined;
	try {
		const start = new DataView(row.buffer, row.byteOffset, row.byteLength);
		const [told, length] = [start.getUint32(0, true), start.getUint32(4, true)];
		const text = new TextDecoder().decode(row.subarray(BEFORE_HEADER, BEFORE_HEADER + length));
		const { format, header, arrays } = JSON.parse(text) as HeadRecord & { format: number; arrays: unknown };
		if (format !== FORMAT) return undefined;
		let sum = checksum(row.subarray(4));
		let [number, taken] = [0, BEFORE_HEADER + length];
		const found: HeadRecord["arrays"] = {};
		for (const [name, kind, length] of arrays as unknown as Listed[]) {
			const array = new KINDS[kind](length);
			const bytes = new Uint8Array(array.buffer);
			for (let filled = 0; filled < bytes.length; ) {
				if (taken === row.length) {
					[row, taken] = [read(++number) ?? new Uint8Array(), 0];
					if (row.length === 0) return undefined;
					sum = checksum(row, sum);
				}
				const some = row.subarray(taken, taken + bytes.length - filled);
				bytes.set(some, filled);
				filled += some.length;
				taken += some.length;
			}
			found[name] = array;
		}
		return sum === told ? { header, arrays: found } : undefined;
	} catch {
		return undefined;
	}
}
