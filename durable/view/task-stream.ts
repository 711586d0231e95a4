/** A task stream as bytes: ended tasks as they lie on disk, and those that have not ended as they stand. */

import type { Bar } from "../../colony-bridge/protocol/query/task-bars.ts";
import { encodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { StreamAsk } from "../tasks/stream.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";
import { openTasks } from "./tasks.ts";

/** Tasks in progress that are drawn; there are more in the head's count. */
const OPEN = 20_000;

/** Units of making a bar of a task on the spot. */
const BAR_UNITS = 20;

export function* taskStream(facts: Facts, ask: StreamAsk): Work<Uint8Array> {
	const { state, tasks, hearing } = facts;
	const { active, notHeard } = openTasks(facts);
	const { parts, kept, first, last } = yield* tasks.stream(ask);
	const open: Bar[] = [];
	for (const { value, bridge } of state.running.values()) {
		if (open.length === OPEN) break;
		const since = hearing.silent.get(bridge);
		// A bar goes on to where it was heard of last.
		if (since === undefined) open.push({ ...value, number: 0, status: "open" });
		else open.push({ ...value, number: 0, status: NOT_HEARD, endedAt: Math.max(since, value.startedAt ?? 0) });
	}
	yield open.length * BAR_UNITS;
	return encodeStream({ log: state.began, at: state.at, kept, first, last, seen: state.ended, active, notHeard }, open, parts);
}
