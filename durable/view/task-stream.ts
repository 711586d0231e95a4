/** A task stream as bytes: ended tasks as they lie on disk, and those that have not ended as they stand. */
import type { Bar } from "../../colony-bridge/protocol/task-bars.ts";
import { encodeStream } from "../../colony-bridge/protocol/task-stream.ts";
import type { StreamAsk } from "../tasks/stream.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";

/** Tasks in progress that are drawn; there are more in the head's count. */
const OPEN = 20_000;

/** Units of making a bar of a task on the spot. */
const BAR_UNITS = 20;

export function* taskStream({ state, tasks }: Facts, ask: StreamAsk): Work<Uint8Array> {
	const { parts, kept, first, last } = yield* tasks.stream(ask);
	const open: Bar[] = [];
	for (const { value } of state.running.values()) {
		if (open.length === OPEN) break;
		open.push({ ...value, number: 0, status: "open" });
	}
	yield open.length * BAR_UNITS;
	return encodeStream({ at: state.at, kept, first, last, seen: state.ended, active: state.running.size }, open, parts);
}
