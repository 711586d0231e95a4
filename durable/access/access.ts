/** Who may get in: sessions, tokens, tries of passwords. On Cloudflare also the names of the clusters there are. */
import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Sql } from "../storage/sql.ts";
import { Sessions, Tokens } from "./credentials.ts";
import { Fleet } from "./fleet.ts";
import { Guesses } from "./guesses.ts";
import type { AccessCalls, Attempt, DirectoryCalls, NewToken } from "./port.ts";
import { ACCESS_SQL, AccessTables } from "./schema.ts";

/** Default limit of the number of clusters. */
export const MOST_CLUSTERS = 1_000;
/** New ones within an hour: a token that leaked makes no more of them before somebody sees it. */
export const NEW_AN_HOUR = 200;
const HOUR_MS = 3_600_000;

/** Names of clusters that a bridge has pushed to. Of another name no object is asked: asking would make one, for good. */
export class KnownClusters {
	readonly #tables: AccessTables;

	constructor(tables: AccessTables) {
		this.#tables = tables;
	}

	has(name: string): boolean {
		return this.#tables.exist && this.#tables.sql.all(ACCESS_SQL.cluster, name).length > 0;
	}

	/** @param most how many there may be; infinity: this one is taken in any case. @returns why there is no room for it */
	add(name: string, now: number, most = MOST_CLUSTERS): Refusal | undefined {
		if (this.has(name)) return undefined;
		return this.#tables.write(() => {
			const { sql } = this.#tables;
			const [counted] = sql.all(ACCESS_SQL.countClusters, now - HOUR_MS);
			if (Number(counted?.n) >= most) return tooManyClusters(most);
			if (Number.isFinite(most) && Number(counted?.fresh) >= NEW_AN_HOUR) return tooManyNew;
			sql.run(ACCESS_SQL.addCluster, name, now);
			return undefined;
		});
	}

	remove(name: string): void {
		if (this.has(name)) this.#tables.write(() => this.#tables.sql.run(ACCESS_SQL.dropCluster, name));
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

/** Who may get in, host-free: it is given a database and a clock. */
export class Access implements AccessCalls, DirectoryCalls {
	readonly #now: () => number;
	readonly #tables: AccessTables;
	readonly #guesses: Guesses;
	readonly #sessions: Sessions;
	readonly #tokens: Tokens;
	readonly #clusters: KnownClusters;
	readonly #fleet: Fleet;

	constructor(sql: Sql, now: () => number) {
		this.#now = now;
		this.#tables = new AccessTables(sql);
		this.#guesses = new Guesses(this.#tables);
		this.#sessions = new Sessions(this.#tables);
		this.#tokens = new Tokens(this.#tables);
		this.#clusters = new KnownClusters(this.#tables);
		this.#fleet = new Fleet(this.#tables);
	}

	signingKey(): string {
		return this.#sessions.signingKey();
	}

	attempt(address: string, user: string): Attempt {
		return this.#guesses.attempt(address, user, this.#now());
	}

	forgive(address: string, user: string): void {
		this.#guesses.forgive(address, user, this.#now());
	}

	hasEnded(session: number): boolean {
		return this.#sessions.hasEnded(session);
	}

	endSession(session: number, until: number): string[] {
		return this.#sessions.end(session, until, this.#now());
	}

	registerSocket(credential: string, cluster: string, until: number): void {
		this.#sessions.registerSocket(credential, cluster, until, this.#now());
	}

	mint(token: NewToken): Token | undefined {
		return this.#tokens.mint(token, this.#now());
	}

	tokens(): Token[] {
		return this.#tokens.list();
	}

	useToken(id: number, hash: string): Token | undefined {
		return this.#tokens.use(id, hash, this.#now());
	}

	revokeToken(id: number): string[] | undefined {
		if (!this.#tokens.revoke(id)) return undefined;
		return this.#tables.write(() => this.#sessions.forgetSockets(`token:${id}`));
	}

	knowsCluster(name: string): boolean {
		return this.#clusters.has(name);
	}

	addCluster(name: string, most?: number): Refusal | undefined {
		return this.#clusters.add(name, this.#now(), most);
	}

	removeCluster(name: string): void {
		this.#clusters.remove(name);
		this.#fleet.forget(name);
	}

	tellCluster(summary: ClusterSummary, store: boolean): boolean {
		return this.#fleet.tell(summary, store, this.#now());
	}

	clusters(): ClusterSummary[] {
		return this.#fleet.list(this.#now());
	}
}
