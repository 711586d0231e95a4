/** What a task stream is sent: full blocks' bars as they lie on disk, the newest encoded on the spot. */
import { barsOf, encodeBars } from "../../colony-bridge/protocol/task-bars.ts";
import type { TaskRing } from "./ring.ts";

export interface StreamAsk {
	/** Ends with greater numbers. Whole blocks are sent, so some before may come again. */
	after?: number | undefined;
	/** Ends with smaller numbers. */
	before?: number | undefined;
	/** Tasks that ran at this instant or later, ms. */
	since?: number | undefined;
}

export interface StreamPart {
	/** Bars by blocks, oldest first (`protocol/task-bars.ts`). */
	parts: Uint8Array[];
	/** Ends that are kept, and the numbers of the first and the last of them. */
	kept: number;
	first: number;
	last: number;
}

export function streamPart(ring: TaskRing, { after = 0, before = Number.POSITIVE_INFINITY, since = 0 }: StreamAsk): StreamPart {
	const { blocks, loose } = ring.lying((row) => row.last > after && row.first < before && row.ended >= since);
	const parts = blocks.map((block) => block.barBytes);
	const rest = loose.filter(({ number, end }) => number > after && number < before && end.endedAt >= since);
	if (rest.length > 0) parts.push(encodeBars(barsOf(rest.map(({ number, end }) => ({ ...end, number })))));
	return { parts, kept: ring.kept, first: ring.first ?? 0, last: ring.last };
}
