/** The part of a query that says which rows of a table, in which order: the same for every list, and written as in the address of a page. */
import * as v from "valibot";
import type { CheckAnswer, WorkerAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { PageView, rowsSeen } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { QueryOf, RowWindow } from "../../colony-bridge/protocol/query/query.ts";
import { comparedFields, filterError } from "../../colony-bridge/protocol/query/row-filter.ts";
import type { CheckRow, Rows, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, type RequestContext } from "../handler/context.ts";
import { limitParameter } from "../handler/query-parameters.ts";
import { headerList, isoField, tableResponse } from "../http/responses.ts";

const { sort, filter, offset } = PageView.entries;

/** `sort=-cpu_percent` is descending; `filter` as in the tables of the pages, where what is half written is words. */
export const ROW_WINDOW = {
	sort,
	filter: v.pipe(
		filter,
		v.check(
			(text) => text === undefined || filterError(text) === undefined,
			({ input }) => filterError(input ?? "") ?? "",
		),
	),
	offset,
};

type Parameters = v.InferOutput<v.ObjectSchema<typeof ROW_WINDOW, undefined>>;
type Table = "workers" | "streams" | "checks";
type Row<Kind extends Table> = Rows<Kind>["rows"][number];

/** Fields that are looked for in one request. */
const MOST_FIELDS = 10;

/** Answers with a window of a table. What it is sorted or filtered by and no row has is listed in the header `Unknown-Fields`. */
export async function windowResponse<Kind extends Table>(
	context: RequestContext,
	kind: Kind,
	{ limit, sort, filter, offset }: Parameters & { limit: number },
	answer: (row: Row<Kind>) => unknown,
): Promise<Response> {
	const window: RowWindow = { limit, ...rowsSeen({ sort, filter, offset }) };
	const fields = [...new Set([...(window.sort === undefined ? [] : [window.sort]), ...comparedFields(filter ?? "")])].slice(0, MOST_FIELDS);
	const ask = (rows: RowWindow) => ({ kind, ...rows }) as QueryOf<Table>;
	// Rows without the value are last: if the first has none, none has.
	const [table, ...firsts] = await clusterAnswers(context, [ask(window), ...fields.map((sort) => ask({ sort, limit: 1 }))]);
	const { rows, total } = table as Rows<Kind>;
	const unknown = fields.filter((field, i) => {
		const [first] = (firsts[i] as Rows<Kind>).rows;
		return first !== undefined && !has(first, field);
	});
	return tableResponse(
		context.request,
		(rows as Row<Kind>[]).map(answer),
		total,
		unknown.length > 0 ? { "Unknown-Fields": headerList(unknown) } : {},
	);
}

/** Names of columns that are another field's. */
const ALSO: Record<string, string> = { uptime: "startedat" };

function has(row: Row<Table>, field: string): boolean {
	const name = ALSO[field.toLowerCase()] ?? field.toLowerCase();
	const { values = {}, ...fields } = row as { values?: Record<string, number> };
	return (
		Object.hasOwn(values, field) ||
		Object.keys(fields).some((key) => key.toLowerCase() === name) ||
		(name === "tasks" && "tasks_active" in values)
	);
}

/** Current state; of a stale bridge the last known one. */
export function heardFields<S extends string, Last extends string>(
	row: { status: S; lastStatus?: Last } & Pick<WorkerRow, "staleSince">,
): { status: S; last_status?: Last; stale_since?: string } {
	return {
		status: row.status,
		...defined({ last_status: row.lastStatus }),
		...isoField("stale_since", row.staleSince),
	};
}

export const getWorkers = withQueryAt(v.object({ ...ROW_WINDOW, limit: limitParameter(100_000, 100_000) }), (context, window) =>
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

export const getChecks = withQueryAt(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), (context, window) =>
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
