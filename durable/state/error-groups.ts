/**
 * All errors since the cluster began, by type and message, where numbers, hashes and ids in a message count as the same. Bounded by count
 * and by size: the group that was hit least recently goes first, and what has gone is counted.
 */

import type { ErrorGroupRow, ErrorRow, Hits } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";

const BOUNDS = { groups: 200, chars: 600_000 };
/** Characters of a message that identify its group. */
const TEXT = 300;
/** Characters of a message as reported. */
const MESSAGE = 2_000;
/** Names kept of the tasks and of the workers hit, and those of them that a row tells. */
const NAMES = 50;
const TOLD = 2;
/** The last hour in columns of two minutes. */
const COLUMNS = 30;
const COLUMN = 120_000;
/** An error at least so much newer than the one that a group tells whole replaces it, ms: under a flood it can be read. */
const RENEWED = 60_000;
/** Fields that are not text of the colony's, roughly. */
const FIELDS = 400;

interface Group extends Omit<ErrorGroupRow, "counts" | "tasks" | "workers"> {
	/** The last is column `newest`. */
	counts: number[];
	newest: number;
	tasks: string[];
	workers: string[];
}

export interface StoredErrorGroups {
	n: number;
	dropped: { groups: number; errors: number };
	/** The one that was hit least recently first. */
	groups: [key: string, group: Group][];
}

const VARIES =
	/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b|\d+(?:[.,:]\d+)*/gi;

/** A message without what varies from one error of its kind to the next. */
export function fold(message: string): string {
	return message.slice(0, TEXT).replace(VARIES, "#").replace(/\s+/g, " ").trim();
}

export class ErrorGroups {
	readonly #groups = new Map<string, Group>();
	#n = 0;
	#dropped = { groups: 0, errors: 0 };
	#chars = 0;
	/** Rises with every change. Not part of the state. */
	version = 0;

	get size(): number {
		return this.#groups.size;
	}
	/** Dropped groups, and their errors. */
	get dropped(): Readonly<{ groups: number; errors: number }> {
		return this.#dropped;
	}

	/** Groups of these errors alone, the oldest first, with the ids that they have here. */
	of(rows: readonly ErrorRow[]): ErrorGroups {
		const groups = new ErrorGroups();
		for (const row of rows) groups.add(row, this.#groups.get(keyOf(row))?.id);
		return groups;
	}

	/** @param id of the group, where there is none yet; absent: the next */
	add(row: ErrorRow, id = String(this.#n + 1)): void {
		this.version++;
		const pattern = patternOf(row);
		const key = keyOf(row);
		const text = row.message.slice(0, TEXT);
		const existing = this.#groups.get(key);
		const group = existing ?? this.#begin(id, row, text);
		if (existing) {
			this.#groups.delete(key);
			this.#chars -= charsOf(existing);
		}
		// Set anew it stands last: the first is the one not hit for longest.
		this.#groups.set(key, group);
		group.count++;
		group.firstAt = Math.min(group.firstAt, row.at);
		group.lastAt = Math.max(group.lastAt, row.at);
		if (group.text !== text) group.text = pattern;
		countIn(group, row.at);
		if (row.worker !== undefined) hit(group.workers, row.worker);
		if (row.name !== undefined && row.name !== row.worker) hit(group.tasks, row.name);
		if (row.at >= group.sample.at + RENEWED) group.sample = sampleOf(row);
		this.#chars += charsOf(group);
		this.#bound();
	}

	/** The error was counted before, by another report of it. */
	take(row: ErrorRow): void {
		const key = keyOf(row);
		const group = this.#groups.get(key);
		if (!group) return;
		this.version++;
		group.count--;
		const column = COLUMNS - 1 + columnOf(row.at) - group.newest;
		if (column >= 0 && group.counts[column]) group.counts[column]--;
		if (group.count > 0) return;
		this.#groups.delete(key);
		this.#chars -= charsOf(group);
	}

	/** @param by those hit most recently first, or the most frequent ones */
	rows(by: "recent" | "count"): ErrorGroupRow[] {
		// Groups that errors keep coming to do not change places all the time: whoever was hit in the same minute goes by number.
		const recent = ({ lastAt }: Group) => (by === "recent" ? Math.floor(lastAt / RENEWED) : 0);
		const groups = [...this.#groups.values()];
		return groups.sort((a, b) => recent(b) - recent(a) || b.count - a.count || Number(b.id) - Number(a.id)).map(rowOf);
	}

	store(): StoredErrorGroups {
		return { n: this.#n, dropped: this.#dropped, groups: [...this.#groups] };
	}
	restore({ n, dropped, groups }: StoredErrorGroups): void {
		this.#n = n;
		this.#dropped = { ...dropped };
		for (const [key, group] of groups) {
			this.#groups.set(key, group);
			this.#chars += charsOf(group);
		}
	}

	#begin(id: string, row: ErrorRow, text: string): Group {
		this.#n++;
		return {
			id,
			source: row.source,
			...(row.type !== undefined && { type: row.type }),
			text,
			count: 0,
			firstAt: row.at,
			lastAt: row.at,
			counts: new Array<number>(COLUMNS).fill(0),
			newest: columnOf(row.at),
			tasks: [],
			workers: [],
			sample: sampleOf(row),
		};
	}

	#bound(): void {
		for (const [key, oldest] of this.#groups) {
			if (this.#groups.size <= BOUNDS.groups && (this.#chars <= BOUNDS.chars || this.#groups.size === 1)) return;
			this.#groups.delete(key);
			this.#chars -= charsOf(oldest);
			this.#dropped = { groups: this.#dropped.groups + 1, errors: this.#dropped.errors + oldest.count };
		}
	}
}

const patterns = new WeakMap<ErrorRow, string>();

/** Computed once for each error: the same ones are grouped for one worker after the other. */
function patternOf(row: ErrorRow): string {
	const pattern = patterns.get(row) ?? fold(row.message);
	patterns.set(row, pattern);
	return pattern;
}

const keyOf = (row: ErrorRow): string => `${row.source} ${row.type ?? ""}\n${patternOf(row)}`;
const columnOf = (at: number): number => Math.floor(at / COLUMN);

function countIn(group: Group, at: number): void {
	const column = columnOf(at);
	const passed = Math.min(COLUMNS, column - group.newest);
	if (passed > 0) {
		group.counts = [...group.counts.slice(passed), ...new Array<number>(passed).fill(0)];
		group.newest = column;
	}
	const place = COLUMNS - 1 + column - group.newest;
	if (place >= 0) group.counts[place] = (group.counts[place] ?? 0) + 1;
}

function hit(names: string[], name: string): void {
	if (names.length < NAMES && !names.includes(name)) names.push(name);
}

function sampleOf({ at, message, stack, task, worker, stream }: ErrorRow): ErrorGroupRow["sample"] {
	return {
		at,
		message: shorten(message, MESSAGE, MESSAGE),
		...defined({ stack, task, worker, stream }),
	};
}

const lengthOf = (names: readonly string[]): number => names.reduce((sum, name) => sum + name.length + 3, 0);

function charsOf({ text, tasks, workers, sample }: Group): number {
	return FIELDS + 2 * text.length + lengthOf(tasks) + lengthOf(workers) + sample.message.length + (sample.stack?.length ?? 0);
}

function hitsOf(names: readonly string[]): Hits {
	return { names: names.slice(0, TOLD), total: names.length, ...(names.length === NAMES && { atLeast: true as const }) };
}

function rowOf({ newest, tasks, workers, counts, ...group }: Group): ErrorGroupRow {
	return {
		...group,
		counts: { until: (newest + 1) * COLUMN, step: COLUMN, values: [...counts] },
		tasks: hitsOf(tasks),
		workers: hitsOf(workers),
	};
}

/** ms between the two. */
const APART = 5_000;
/** Newest errors of each kind that wait for their other half. */
const MOST = 64;
/** Characters compared. */
const COMPARED = 200;
/** Shorter texts and ids are in too many lines. */
const SHORTEST = 4;

interface Waiting {
	/** The number of its row. */
	n: number;
	at: number;
	worker?: string;
}
interface WaitingTask extends Waiting {
	task: string;
	message: string;
}
interface WaitingLine extends Waiting {
	head: string;
	/** Ends of its first and last line. */
	ends: string[];
}

/**
 * A colony tells of one failure twice: the task ended as failed, and somebody wrote a line about it. Either may come first. The two are one
 * failure where the line names the task, or ends as its error does, within seconds of it, and no other worker wrote it.
 */
export interface StoredSameFailure {
	tasks: WaitingTask[];
	lines: WaitingLine[];
}

export class SameFailure {
	#tasks: WaitingTask[] = [];
	#lines: WaitingLine[] = [];

	/** @returns the number of an earlier line about this failed task */
	task(n: number, row: ErrorRow): number | undefined {
		const task = { ...waiting(n, row), task: row.task ?? "", message: lastOf(firstLine(row.message)) };
		return taken(this.#lines, (line) => same(task, line)) ?? wait(this.#tasks, task);
	}

	/** @returns the number of the failed task that this line repeats */
	line(n: number, row: ErrorRow): number | undefined {
		const { message } = row;
		const line = { ...waiting(n, row), head: message.slice(0, COMPARED), ends: [lastOf(firstLine(message)), lastOf(message)] };
		return taken(this.#tasks, (task) => same(task, line)) ?? wait(this.#lines, line);
	}

	store(): StoredSameFailure {
		return { tasks: [...this.#tasks], lines: [...this.#lines] };
	}
	restore({ tasks, lines }: StoredSameFailure): void {
		this.#tasks = [...tasks];
		this.#lines = [...lines];
	}
}

function same(task: WaitingTask, line: WaitingLine): boolean {
	if (Math.abs(task.at - line.at) > APART) return false;
	if (task.worker !== undefined && line.worker !== undefined && task.worker !== line.worker) return false;
	if (task.task.length >= SHORTEST && line.head.includes(task.task)) return line.head.includes(task.message) || endsSo(task, line);
	return task.message.length >= SHORTEST && endsSo(task, line);
}

const endsSo = ({ message }: WaitingTask, { ends }: WaitingLine): boolean => ends.some((end) => end.endsWith(message));

const waiting = (n: number, { at, worker }: ErrorRow): Waiting => ({ n, at, ...(worker !== undefined && { worker }) });

const firstLine = (text: string): string => /^.*/.exec(text.trimStart())?.[0] ?? "";
const lastOf = (text: string): string => text.trimEnd().slice(-COMPARED);

/** The newest of them that fits waits no longer. */
function taken<T extends Waiting>(list: T[], fits: (one: T) => boolean): number | undefined {
	const at = list.findLastIndex(fits);
	return at < 0 ? undefined : list.splice(at, 1)[0]?.n;
}

function wait<T extends Waiting>(list: T[], one: T): undefined {
	list.push(one);
	if (list.length > MOST) list.shift();
}
