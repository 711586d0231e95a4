import * as v from "valibot";
import type { CheckAnswer, WorkerAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { CheckRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/defined.ts";
import { limitParameter, withQuery } from "../handler/query-parameters.ts";
import { isoField } from "../http/iso-instant.ts";
import { heardFields, ROW_WINDOW, windowResponse } from "./rows.ts";

export const getWorkers = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(100_000, 100_000) }), (context, window) =>
	windowResponse(context, "workers", window, workerAnswer),
);

function workerAnswer(row: WorkerRow): WorkerAnswer {
	const { cpu_percent, memory_mb, tasks_active = row.tasks?.length, ...metrics } = row.values;
	return {
		id: row.id,
		...heardFields(row),
		...defined({
			tasks_active,
			cpu_percent,
			memory_mb,
			role: row.role,
			health: row.health,
			message: row.message,
			tasks: row.tasks,
			restarts: row.restarts,
		}),
		...isoField("started_at", row.startedAt),
		...isoField("since", row.since),
		metrics,
	};
}

export const getChecks = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), (context, window) =>
	windowResponse(context, "checks", window, checkAnswer),
);

function checkAnswer(row: CheckRow): CheckAnswer {
	return {
		id: row.id,
		...heardFields(row),
		...isoField("at", row.at),
		...isoField("since", row.since),
		...defined({ message: row.message, runbook: row.runbook }),
	};
}
