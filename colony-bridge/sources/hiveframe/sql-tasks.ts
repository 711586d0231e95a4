/** HiveFrame's SQL queries as tasks. */
import { LIMITS } from "../../protocol/limits.ts";
import type { Task, TaskEnd } from "../../protocol/state.ts";
import type { LocalTime } from "./local-time.ts";
import { QUERY_KIND, QUERY_STATUS } from "./mapping.ts";
import type { SqlQuery } from "./rest-shapes.ts";

export class SqlTasks {
	/**
	 * Queries known to have ended. HiveFrame lists the newest twenty; what ended before this source began was told by the one before it,
	 * or never: counted twice would be worse.
	 */
	#ended = new Set<string>();
	readonly #since: number;

	constructor(since: number) {
		this.#since = since;
	}

	read(queries: readonly SqlQuery[], time: LocalTime): { tasks: Task[]; ended: TaskEnd[] } {
		const tasks: Task[] = [];
		const ended: TaskEnd[] = [];
		const listed = new Set<string>();
		for (const query of queries) {
			const startedAt = time.instant(query.startTime);
			const known = { id: query.queryId.slice(0, LIMITS.nameChars), name: fingerprint(query.sql), kind: QUERY_KIND };
			const started = startedAt === undefined ? {} : { startedAt };
			const status = QUERY_STATUS.get(query.status);
			if (status === undefined) {
				tasks.push({ ...known, status: "running", ...started });
				continue;
			}
			listed.add(query.queryId);
			const endedAt = time.instant(query.endTime);
			if (this.#ended.has(query.queryId) || endedAt === undefined || endedAt < this.#since) continue;
			const error = query.errorMessage ? { error: { message: query.errorMessage } } : {};
			ended.push({ ...known, status, ...started, endedAt, ...error });
		}
		this.#ended = listed;
		return { tasks, ended };
	}
}

/** The query without its constants, so that runs of the same one go by one name. */
export function fingerprint(sql: string): string {
	const name = sql
		.replace(/'(?:[^']|'')*(?:'|$)/g, "?")
		.replace(/\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/gi, "?")
		.replace(/\s+/g, " ")
		.trim()
		.slice(0, LIMITS.nameChars);
	return name || "(empty query)";
}
