/** The part of a session that a signed cookie cannot hold: its end, and the clusters of its sockets. Also the key that signs cookies. */

import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import { hex } from "../../colony-bridge/protocol/values/hash.ts";
import type { SqlValue } from "../storage/sql.ts";
import type { NewToken } from "./port.ts";
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
		const clusters = this.#clustersOf(credential);
		if (clusters?.includes(cluster)) return;
		this.#tables.write(() => {
			if (!clusters) this.#tables.sql.run(ACCESS_SQL.dropPastSockets, now);
			this.#tables.sql.run(ACCESS_SQL.addSocket, credential, JSON.stringify([...(clusters ?? []), cluster].slice(-MOST_CLUSTERS)), until);
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

/** Last use is written no more often: a row written is paid for. ms. */
const USE_EVERY_MS = 3_600_000;
/** Tokens of programs and bridges: stored by the hash of their secret, which has 256 random bits, so that a fast hash is enough. */
const MOST_TOKENS = 1000;

type TokenRow = {
	id: number;
	hash: string;
	name: string;
	kind: string;
	role: string | null;
	cluster: string | null;
	created_at: number;
	created_by: string;
	expires_at: number | null;
	used_at: number | null;
	incident: string | null;
};

export class Tokens {
	readonly #tables: AccessTables;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	mint(token: NewToken, now: number): Token | undefined {
		return this.#tables.write(() => {
			const { sql } = this.#tables;
			if (Number(sql.all(ACCESS_SQL.countTokens)[0]?.n) >= MOST_TOKENS) return undefined;
			const { hash, name, kind, role, cluster, createdBy, expiresAt, incident } = token;
			// Random, so that an id never comes to stand for another token.
			const id = crypto.getRandomValues(new Uint32Array(1))[0] as number;
			const values: SqlValue[] = [
				id,
				hash,
				name,
				kind,
				role ?? null,
				cluster ?? null,
				now,
				createdBy,
				expiresAt ?? null,
				incident ? JSON.stringify(incident) : null,
			];
			sql.run(ACCESS_SQL.addToken, ...values);
			return this.#find(id)?.token;
		});
	}

	list(): Token[] {
		if (!this.#tables.exist) return [];
		return this.#tables.sql.all<TokenRow>(ACCESS_SQL.tokens).map(tokenOf);
	}

	use(id: number, hash: string, now: number): Token | undefined {
		const found = this.#tables.exist ? this.#find(id) : undefined;
		// Comparing hashes of random secrets tells nothing by the time it takes.
		if (!found || found.hash !== hash) return undefined;
		const { token } = found;
		if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
		if (token.usedAt === undefined || now - token.usedAt >= USE_EVERY_MS) {
			try {
				this.#tables.write(() => this.#tables.sql.run(ACCESS_SQL.useToken, now, id));
				token.usedAt = now;
			} catch {
				// A full disk, say: the token is good all the same.
			}
		}
		return token;
	}

	/** @returns whether there was one. */
	revoke(id: number): boolean {
		if (!this.#tables.exist || !this.#find(id)) return false;
		this.#tables.write(() => this.#tables.sql.run(ACCESS_SQL.dropToken, id));
		return true;
	}

	#find(id: number): { hash: string; token: Token } | undefined {
		const row = this.#tables.sql.all<TokenRow>(ACCESS_SQL.token, id)[0];
		return row && { hash: row.hash, token: tokenOf(row) };
	}
}

function tokenOf(row: TokenRow): Token {
	const { id, name, role, cluster, expires_at: expiresAt, used_at: usedAt } = row;
	return {
		id,
		name,
		kind: row.kind as Token["kind"],
		...(role !== null && { role: role as NonNullable<Token["role"]> }),
		...(cluster !== null && { cluster }),
		createdAt: row.created_at,
		createdBy: row.created_by,
		...(expiresAt !== null && { expiresAt }),
		...(usedAt !== null && { usedAt }),
		...(row.incident !== null && { incident: JSON.parse(row.incident) as NonNullable<Token["incident"]> }),
	};
}
