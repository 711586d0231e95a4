/** HiveFrame writes instants in its machine's local time, without a zone. */
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { Task, TaskEnd } from "../../protocol/wire/state.ts";
import { QUERY_KIND, QUERY_STATUS } from "./mapping.ts";
import type { SqlQuery } from "./rest-client.ts";

const QUARTER_HOUR_MS = 15 * 60_000;
/** No place on Earth is further ahead of UTC, or behind it. */
const [MOST_BEHIND_MS, MOST_AHEAD_MS] = [-12 * 3_600_000, 14 * 3_600_000];

export class LocalTime {
	/** Local time less UTC, ms; undefined until it is known: then our own zone is the best guess. */
	#offsetMs: number | undefined;

	/** Learns the zone from an instant that HiveFrame wrote just now. Zones differ by quarters of an hour, clocks by less. */
	learn(written: string, now: number): void {
		const offset = Math.round((Date.parse(`${written}Z`) - now) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
		if (offset >= MOST_BEHIND_MS && offset <= MOST_AHEAD_MS) this.#offsetMs = offset;
	}

	/** @returns ms since 1970, or undefined where the text is no instant. */
	instant(written: string | null | undefined): number | undefined {
		if (!written) return undefined;
		const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(written);
		const at = zoned || this.#offsetMs === undefined ? Date.parse(written) : Date.parse(`${written}Z`) - this.#offsetMs;
		return Number.isFinite(at) && at >= 0 ? Math.floor(at) : undefined;
	}
}

/** HiveFrame's SQL queries as tasks. */
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
			const common = { id: query.queryId.slice(0, LIMITS.nameChars), name: fingerprint(query.sql), kind: QUERY_KIND };
			const started = startedAt === undefined ? {} : { startedAt };
			const status = QUERY_STATUS.get(query.status);
			if (status === undefined) {
				tasks.push({ ...common, status: "running", ...started });
				continue;
			}
			listed.add(query.queryId);
			const endedAt = time.instant(query.endTime);
			if (this.#ended.has(query.queryId) || endedAt === undefined || endedAt < this.#since) continue;
			const error = query.errorMessage ? { error: { message: query.errorMessage } } : {};
			ended.push({ ...common, status, ...started, endedAt, ...error });
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
