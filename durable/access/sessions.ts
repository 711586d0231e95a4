/** The part of a session that a signed cookie cannot hold: its end, and the clusters of its sockets. Also the key that signs cookies. */
import type { AccessTables } from "./schema.ts";

/** Clusters remembered of one grant: more than anybody looks at in one session. */
const MOST_CLUSTERS = 200;

export class Sessions {
	readonly #tables: AccessTables;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	signingKey(): string {
		return this.#storedKey() ?? this.#tables.write(() => this.#storedKey() ?? this.#newKey());
	}

	hasEnded(session: number): boolean {
		return this.#tables.exist && this.#tables.sql.all("SELECT 1 AS yes FROM access_ended WHERE session = ?", session).length > 0;
	}

	/** Sessions that are over by themselves are forgotten on the way. @returns clusters that may have sockets of it. */
	end(session: number, until: number, now: number): string[] {
		return this.#tables.write(() => {
			this.#tables.sql.run("DELETE FROM access_ended WHERE until < ?", now);
			this.#tables.sql.run("INSERT OR REPLACE INTO access_ended (session, until) VALUES (?, ?)", session, until);
			return this.unseat(`session:${session}`);
		});
	}

	/** A row is written for the first socket of a grant to a cluster, none for the next ones. */
	seat(grant: string, cluster: string, until: number, now: number): void {
		const known = this.#clustersOf(grant);
		if (known?.includes(cluster)) return;
		this.#tables.write(() => {
			if (!known) this.#tables.sql.run("DELETE FROM access_seat WHERE until < ?", now);
			this.#tables.sql.run(
				"INSERT INTO access_seat (grant_id, clusters, until) VALUES (?, ?, ?) ON CONFLICT (grant_id) DO UPDATE SET clusters = excluded.clusters, until = excluded.until",
				grant,
				JSON.stringify([...(known ?? []), cluster].slice(-MOST_CLUSTERS)),
				until,
			);
		});
	}

	/** Inside a write. */
	unseat(grant: string): string[] {
		const clusters = this.#clustersOf(grant) ?? [];
		this.#tables.sql.run("DELETE FROM access_seat WHERE grant_id = ?", grant);
		return clusters;
	}

	#clustersOf(grant: string): string[] | undefined {
		if (!this.#tables.exist) return undefined;
		const row = this.#tables.sql.all<{ clusters: string }>("SELECT clusters FROM access_seat WHERE grant_id = ?", grant)[0];
		return row && (JSON.parse(row.clusters) as string[]);
	}

	#storedKey(): string | undefined {
		if (!this.#tables.exist) return undefined;
		return this.#tables.sql.all<{ secret: string }>("SELECT secret FROM access_key WHERE id = 0")[0]?.secret;
	}

	#newKey(): string {
		const bytes = crypto.getRandomValues(new Uint8Array(32));
		const secret = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
		this.#tables.sql.run("INSERT INTO access_key (id, secret) VALUES (0, ?)", secret);
		return secret;
	}
}
