/** Names of clusters that a bridge has pushed to. Of any other name no object is asked for anything: asking would make one, for good and where the asker is. */
import type { AccessTables } from "./schema.ts";

export const MOST_CLUSTERS = 10_000;

export class KnownClusters {
	readonly #tables: AccessTables;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	has(name: string): boolean {
		return this.#tables.exist && this.#tables.sql.all("SELECT 1 AS yes FROM access_cluster WHERE name = ?", name).length > 0;
	}

	/** @returns false where there are as many as there may be. */
	add(name: string, now: number): boolean {
		if (this.has(name)) return true;
		return this.#tables.write(() => {
			const { sql } = this.#tables;
			if (Number(sql.all("SELECT COUNT(*) AS n FROM access_cluster")[0]?.n) >= MOST_CLUSTERS) return false;
			sql.run("INSERT INTO access_cluster (name, since) VALUES (?, ?)", name, now);
			return true;
		});
	}

	remove(name: string): void {
		if (this.has(name)) this.#tables.write(() => this.#tables.sql.run("DELETE FROM access_cluster WHERE name = ?", name));
	}
}
