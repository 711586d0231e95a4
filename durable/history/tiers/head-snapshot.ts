/**
 * The head on disk, as it was at a position of the log: a cold start reads it and replays what came since, instead of twenty minutes. It saves time
 * and nothing else. Where it is missing, damaged, of another version or older than what is flushed, the log has all of it.
 *
 * Rows of `history_head`: a checksum of all the rest in 4 bytes with a header of JSON, then arrays as they lie in memory, one after the other, cut into
 * rows. SQLite finds no damage inside a blob, and a sample restored wrong would look like any other.
 */
import type { Sql } from "../../storage/sql.ts";

export const HEAD_SQL = {
	read: "SELECT bytes FROM history_head WHERE part = ?",
	write: "INSERT INTO history_head (part, bytes) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET bytes = excluded.bytes",
} as const;

const FORMAT = 1;
const ROW_BYTES = 1_500_000;

export type StoredArray = Float64Array | Uint32Array | Int32Array | Uint8Array;

export interface HeadSnapshot {
	/** All samples up to this position of the log are in it. */
	position: number;
	/** Single numbers and short lists. */
	header: Record<string, number | readonly number[]>;
	/** By name, in one order. */
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

/** Inside a transaction: in the place of the one before. */
export function writeSnapshot(sql: Sql, { position, header, arrays }: HeadSnapshot): void {
	const listed = Object.entries(arrays).map(([name, array]): Listed => [name, kindOf(array), array.length]);
	const text = new TextEncoder().encode(JSON.stringify({ format: FORMAT, position, header, arrays: listed }));
	let sum = checksum(text);
	const row = new Uint8Array(ROW_BYTES);
	let [part, filled] = [1, 0];
	for (const { buffer, byteOffset, byteLength } of Object.values(arrays)) {
		for (let taken = 0; taken < byteLength; ) {
			const some = Math.min(byteLength - taken, ROW_BYTES - filled);
			row.set(new Uint8Array(buffer, byteOffset + taken, some), filled);
			taken += some;
			filled += some;
			if (filled < ROW_BYTES) continue;
			sum = checksum(row, sum);
			sql.run(HEAD_SQL.write, part++, row);
			filled = 0;
		}
	}
	const last = row.slice(0, filled);
	if (filled > 0) sql.run(HEAD_SQL.write, part, last);
	const first = new Uint8Array(4 + text.length);
	new DataView(first.buffer).setUint32(0, checksum(last, sum), true);
	first.set(text, 4);
	sql.run(HEAD_SQL.write, 0, first);
}

/** @returns undefined where there is none that this version can read. */
export function readSnapshot(sql: Sql): HeadSnapshot | undefined {
	const read = (part: number) => sql.all<{ bytes: Uint8Array }>(HEAD_SQL.read, part)[0]?.bytes;
	const first = read(0);
	if (!first) return undefined;
	try {
		const text = first.subarray(4);
		let sum = checksum(text);
		const { format, position, header, arrays } = JSON.parse(new TextDecoder().decode(text));
		if (format !== FORMAT) return undefined;
		let part = 0;
		let row: Uint8Array = new Uint8Array();
		let taken = 0;
		const found: HeadSnapshot["arrays"] = {};
		for (const [name, kind, length] of arrays as Listed[]) {
			const array = new KINDS[kind](length);
			const bytes = new Uint8Array(array.buffer);
			for (let filled = 0; filled < bytes.length; ) {
				if (taken === row.length) {
					[row, taken] = [read(++part) ?? new Uint8Array(), 0];
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
		const { buffer, byteOffset } = first;
		return sum === new DataView(buffer, byteOffset).getUint32(0, true) ? { position, header, arrays: found } : undefined;
	} catch {
		return undefined;
	}
}
