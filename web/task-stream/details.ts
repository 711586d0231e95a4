/** What the bars do not carry: a task's own id, by the number of its end. */
import type { TaskHistoryAnswer } from "../../colony-bridge/protocol/rest.ts";

const known = new Map<number, string>();

/** @param url of `/api/tasks/history`. @returns undefined where the end is no longer kept, or cannot be had. */
export async function idOf(url: string, number: number): Promise<string | undefined> {
	const found = known.get(number);
	if (found !== undefined) return found;
	try {
		const response = await fetch(`${url}?cursor=${number + 1}&limit=1`);
		if (!response.ok) return undefined;
		const [task] = ((await response.json()) as TaskHistoryAnswer).tasks;
		if (task?.number !== number) return undefined;
		if (known.size > 1000) known.clear();
		known.set(number, task.id);
		return task.id;
	} catch {
		return undefined;
	}
}
