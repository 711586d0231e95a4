/**
 * Rows that carry the colony's own text (log lines, stack traces) can be a thousand times as long as others: they are cut by size as well as
 * by number, and the answer says of how many.
 */

import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { EndedRow, Rows, TaskRow, TaskStatsRow, TaskView } from "../../colony-bridge/protocol/query/rows.ts";
import type { Bar } from "../../colony-bridge/protocol/query/task-bars.ts";
import { encodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText, naturalKey, shorten } from "../../colony-bridge/protocol/values/text.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { durationOf, type TaskStat, waitOf } from "../state/task-stats.ts";
import type { NumberedEnd } from "../tasks/block.ts";
import type { StreamAsk } from "../tasks/task-log.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";

/** Characters a row of an answer may have on average, and what the shortest answer may have. */
const PER_ROW = 256;
const AT_LEAST = 24_000;

/** @returns the first rows that fit, at least one where there is one. */
export function fitText<T>(rows: Iterable<T>, limit: number, charsOf: (row: T) => number): T[] {
	const fitting: T[] = [];
	let room = Math.max(AT_LEAST, limit * PER_ROW);
	for (const row of rows) {
		room -= charsOf(row);
		if (fitting.length > 0 && room < 0) break;
		fitting.push(row);
		if (fitting.length === limit) break;
	}
	return fitting;
}

/** Tasks that have not ended, as of now. Queued ones are as many as a colony reports, or as many as it lists. */
export function openTasks({ state, hearing }: Pick<Facts, "state" | "hearing">): { active: number; queued: number; notHeard: number } {
	const counts = { active: 0, queued: 0, notHeard: 0 };
	for (const { bridge, queued: reported = 0 } of state.links.values()) {
		const active = state.running.ownedBy(bridge);
		const queued = Math.max(reported, state.queued.ownedBy(bridge));
		if (hearing.silent.has(bridge)) counts.notHeard += active + queued;
		else {
			counts.active += active;
			counts.queued += queued;
		}
	}
	return counts;
}

/**
 * A colony that is only scraped tells of no task's end, but counts them: then its counters' newest values, all series of a name added up, are
 * the best that is known. `tasks_total` counts what ended either way, so without a `tasks_completed` the failed are taken off it. As soon as
 * one end was told, ends are what counts: the two are never mixed.
 */
export function countedTasks({ state, history }: Facts): { completed?: number; failed?: number } | undefined {
	if (state.ended > 0) return undefined;
	const failed = history.sum("tasks_failed");
	const total = history.sum("tasks_total");
	const completed = history.sum("tasks_completed") ?? (total === undefined ? undefined : total - (failed ?? 0));
	if (completed === undefined && failed === undefined) return undefined;
	const whole = (value: number) => Math.max(0, Math.round(value));
	return { ...(completed !== undefined && { completed: whole(completed) }), ...(failed !== undefined && { failed: whole(failed) }) };
}

/** Characters of an error's message in a list; the task's own details have it whole, and its stack. */
const LISTED_MESSAGE = 1_000;

export function* endedTasks({ state, tasks }: Facts, { kind: _, stacks, task, ...query }: QueryOf<"ended">): Work<Rows<"ended">> {
	const { total, ends, before } = yield* tasks.page({ ...query, id: task });
	const whole = [query.worker, query.name, task, query.text, query.since, query.until].every((value) => value === undefined);
	return {
		kind: "ended",
		total,
		...(before > 0 && { offset: before }),
		...(whole && { overall: query.status ? state.totals[query.status] : state.ended }),
		rows: fitText(ends.map(stacks ? endedRow : listed), query.limit, charsOf),
	};
}

function listed({ number, end }: NumberedEnd): EndedRow {
	const row = endedRow({ number, end });
	if (!end.error) return row;
	const { type, message } = end.error;
	const cut = shorten(message, LISTED_MESSAGE, LISTED_MESSAGE);
	return { ...row, error: { ...(type !== undefined && { type }), message: cut } };
}

function endedRow({ number, end }: NumberedEnd): EndedRow {
	const duration = durationOf(end);
	const wait = waitOf(end);
	return {
		...end,
		id: String(number),
		task: end.id,
		...defined({ durationMs: duration, waitMs: wait }),
	};
}

export function charsOf(row: EndedRow): number {
	return 200 + (row.error?.message.length ?? 0) + (row.error?.stack?.length ?? 0);
}

const statRows = new WeakMap<TaskStat, { version: number; row: TaskStatsRow }>();

/** In order of names. Where not all fit, those that ran most. */
export function taskStats(state: ClusterState, query: QueryOf<"taskStats">): Rows<"taskStats"> {
	let stats = [...state.taskStats.values()];
	if (stats.length > query.limit) stats = stats.sort((a, b) => runsOf(b) - runsOf(a)).slice(0, query.limit);
	const sorted = stats.map((stat) => ({ kind: stat, key: naturalKey(stat.name) })).sort((a, b) => compareText(a.key, b.key));
	return { kind: "taskStats", total: state.taskStats.size, rows: sorted.map(({ kind }) => statRow(kind)) };
}

function runsOf(stat: TaskStat): number {
	return stat.completed + stat.failed + stat.cancelled + stat.no_result;
}

export function statRow(stat: TaskStat): TaskStatsRow {
	const cached = statRows.get(stat);
	if (cached?.version === stat.version) return cached.row;
	const { name, completed, failed, cancelled, no_result, lastAt, recent, totalMs, durations } = stat;
	const row: TaskStatsRow = { id: name, name, completed, failed, cancelled, no_result, lastAt, recent: Number(recent.toPrecision(4)) };
	if (durations.count > 0) {
		const [p50Ms, p95Ms, p99Ms] = durations.quantiles([0.5, 0.95, 0.99]).map((ms) => Math.round(ms * 100) / 100);
		Object.assign(row, { p50Ms, p95Ms, p99Ms, maxMs: durations.max, ...(totalMs !== undefined && { totalMs }) });
	}
	statRows.set(stat, { version: stat.version, row });
	return row;
}

/** One task by its own id: what it does or did, and the tasks around it. */
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
	const related = yield* relatives(facts, parent === undefined ? dependencies : [parent, ...dependencies]);
	const { children, childrenTotal } = yield* childrenOf(facts, id);
	return {
		id,
		...(active && { active }),
		attempts: fitText(rows, ATTEMPTS, charsOf),
		total,
		...(parent !== undefined && { parent: related(parent) }),
		dependencies: dependencies.map(related),
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
		const task = active(id) ?? ended.get(id);
		return task ? { id, name: task.name, status: task.status } : { id, status: "unknown" };
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

/** Tasks in progress that are drawn; there are more in the head's count. */
const OPEN = 20_000;

/** Units of making a bar of a task on the spot. */
const BAR_UNITS = 20;

/** A task stream as bytes: ended tasks as they lie on disk, and those that have not ended as they stand. */
export function* taskStream(facts: Facts, ask: StreamAsk): Work<Uint8Array> {
	const { state, tasks, hearing } = facts;
	const { active, notHeard } = openTasks(facts);
	const { parts, retained, first, last } = yield* tasks.stream(ask);
	const open: Bar[] = [];
	for (const { value, bridge } of state.running.values()) {
		if (open.length === OPEN) break;
		const since = hearing.silent.get(bridge);
		// A bar goes on to where it was heard of last.
		if (since === undefined) open.push({ ...value, number: 0, status: "open" });
		else open.push({ ...value, number: 0, status: NOT_HEARD, endedAt: Math.max(since, value.startedAt ?? 0) });
	}
	yield open.length * BAR_UNITS;
	return encodeStream({ log: state.began, at: state.at, retained, first, last, total: state.ended, active, notHeard }, open, parts);
}
