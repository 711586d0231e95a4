/**
 * What happened lately: log lines, errors (failed tasks among them), marks. Ended tasks have a log of their own, `durable/tasks/`.
 *
 * Each level has a list of its own, so that a flood of INFO lines does not push the failures out.
 * All rows are numbered together, which gives each its id and merges lists by age.
 */

import type { ErrorRow, LogRow, MarkRow } from "../../colony-bridge/protocol/rows.ts";
import { LOG_LEVELS, type LogLevel, type LogLine, type Mark, type TaskEnd } from "../../colony-bridge/protocol/state.ts";
import { ErrorCounts, type StoredErrorCounts } from "./error-counts.ts";
import { Recent, type StoredRecent } from "./recent.ts";

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
	logs: Record<string, StoredRecent<LogRow>>;
	errors: StoredRecent<ErrorRow>;
	errorCounts?: StoredErrorCounts;
	marks: StoredRecent<MarkRow>;
}

export class Happenings {
	#n = 0;
	readonly logs: Record<LogLevel, Recent<LogRow>>;
	readonly errors = new Recent<ErrorRow>(ERROR_BOUNDS, (row) => FIELDS + row.message.length + (row.stack?.length ?? 0));
	/** Of all errors, also of those that are no longer kept. */
	readonly errorCounts = new ErrorCounts();
	readonly marks = new Recent<MarkRow>(MARK_BOUNDS, (row) => FIELDS + row.text.length);

	constructor() {
		const logs = () => new Recent<LogRow>(LOG_BOUNDS, (row) => FIELDS + row.message.length);
		this.logs = { DEBUG: logs(), INFO: logs(), WARNING: logs(), ERROR: logs(), CRITICAL: logs() };
	}

	taskFailed(end: TaskEnd): void {
		const n = ++this.#n;
		this.errorCounts.add(end.endedAt);
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
	log({ at, level, source, stream, message }: LogLine, isWorker: (id: string) => boolean): void {
		const n = ++this.#n;
		const about = stream !== undefined && { stream };
		this.logs[level].push(n, { id: String(n), at, level, ...(source !== undefined && { source }), ...about, message });
		if (!ERROR_LEVELS.includes(level)) return;
		this.errorCounts.add(at);
		this.errors.push(n, {
			id: String(n),
			at,
			source: "log",
			level,
			...(source !== undefined && { name: source }),
			...(source !== undefined && isWorker(source) && { worker: source }),
			...about,
			message,
		});
	}

	mark({ at, until, kind, text, worker, stream }: Mark): void {
		const n = ++this.#n;
		// A mark that ends before it begins is an instant.
		const lasted = until !== undefined && until > at && { until };
		this.marks.push(n, {
			id: String(n),
			at,
			...lasted,
			kind,
			text,
			...(worker !== undefined && { worker }),
			...(stream !== undefined && { stream }),
		});
	}

	store(): StoredHappenings {
		return {
			n: this.#n,
			logs: Object.fromEntries(LOG_LEVELS.map((level) => [level, this.logs[level].store()])),
			errors: this.errors.store(),
			errorCounts: this.errorCounts.store(),
			marks: this.marks.store(),
		};
	}
	restore(stored: StoredHappenings): void {
		this.#n = stored.n;
		for (const level of LOG_LEVELS) {
			const list = stored.logs[level];
			if (list) this.logs[level].restore(list);
		}
		this.errors.restore(stored.errors);
		this.errorCounts.restore(stored.errorCounts ?? []);
		this.marks.restore(stored.marks);
	}
}

function shorten(stack: string): string {
	if (stack.length <= ERROR_STACK) return stack;
	return `${stack.slice(0, ERROR_STACK)}\n… ${stack.length - ERROR_STACK} more characters`;
}
