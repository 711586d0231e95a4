/**
 * What happened lately: task ends, log lines, errors, marks.
 *
 * Each status and each level has a list of its own, so that a flood of completed tasks or INFO lines does not push the failures out.
 * All rows are numbered together, which gives each its id and merges lists by age.
 */

import { LOG_LEVELS, type LogLevel, type LogLine, type Mark, type TaskEnd } from "../../colony-bridge/protocol/state.ts";
import type { EndedRow, ErrorRow, LogRow, MarkRow } from "../../colony-bridge/protocol/view.ts";
import { Recent, type StoredRecent } from "./recent.ts";
import { durationOf, waitOf } from "./task-kinds.ts";

export const END_STATUSES = ["completed", "failed", "cancelled"] as const;
export type EndStatus = (typeof END_STATUSES)[number];

const ENDED_BOUNDS = { rows: 1_000, chars: 400_000 };
const LOG_BOUNDS = { rows: 1_000, chars: 200_000 };
const ERROR_BOUNDS = { rows: 500, chars: 400_000 };
const MARK_BOUNDS = { rows: 500, chars: 100_000 };
/** Of a stack in the list of errors, characters; the ended task has it whole. */
const ERROR_STACK = 4_000;
/** Fields that are not text of the colony's, roughly. */
const FIELDS = 100;
const ERROR_LEVELS: readonly LogLevel[] = ["ERROR", "CRITICAL"];

export interface StoredHappenings {
	n: number;
	ended: Record<string, StoredRecent<EndedRow>>;
	logs: Record<string, StoredRecent<LogRow>>;
	errors: StoredRecent<ErrorRow>;
	marks: StoredRecent<MarkRow>;
}

export class Happenings {
	#n = 0;
	readonly #endedIds = new Set<string>();
	readonly ended: Record<EndStatus, Recent<EndedRow>>;
	readonly logs: Record<LogLevel, Recent<LogRow>>;
	readonly errors = new Recent<ErrorRow>(ERROR_BOUNDS, (row) => FIELDS + row.message.length + (row.stack?.length ?? 0));
	readonly marks = new Recent<MarkRow>(MARK_BOUNDS, (row) => FIELDS + row.text.length);

	constructor() {
		const ended = () =>
			new Recent<EndedRow>(
				ENDED_BOUNDS,
				(row) => 2 * FIELDS + (row.error?.message.length ?? 0) + (row.error?.stack?.length ?? 0),
				(row) => this.#endedIds.delete(row.id),
			);
		this.ended = { completed: ended(), failed: ended(), cancelled: ended() };
		const logs = () => new Recent<LogRow>(LOG_BOUNDS, (row) => FIELDS + row.message.length);
		this.logs = { DEBUG: logs(), INFO: logs(), WARNING: logs(), ERROR: logs(), CRITICAL: logs() };
	}

	taskEnd(end: TaskEnd): void {
		const n = ++this.#n;
		const duration = durationOf(end);
		const wait = waitOf(end);
		const row: EndedRow = {
			...end,
			id: this.#endedId(end, n),
			...(duration !== undefined && { durationMs: duration }),
			...(wait !== undefined && { waitMs: wait }),
		};
		this.#endedIds.add(row.id);
		this.ended[end.status].push(n, row);
		if (end.status !== "failed") return;
		this.errors.push(n, {
			id: String(n),
			at: end.endedAt,
			source: "task",
			name: end.name,
			task: end.id,
			...(end.worker !== undefined && { worker: end.worker }),
			...(end.error?.type !== undefined && { type: end.error.type }),
			message: end.error?.message ?? "",
			...(end.error?.stack !== undefined && { stack: shorten(end.error.stack) }),
		});
	}

	/** @param isWorker whether a source is a worker's id. */
	log({ at, level, source, message }: LogLine, isWorker: (id: string) => boolean): void {
		const n = ++this.#n;
		const said = source !== undefined && { source };
		this.logs[level].push(n, { id: String(n), at, level, ...said, message });
		if (!ERROR_LEVELS.includes(level)) return;
		this.errors.push(n, {
			id: String(n),
			at,
			source: "log",
			level,
			...(source !== undefined && { name: source }),
			...(source !== undefined && isWorker(source) && { worker: source }),
			message,
		});
	}

	mark({ at, until, kind, text, worker }: Mark): void {
		const n = ++this.#n;
		// A mark that ends before it begins is an instant.
		const lasted = until !== undefined && until > at && { until };
		this.marks.push(n, { id: String(n), at, ...lasted, kind, text, ...(worker !== undefined && { worker }) });
	}

	store(): StoredHappenings {
		return {
			n: this.#n,
			ended: Object.fromEntries(END_STATUSES.map((status) => [status, this.ended[status].store()])),
			logs: Object.fromEntries(LOG_LEVELS.map((level) => [level, this.logs[level].store()])),
			errors: this.errors.store(),
			marks: this.marks.store(),
		};
	}
	restore(stored: StoredHappenings): void {
		this.#n = stored.n;
		for (const status of END_STATUSES) {
			const list = stored.ended[status];
			if (!list) continue;
			this.ended[status].restore(list);
			for (const [, row] of list.items) this.#endedIds.add(row.id);
		}
		for (const level of LOG_LEVELS) {
			const list = stored.logs[level];
			if (list) this.logs[level].restore(list);
		}
		this.errors.restore(stored.errors);
		this.marks.restore(stored.marks);
	}

	/** The task's own id where it can be: a retry ends under the same one. */
	#endedId(end: TaskEnd, n: number): string {
		if (!this.#endedIds.has(end.id)) return end.id;
		const attempt = `${end.id}#${end.attempt ?? n}`;
		return this.#endedIds.has(attempt) ? `${end.id}#${end.attempt ?? 0}.${n}` : attempt;
	}
}

function shorten(stack: string): string {
	if (stack.length <= ERROR_STACK) return stack;
	return `${stack.slice(0, ERROR_STACK)}\n… ${stack.length - ERROR_STACK} more characters`;
}
