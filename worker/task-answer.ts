/** A task in the REST's words. */
import type { TaskAnswer } from "../colony-bridge/protocol/rest.ts";
import type { EndedRow, TaskRow } from "../colony-bridge/protocol/rows.ts";
import { heardFields } from "./heard-fields.ts";
import { isoField } from "./iso-instant.ts";

export function activeTask(row: TaskRow): TaskAnswer {
	return {
		...commonFields(row),
		...(row.progress !== undefined && { progress: row.progress }),
		...(row.dependencies !== undefined && { dependencies: row.dependencies }),
	};
}

export function endedTask(row: EndedRow): TaskAnswer {
	return {
		...commonFields({ ...row, id: row.task }),
		...isoField("ended_at", row.endedAt),
		...(row.durationMs !== undefined && { duration_ms: row.durationMs }),
		...(row.error !== undefined && { error: row.error }),
	};
}

function commonFields(row: TaskRow | EndedRow): TaskAnswer {
	return {
		id: row.id,
		name: row.name,
		...heardFields(row),
		...(row.kind !== undefined && { kind: row.kind }),
		...(row.worker !== undefined && { worker: row.worker }),
		...(row.attempt !== undefined && { attempt: row.attempt }),
		...(row.parent !== undefined && { parent: row.parent }),
		...isoField("queued_at", row.queuedAt),
		...isoField("started_at", row.startedAt),
	};
}
