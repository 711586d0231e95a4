/** One task by its own id: what it does or did, and the tasks around it. */
import type { TaskRow, TaskView } from "../../colony-bridge/protocol/query/rows.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import type { Work } from "../work/work.ts";
import type { Facts, QueryOf } from "./facts.ts";
import { charsOf, endedRow, fitText } from "./tasks.ts";

type Related = TaskView["dependencies"][number];

/** Attempts with their stacks, and tasks around it, that one answer holds. */
const ATTEMPTS = 20;
const RELATED = 50;

export function* taskAnswer(facts: Facts, { id }: QueryOf<"task">): Work<AnswerOf<"task">> {
	return { kind: "task", ...(id !== undefined && { view: yield* taskView(facts, id) }) };
}

function* taskView(facts: Facts, id: string): Work<TaskView> {
	const { tasks } = facts;
	const active = activeTask(facts, id);
	const { total, ends } = yield* tasks.page({ id, limit: ATTEMPTS });
	const rows = ends.map(endedRow);
	const parent = active?.parent ?? ends[0]?.end.parent;
	const dependencies = (active?.dependencies ?? []).slice(0, RELATED);
	const known = yield* relatives(facts, parent === undefined ? dependencies : [parent, ...dependencies]);
	const { children, childrenTotal } = yield* childrenOf(facts, id);
	return {
		id,
		...(active && { active }),
		attempts: fitText(rows, ATTEMPTS, charsOf),
		total,
		...(parent !== undefined && { parent: known(parent) }),
		dependencies: dependencies.map(known),
		children,
		childrenTotal,
	};
}

function activeTask({ state, hearing }: Facts, id: string): TaskRow | undefined {
	const entry = state.running.get(id) ?? state.queued.get(id);
	return entry && hearing.shown(entry).value;
}

/** Details of tasks by their ids, looked up together. */
function* relatives(facts: Facts, ids: readonly string[]): Work<(id: string) => Related> {
	const active = (id: string) => activeTask(facts, id);
	const ended = yield* facts.tasks.latest(ids.filter((id) => !active(id)));
	return (id) => {
		const known = active(id) ?? ended.get(id);
		return known ? { id, name: known.name, status: known.status } : { id, status: "unknown" };
	};
}

/** Active ones first, then those that ended, newest first. */
function* childrenOf({ state, tasks, hearing }: Facts, parent: string): Work<{ children: Related[]; childrenTotal: number }> {
	const children: Related[] = [];
	let childrenTotal = 0;
	for (const table of [state.running, state.queued]) {
		for (const entry of table.values()) {
			const { id, name } = entry.value;
			if (entry.value.parent !== parent) continue;
			childrenTotal++;
			if (children.length < RELATED) children.push({ id, name, status: hearing.status(entry) });
		}
	}
	const { total, ends } = yield* tasks.page({ parent, limit: RELATED });
	const listed = new Set(children.map(({ id }) => id));
	for (const { end } of ends) {
		if (children.length >= RELATED || listed.has(end.id)) continue;
		listed.add(end.id);
		children.push({ id: end.id, name: end.name, status: end.status });
	}
	return { children, childrenTotal: childrenTotal + total };
}
