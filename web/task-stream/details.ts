/** Task ids, which the bars do not carry, by the task's number in the log. */
import type { TaskHistoryAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";

const known = new Map<string, string>();

/** @param url of `/api/tasks/history`. @returns undefined where the end is no longer kept, is of a log that is gone, or cannot be had. */
export async function idOf(url: string, number: number, log: number): Promise<string | undefined> {
	const cursor = rowCursor(number + 1, log);
	const found = known.get(cursor);
	if (found !== undefined) return found;
	try {
		const response = await fetch(`${url}?cursor=${cursor}&limit=1`);
		if (!response.ok) return undefined;
		const [task] = ((await response.json()) as TaskHistoryAnswer).tasks;
		if (task?.number !== number) return undefined;
		if (known.size > 1000) known.clear();
		known.set(cursor, task.id);
		return task.id;
	} catch {
		return undefined;
	}
}
