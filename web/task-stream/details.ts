/** Task ids by task number: the bars do not carry ids. */
import type { TaskHistoryAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";

const cache = new Map<string, string>();

/** @param url of `/api/tasks/history`, up to where its parameters go on. @returns undefined if the task is no longer retained, its log was replaced, or the request failed */
export async function idOf(url: string, number: number, log: number): Promise<string | undefined> {
	const cursor = rowCursor(number + 1, log);
	const found = cache.get(cursor);
	if (found !== undefined) return found;
	try {
		const response = await fetch(`${url}cursor=${cursor}&limit=1`);
		if (!response.ok) return undefined;
		const [task] = ((await response.json()) as TaskHistoryAnswer).tasks;
		if (task?.number !== number) return undefined;
		if (cache.size > 1000) cache.clear();
		cache.set(cursor, task.id);
		return task.id;
	} catch {
		return undefined;
	}
}
