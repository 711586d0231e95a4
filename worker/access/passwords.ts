/**
 * Passwords as they are kept: `$pbkdf2-sha256-100k$i=600000$SALT$HASH`, salt and hash hexadecimal. The name says how it is made: see
 * `durable/access/stretch.ts`.
 */
import type { AccessPort } from "../../durable/access/port.ts";
import { hex, randomHex } from "./bytes.ts";

/** OWASP's Password Storage Cheat Sheet (2025) for PBKDF2 with HMAC-SHA-256. */
export const HASH_ITERATIONS = 600_000;
/** For a password that is in the configuration anyway: its hash never leaves this process's memory. */
export const MEMORY_ITERATIONS = 100_000;
export const MOST_ITERATIONS = 5_000_000;

export interface PasswordHash {
	iterations: number;
	salt: string;
	hash: string;
}

export type Stretch = AccessPort["stretch"];

export async function hashPassword(password: string, iterations: number, stretch: Stretch): Promise<PasswordHash> {
	const salt = randomHex(16);
	return { iterations, salt, hash: await stretch(password, salt, iterations) };
}

export function formatHash({ iterations, salt, hash }: PasswordHash): string {
	return `$pbkdf2-sha256-100k$i=${iterations}$${salt}$${hash}`;
}

/** @returns undefined where the text is none. It is not quoted in any error: it may be a password in the wrong place. */
export function parseHash(text: string): PasswordHash | undefined {
	const [, i, salt, hash] = /^\$pbkdf2-sha256-100k\$i=(\d{4,7})\$([0-9a-f]{32})\$([0-9a-f]{64})$/.exec(text) ?? [];
	const iterations = Number(i);
	return salt && hash && iterations <= MOST_ITERATIONS ? { iterations, salt, hash } : undefined;
}

/** A hash nothing is known to have. */
export function decoyHash(iterations: number): PasswordHash {
	return { iterations, salt: randomHex(16), hash: hex(crypto.getRandomValues(new Uint8Array(32))) };
}
