/** The part of a session that a signed cookie cannot hold: its end, and the clusters of its sockets. Also the key that signs cookies. */
import { hex } from "../../colony-bridge/protocol/values/hex.ts";
import { ACCESS_SQL, type AccessTables } from "./schema.ts";

/** Clusters remembered of one credential: more than anybody looks at in one session. */
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
		return this.#tables.exist && this.#tables.sql.all(ACCESS_SQL.ended, session).length > 0;
	}

	/** Sessions that are over by themselves are forgotten on the way. @returns clusters that may have sockets of it. */
	end(session: number, until: number, now: number): string[] {
		return this.#tables.write(() => {
			this.#tables.sql.run(ACCESS_SQL.dropEnded, now);
			this.#tables.sql.run(ACCESS_SQL.end, session, until);
			return this.forgetSockets(`session:${session}`);
		});
	}

	/** A row is written for the first socket of a credential to a cluster, none for the next ones. */
	registerSocket(credential: string, cluster: string, until: number, now: number): void {
		const known = this.#clustersOf(credential);
		if (known?.includes(cluster)) return;
		this.#tables.write(() => {
			if (!known) this.#tables.sql.run(ACCESS_SQL.dropPastSockets, now);
			this.#tables.sql.run(ACCESS_SQL.addSocket, credential, JSON.stringify([...(known ?? []), cluster].slice(-MOST_CLUSTERS)), until);
		});
	}

	/** Inside a write. */
	forgetSockets(credential: string): string[] {
		const clusters = this.#clustersOf(credential) ?? [];
		this.#tables.sql.run(ACCESS_SQL.dropSockets, credential);
		return clusters;
	}

	#clustersOf(credential: string): string[] | undefined {
		if (!this.#tables.exist) return undefined;
		const row = this.#tables.sql.all<{ clusters: string }>(ACCESS_SQL.sockets, credential)[0];
		return row && (JSON.parse(row.clusters) as string[]);
	}

	#storedKey(): string | undefined {
		if (!this.#tables.exist) return undefined;
		return this.#tables.sql.all<{ secret: string }>(ACCESS_SQL.key)[0]?.secret;
	}

	#newKey(): string {
		const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
		this.#tables.sql.run(ACCESS_SQL.addKey, secret);
		return secret;
	}
}
