/**
 * Content of a task stream: `GET /api/tasks/stream`, bytes. A head as JSON, tasks that have not ended (bars, then their ids), and ended
 * ones by blocks as they lie on disk (`task-bars.ts`), oldest first. Each part stands behind its length.
 */
import { ByteReader, ByteWriter } from "./codec/bytes.ts";
import { readIds, writeIds } from "./codec/texts.ts";
import { type Bar, barsOf, decodeBars, encodeBars, type TaskBars } from "./task-bars.ts";

export interface StreamHead {
	/** Identifies the log, as in a snapshot: numbers of another log are other tasks. */
	log: number;
	/** The cluster's clock when it last heard of anything, ms. */
	at: number;
	/** Ended tasks that are kept, and the numbers of the first and the last of them. */
	retained: number;
	first: number;
	last: number;
	/** Tasks that ended since the cluster began, those that run, and those of which nobody knows it, for their bridge is silent. */
	total: number;
	active: number;
	notHeard: number;
}

export interface TaskStream extends StreamHead {
	open: TaskBars;
	/** Ids of the open ones. */
	ids: string[];
	/** By blocks, each to be read when its turn comes (`decodeBars`). */
	ended: Uint8Array[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function part(bytes: Uint8Array, out: ByteWriter): void {
	out.varint(bytes.length);
	out.append(bytes);
}

export function encodeStream(head: StreamHead, open: readonly Bar[], parts: readonly Uint8Array[]): Uint8Array {
	const out = new ByteWriter();
	part(encoder.encode(JSON.stringify(head)), out);
	part(encodeBars(barsOf(open)), out);
	writeIds(
		open.map(({ id }) => id),
		out,
	);
	for (const bytes of parts) part(bytes, out);
	return out.take();
}

/** @throws RangeError where the bytes are no stream. */
export function decodeStream(bytes: Uint8Array): TaskStream {
	const from = new ByteReader(bytes);
	const next = () => from.take(from.varint());
	const head = JSON.parse(decoder.decode(next())) as StreamHead;
	const open = decodeBars(new ByteReader(next()));
	const ids = readIds(from, open.count);
	const ended: Uint8Array[] = [];
	while (from.position < bytes.length) ended.push(next());
	return { ...head, open, ids, ended };
}
