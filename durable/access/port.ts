/** The calls of the access store, from which its door, its stub and its host are derived. */
import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Promised } from "../calls/calls.ts";
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

export interface AccessCalls {
	/** Key of all signatures, made at the first call. */
	signingKey(): string;
	/** Asks leave to try a password, and counts the try. @param address @param user what stands for them, 64 characters at most. */
	attempt(address: string, user: string): Attempt;
	/** The password was right: the try does not count. */
	forgive(address: string, user: string): void;
	hasEnded(session: number): boolean;
	/** @param until when it would have ended by itself. @returns clusters that may have sockets of it. */
	endSession(session: number, until: number): string[];
	/** A socket opens to `cluster` by this credential (`session:1`, `token:2`), which is good until then. */
	registerSocket(credential: string, cluster: string, until: number): void;
	/** @returns undefined where there are as many as there may be. */
	mint(token: NewToken): Token | undefined;
	/** Newest first. */
	tokens(): Token[];
	/** Looks up a token by its id and the hash of its secret, and notes that it was used. */
	useToken(id: number, hash: string): Token | undefined;
	/** @returns clusters that may have sockets of it; undefined: there is no such token. */
	revokeToken(id: number): string[] | undefined;
}

/** Each call, and whether it may be repeated where the store went away under the first try. */
export const ACCESS_CALLS: Record<keyof AccessCalls, "once" | "again"> = {
	signingKey: "again",
	attempt: "once",
	forgive: "once",
	hasEnded: "again",
	endSession: "once",
	registerSocket: "again",
	mint: "once",
	tokens: "again",
	useToken: "again",
	revokeToken: "once",
};

/** Names of clusters that a bridge has pushed to: on Cloudflare the store keeps them, in Node the directory's files are the list. */
export interface DirectoryCalls {
	knowsCluster(name: string): boolean;
	/** @param most how many there may be; infinity: this one is taken in any case. @returns why there is no room for it */
	addCluster(name: string, most?: number): Refusal | undefined;
	removeCluster(name: string): void;
	/** A cluster tells of itself. @param store also for when the list is gone from memory. @returns whether somebody looks at the list. */
	tellCluster(summary: ClusterSummary, store: boolean): boolean;
	/** The last word of each. */
	clusters(): ClusterSummary[];
}
export const DIRECTORY_CALLS: Record<keyof DirectoryCalls, true> = {
	knowsCluster: true,
	addCluster: true,
	removeCluster: true,
	tellCluster: true,
	clusters: true,
};

export interface Derivation {
	/** A key by scrypt, 32 bytes: here because the app's own host may not have the time. */
	derive(password: string, salt: Uint8Array, parameters: ScryptParameters): Promise<Uint8Array>;
}

export type AccessPort = Promised<AccessCalls> & Derivation;
