/** Names of clusters that a bridge has pushed to. Of any other name no object is asked for anything: asking would make one, for good and where the asker is. */
import type { Refusal } from "../port.ts";
import type { AccessTables } from "./schema.ts";

/** How many clusters there may be, where the configuration does not say. */
export const MOST_CLUSTERS = 1_000;
/** New ones within an hour: a token that leaked makes no more of them before somebody sees it. */
export const NEW_AN_HOUR = 200;
const HOUR_MS = 3_600_000;

export class KnownClusters {
	readonly #tables: AccessTables;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	has(name: string): boolean {
		return this.#tables.exist && this.#tables.sql.all("SELECT 1 AS yes FROM access_cluster WHERE name = ?", name).length > 0;
	}

	/** @param most how many there may be; infinity: this one is taken in any case. @returns why there is no room for it */
	add(name: string, now: number, most = MOST_CLUSTERS): Refusal | undefined {
		if (this.has(name)) return undefined;
		return this.#tables.write(() => {
			const { sql } = this.#tables;
			const [counted] = sql.all("SELECT COUNT(*) AS n, SUM(since > ?) AS fresh FROM access_cluster", now - HOUR_MS);
			if (Number(counted?.n) >= most) return tooManyClusters(most);
			if (Number.isFinite(most) && Number(counted?.fresh) >= NEW_AN_HOUR) return tooManyNew;
			sql.run("INSERT INTO access_cluster (name, since) VALUES (?, ?)", name, now);
			return undefined;
		});
	}

	remove(name: string): void {
		if (this.has(name)) this.#tables.write(() => this.#tables.sql.run("DELETE FROM access_cluster WHERE name = ?", name));
	}
}

export const tooManyClusters = (most: number): Refusal => ({
	type: "refused",
	kind: "limit",
	detail: `this dashboard has ${most} clusters, as many as it may: push to one there is, delete one (on its page Audit), or raise maxClusters in the dashboard's configuration`,
});

const tooManyNew: Refusal = {
	type: "refused",
	kind: "too-many",
	detail: `${NEW_AN_HOUR} clusters are new within an hour, as many as may be: push to one there is, or begin another in an hour`,
	retryAfter: 3600,
};
