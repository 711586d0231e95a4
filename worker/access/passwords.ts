/** Password hashes: scrypt, as text in the PHC string format: `$scrypt$ln=14,r=8,p=5$SALT$HASH`. */
import { PASSWORD_HASH } from "../../colony-bridge/protocol/http/config.ts";
import type { ScryptParameters } from "../../durable/access/key-derivation.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import { base64, bytesOfBase64 } from "./bytes.ts";

/** OWASP's Password Storage Cheat Sheet (2025), of its equal settings the one that takes 16 MB. */
export const HASH_COST: ScryptParameters = { ln: 14, r: 8, p: 5 };
/** For a password that is in the configuration anyway: its hash never leaves this process's memory. */
export const MEMORY_COST: ScryptParameters = { ln: 14, r: 8, p: 1 };

export interface PasswordHash {
	cost: ScryptParameters;
	salt: Uint8Array;
	hash: Uint8Array;
}

export type Derive = AccessPort["derive"];

export async function hashPassword(password: string, cost: ScryptParameters, derive: Derive): Promise<PasswordHash> {
	const salt = randomBytes(16);
	return { cost, salt, hash: await derive(password, salt, cost) };
}

export function formatHash({ cost, salt, hash }: PasswordHash): string {
	return `$scrypt$${costText(cost)}$${base64(salt)}$${base64(hash)}`;
}

export const costText = ({ ln, r, p }: ScryptParameters): string => `ln=${ln},r=${r},p=${p}`;

/** @returns undefined where the text is none. It is not quoted in any error: it may be a password in the wrong place. */
export function parseHash(text: string): PasswordHash | undefined {
	const { cost = "", salt = "", hash = "" } = PASSWORD_HASH.exec(text)?.groups ?? {};
	const [ln, r, p] = cost.split(",").map((parameter) => Number(parameter.split("=")[1]));
	return ln && r && p ? { cost: { ln, r, p }, salt: bytesOfBase64(salt), hash: bytesOfBase64(hash) } : undefined;
}

/** A hash nothing is known to have. */
export function decoyHash(cost: ScryptParameters): PasswordHash {
	return { cost, salt: randomBytes(16), hash: randomBytes(32) };
}

const randomBytes = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));
