/** The bytes of a task stream: full blocks' bars as stored, the newest encoded on the spot. */
import { barsOf, encodeBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import type { Work } from "../work/work.ts";
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

/** Units of reading a block, and of an end that is in none. */
const BLOCK_UNITS = 10_000;
const END_UNITS = 20;

/** Of one instant: what ends while blocks are read comes with what is asked for next. */
export function* streamPart(ring: TaskRing, { after = 0, before = Number.POSITIVE_INFINITY, since = 0 }: StreamAsk): Work<StreamPart> {
	const { kept, last } = ring;
	const { blocks, loose } = ring.lying((row) => row.last > after && row.first < before && row.ended >= since);
	const rest = loose.filter(({ number, end }) => number > after && number < before && end.endedAt >= since);
	const encoded = rest.length > 0 ? [encodeBars(barsOf(rest.map(({ number, end }) => ({ ...end, number }))))] : [];
	yield loose.length * END_UNITS;
	const parts: Uint8Array[] = [];
	for (const { block } of blocks) {
		parts.push(block.barBytes);
		yield BLOCK_UNITS;
	}
	return { parts: [...parts, ...encoded], kept, first: ring.first ?? 0, last };
}
