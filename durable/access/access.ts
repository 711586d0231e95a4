/** Who may get in, host-free: it is given a database and a clock. */
import type { Refusal } from "../port.ts";
import type { Sql } from "../sql.ts";
import { Guesses } from "./guesses.ts";
import { KnownClusters } from "./known-clusters.ts";
import type { Attempt, NewToken, Token } from "./port.ts";
import { AccessTables } from "./schema.ts";
import { Sessions } from "./sessions.ts";
import { stretch } from "./stretch.ts";
import { Tokens } from "./tokens.ts";

export class Access {
	readonly #now: () => number;
	readonly #tables: AccessTables;
	readonly #guesses: Guesses;
	readonly #sessions: Sessions;
	readonly #tokens: Tokens;
	readonly #clusters: KnownClusters;

	constructor(sql: Sql, now: () => number) {
		this.#now = now;
		this.#tables = new AccessTables(sql);
		this.#guesses = new Guesses(this.#tables);
		this.#sessions = new Sessions(this.#tables);
		this.#tokens = new Tokens(this.#tables);
		this.#clusters = new KnownClusters(this.#tables);
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

	seat(grant: string, cluster: string, until: number): void {
		this.#sessions.seat(grant, cluster, until, this.#now());
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
		return this.#tables.write(() => this.#sessions.unseat(`token:${id}`));
	}

	knowsCluster(name: string): boolean {
		return this.#clusters.has(name);
	}

	addCluster(name: string, most?: number): Refusal | undefined {
		return this.#clusters.add(name, this.#now(), most);
	}

	removeCluster(name: string): void {
		this.#clusters.remove(name);
	}

	stretch(password: string, salt: string, iterations: number): Promise<string> {
		return stretch(password, salt, iterations);
	}
}
