/** The port of the access store: in a Durable Object, or in this process. */
import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import type { ScryptParameters } from "./key-derivation.ts";

/** A token before it is stored. `hash`: SHA-256 of the secret, hexadecimal; the secret itself is never here. */
export type NewToken = Omit<Token, "id" | "createdAt" | "usedAt"> & { hash: string };

/** Leave to try a password, or not yet. */
export interface Attempt {
	/** Time to wait first, ms; 0: none. */
	waitMs: number;
	/** Recent tries of the user from all addresses; present when they have just reached the number that is reported. */
	tries?: number;
}

export interface AccessPort {
	/** Key of all signatures, made at the first call. */
	signingKey(): Promise<string>;
	/**
	 * Asks leave to try a password, and counts the try. @param address @param user what stands for them, no more than 64 characters.
	 */
	attempt(address: string, user: string): Promise<Attempt>;
	/** The password was right: the try does not count. */
	forgive(address: string, user: string): Promise<void>;
	hasEnded(session: number): Promise<boolean>;
	/** @param until when it would have ended by itself. @returns clusters that may have sockets of it. */
	endSession(session: number, until: number): Promise<string[]>;
	/** A socket opens to `cluster` by this grant (`session:1`, `token:2`), which is good until then. */
	seat(grant: string, cluster: string, until: number): Promise<void>;
	/** @returns undefined where there are as many as there may be. */
	mint(token: NewToken): Promise<Token | undefined>;
	/** Newest first. */
	tokens(): Promise<Token[]>;
	/** Looks up a token by its id and the hash of its secret, and notes that it was used. */
	useToken(id: number, hash: string): Promise<Token | undefined>;
	/** @returns clusters that may have sockets of it; undefined: there is no such token. */
	revokeToken(id: number): Promise<string[] | undefined>;
	/** A key by scrypt, 32 bytes: here because the app's own host may not have the time. */
	derive(password: string, salt: Uint8Array, parameters: ScryptParameters): Promise<Uint8Array>;
}
