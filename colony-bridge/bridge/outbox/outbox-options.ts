import type { OutboxEntry } from "./outbox-entry.ts";
import type { Spool } from "./spool.ts";

export interface OutboxOptions {
	/** Bytes of frames kept in memory. */
	bufferBytes: number;
	/** Bytes a push aims at. One frame that is larger goes alone. */
	pushBytes: number;
	/** Unacknowledged pushes on a link. */
	window: number;
	/** Keeps frames beyond memory and beyond the process. */
	spool: Spool;
	/** A frame got its number. */
	onNumbered(entry: OutboxEntry): void;
}

export const DEFAULT_BUFFER_BYTES = 16_000_000;
const PUSH_BYTES = 256_000;
/** Few pushes in flight, so that new frames wait for few old ones while a backlog is sent. */
const WINDOW = 2;

/** @throws RangeError where the buffer could not work. */
export function outboxOptions(
	given: Partial<OutboxOptions>,
): Partial<OutboxOptions> & Pick<OutboxOptions, "bufferBytes" | "pushBytes" | "window"> {
	const bufferBytes = given.bufferBytes ?? DEFAULT_BUFFER_BYTES;
	if (!(bufferBytes >= 1000)) throw new RangeError(`invalid bufferBytes ${bufferBytes}; at least 1000 bytes`);
	// Numbered frames cannot be dropped, so what may be in flight takes half of a small buffer at most.
	const pushBytes = Math.min(given.pushBytes ?? PUSH_BYTES, Math.max(250, bufferBytes / 8));
	return { ...given, bufferBytes, pushBytes, window: given.window ?? WINDOW };
}
