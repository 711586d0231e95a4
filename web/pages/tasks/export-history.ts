/** Exports all completed tasks that match, fetched page by page. Loaded on demand. */

import type { TaskHistoryAnswer } from "../../../colony-bridge/protocol/http/rest.ts";
import type { Problem } from "../../../colony-bridge/protocol/wire/problem.ts";
import { fileInstant, fileName, saveCsv } from "../../components/save.ts";
import type { Column } from "../../table/column.ts";
import { asText } from "../../table/export.ts";

type HistoryTask = TaskHistoryAnswer["tasks"][number];

/** Tasks per request: the server's maximum. */
const PAGE = 1000;

const column = (id: string, value: NonNullable<Column<HistoryTask>["value"]>): Column<HistoryTask> => ({
	id,
	head: id,
	size: 8,
	cell: () => "",
	value,
});
const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
const COLUMNS: Column<HistoryTask>[] = [
	column("id", ({ id }) => id),
	column("name", ({ name }) => name),
	column("status", ({ status }) => status),
	column("worker", ({ worker }) => worker),
	column("attempt", ({ attempt }) => attempt),
	column("queued_at", ({ queued_at }) => date(queued_at)),
	column("started_at", ({ started_at }) => date(started_at)),
	column("ended_at", ({ ended_at }) => date(ended_at)),
	column("wait_ms", ({ wait_ms }) => wait_ms),
	column("duration_ms", ({ duration_ms }) => duration_ms),
	column("error_type", ({ error }) => error?.type),
	column("error", ({ error }) => error?.message),
];

/**
 * @param url of `/api/tasks/history`, up to where its parameters go on
 * @param filter its parameters
 * @param progress called with the numbers of fetched and of all tasks
 * @returns the number of saved tasks
 * @throws with a message for the user
 */
export async function takeHistory(
	url: string,
	filter: Record<string, string>,
	progress: (here: number, of: number) => void,
): Promise<number> {
	const tasks: HistoryTask[] = [];
	for (let cursor: string | undefined; ; ) {
		const asked = new URLSearchParams({ ...filter, limit: String(PAGE), ...(cursor && { cursor }) });
		const response = await fetch(`${url}${asked}`, { cache: "no-store" });
		if (!response.ok) {
			const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
			throw new Error(problem?.detail ?? `the server answered ${response.status}`);
		}
		const answer = (await response.json()) as TaskHistoryAnswer;
		// One by one: too many arguments for a spread.
		for (const task of answer.tasks) tasks.push(task);
		progress(tasks.length, answer.total);
		cursor = answer.next;
		if (cursor === undefined) break;
	}
	const newest = tasks.reduce((latest, { ended_at }) => (ended_at && ended_at > latest ? ended_at : latest), "");
	saveCsv(fileName("tasks", filter.status ?? "", newest && fileInstant(Date.parse(newest))), asText(COLUMNS, tasks, ","));
	return tasks.length;
}
