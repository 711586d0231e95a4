/** Summaries of all clusters, as each told of itself last. The newest are in memory; some are stored, so that a cluster that sleeps is listed. */
import { bareSummary, type ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import { ACCESS_SQL, type AccessTables } from "./schema.ts";

/** Whoever asks for the list looks at it for so long, ms. */
const WATCHED_MS = 60_000;

export class Fleet {
	readonly #tables: AccessTables;
	#summaries: Map<string, ClusterSummary> | undefined;
	#askedAt = Number.NEGATIVE_INFINITY;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	/** @returns whether somebody looks at the list. */
	tell(told: ClusterSummary, store: boolean, now: number): boolean {
		// By a clock that is ahead its words would hold for too long; those of a cluster that was deleted meanwhile come too late.
		const summary = { ...told, at: Math.min(told.at, now) };
		if (!this.#knows(summary.name)) return this.#isWatched(now);
		const before = this.#all.get(summary.name);
		// Words may overtake one another: the later one holds.
		if (before && before.at > summary.at) return this.#isWatched(now);
		this.#all.set(summary.name, summary);
		if (store) this.#tables.write(() => this.#tables.sql.run(ACCESS_SQL.addSummary, summary.name, JSON.stringify(summary)));
		return this.#isWatched(now);
	}

	/** By name. Of a cluster that has not told of itself yet there is its name alone. */
	list(now: number): ClusterSummary[] {
		this.#askedAt = now;
		if (!this.#tables.exist) return [];
		const names = this.#tables.sql.all<{ name: string }>(ACCESS_SQL.clusters).map(({ name }) => name);
		return names.map((name) => this.#all.get(name) ?? bareSummary(name));
	}

	forget(name: string): void {
		this.#all.delete(name);
		if (this.#tables.exist) this.#tables.write(() => this.#tables.sql.run(ACCESS_SQL.dropSummary, name));
	}

	get #all(): Map<string, ClusterSummary> {
		if (!this.#summaries) {
			const rows = this.#tables.exist ? this.#tables.sql.all<{ name: string; body: string }>(ACCESS_SQL.summaries) : [];
			this.#summaries = new Map(rows.map(({ name, body }) => [name, JSON.parse(body) as ClusterSummary]));
		}
		return this.#summaries;
	}

	#knows(name: string): boolean {
		return this.#tables.exist && this.#tables.sql.all(ACCESS_SQL.cluster, name).length > 0;
	}

	#isWatched(now: number): boolean {
		return now - this.#askedAt < WATCHED_MS;
	}
}
