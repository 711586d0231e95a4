import * as v from "valibot";
import type { WorkerAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { WorkerRow } from "../../colony-bridge/protocol/rows.ts";

import { heardFields } from "../heard-fields.ts";

import { isoField } from "../iso-instant.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { ROW_WINDOW, windowResponse } from "../row-window.ts";

export const getWorkers = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(100_000, 100_000) }), (context, window) =>
	windowResponse(context, "workers", window, workerAnswer),
);

function workerAnswer(row: WorkerRow): WorkerAnswer {
	const { cpu_percent, memory_mb, tasks_active = row.tasks?.length, ...metrics } = row.values;
	return {
		id: row.id,
		...heardFields(row),
		...(tasks_active !== undefined && { tasks_active }),
		...(cpu_percent !== undefined && { cpu_percent }),
		...(memory_mb !== undefined && { memory_mb }),
		...(row.role !== undefined && { role: row.role }),
		...(row.health !== undefined && { health: row.health }),
		...(row.message !== undefined && { message: row.message }),
		...(row.tasks !== undefined && { tasks: row.tasks }),
		...(row.restarts !== undefined && { restarts: row.restarts }),
		...isoField("started_at", row.startedAt),
		metrics,
	};
}
