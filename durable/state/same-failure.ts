/**
 * A colony tells of one failure twice: the task ended as failed, and somebody wrote a line about it. Either may come first. The two are one
 * failure where the line names the task, or ends as its error does, within seconds of it, and no other worker wrote it.
 */

import type { ErrorRow } from "../../colony-bridge/protocol/query/rows.ts";

/** ms between the two. */
const APART = 5_000;
/** Of each kind, the newest that wait for the other. */
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
	said: string;
}
interface WaitingLine extends Waiting {
	head: string;
	/** How its first line and its last end. */
	ends: string[];
}

export interface StoredSameFailure {
	tasks: WaitingTask[];
	lines: WaitingLine[];
}

export class SameFailure {
	#tasks: WaitingTask[] = [];
	#lines: WaitingLine[] = [];

	/** @returns the number of the line that told of this failed task before */
	task(n: number, row: ErrorRow): number | undefined {
		const task = { ...waiting(n, row), task: row.task ?? "", said: lastOf(firstLine(row.message)) };
		return taken(this.#lines, (line) => same(task, line)) ?? wait(this.#tasks, task);
	}

	/** @returns the number of the failed task that this line tells of once more */
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
	if (task.task.length >= SHORTEST && line.head.includes(task.task)) return line.head.includes(task.said) || endsSo(task, line);
	return task.said.length >= SHORTEST && endsSo(task, line);
}

const endsSo = ({ said }: WaitingTask, { ends }: WaitingLine): boolean => ends.some((end) => end.endsWith(said));

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
