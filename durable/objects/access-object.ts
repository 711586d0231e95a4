/** Access on a Durable Object: a door, not a room. An object of its own, so that those who guess passwords do not slow down a colony. */
import { DurableObject } from "cloudflare:workers";
import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { Access } from "../access/access.ts";
import { derive } from "../access/key-derivation.ts";
import type { Attempt, NewToken } from "../access/port.ts";
import { StoreFaults } from "../access/store-faults.ts";
import { Turns } from "../work/turns.ts";
import { objectSql } from "./object-sql.ts";

export class AccessObject extends DurableObject {
	readonly #access: Access;
	readonly #faults = new StoreFaults("the storage of sign-in and tokens");
	readonly #deriving = new Turns(1);

	constructor(context: DurableObjectState, environment: Cloudflare.Env) {
		super(context, environment);
		this.#access = new Access(objectSql(context.storage), () => Date.now());
	}

	/** @throws StorageFault where what is stored cannot be read or written: its name goes along over RPC, its class does not. */
	#ask<Answer>(question: (access: Access) => Answer): Answer {
		try {
			return question(this.#access);
		} catch (cause) {
			throw this.#faults.of(cause);
		}
	}

	signingKey(): string {
		return this.#ask((access) => access.signingKey());
	}

	attempt(address: string, user: string): Attempt {
		return this.#ask((access) => access.attempt(address, user));
	}

	forgive(address: string, user: string): void {
		this.#ask((access) => access.forgive(address, user));
	}

	hasEnded(session: number): boolean {
		return this.#ask((access) => access.hasEnded(session));
	}

	endSession(session: number, until: number): string[] {
		return this.#ask((access) => access.endSession(session, until));
	}

	seat(grant: string, cluster: string, until: number): void {
		this.#ask((access) => access.seat(grant, cluster, until));
	}

	mint(token: NewToken): Token | undefined {
		return this.#ask((access) => access.mint(token));
	}

	tokens(): Token[] {
		return this.#ask((access) => access.tokens());
	}

	useToken(id: number, hash: string): Token | undefined {
		return this.#ask((access) => access.useToken(id, hash));
	}

	revokeToken(id: number): string[] | undefined {
		return this.#ask((access) => access.revokeToken(id));
	}

	knowsCluster(name: string): boolean {
		return this.#ask((access) => access.knowsCluster(name));
	}

	/** @param most how many there may be. @returns why there is no room for it */
	addCluster(name: string, most?: number): Refusal | undefined {
		return this.#ask((access) => access.addCluster(name, most));
	}

	removeCluster(name: string): void {
		this.#ask((access) => access.removeCluster(name));
	}

	/** One at a time: each takes its megabytes of what the object has. workerd derives on the caller's thread, but says so nowhere. */
	derive(...given: Parameters<typeof derive>): Promise<Uint8Array> {
		return this.#deriving.take(() => derive(...given));
	}
}
