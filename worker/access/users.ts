/** Password hashes: scrypt, as text in the PHC string format: `$scrypt$ln=14,r=8,p=5$SALT$HASH`. */

import type { Role } from "../../colony-bridge/protocol/http/access.ts";
import { type AuthUser, PASSWORD_HASH } from "../../colony-bridge/protocol/http/config.ts";
import { hex } from "../../colony-bridge/protocol/values/hash.ts";
import type { ScryptParameters } from "../../durable/access/key-derivation.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import { ProblemError } from "../http/problem.ts";
import type { RecordAccess } from "./access-record.ts";
import { base64, bytesOfBase64, equalSecrets, sha256 } from "./bytes.ts";
import { networkOf } from "./client.ts";
import type { SigningKey } from "./session.ts";

/** OWASP's Password Storage Cheat Sheet (2025), of its equal settings the one that takes 16 MB. */
export const HASH_COST: ScryptParameters = { ln: 14, r: 8, p: 5 };
/** For a password that is in the configuration anyway: its hash never leaves this process's memory. */
export const MEMORY_COST: ScryptParameters = { ln: 14, r: 8, p: 1 };

interface PasswordHash {
	cost: ScryptParameters;
	salt: Uint8Array;
	hash: Uint8Array;
}

type Derive = AccessPort["derive"];

export async function hashPassword(password: string, cost: ScryptParameters, derive: Derive): Promise<PasswordHash> {
	const salt = randomBytes(16);
	return { cost, salt, hash: await derive(password, salt, cost) };
}

export function formatHash({ cost, salt, hash }: PasswordHash): string {
	return `$scrypt$${costText(cost)}$${base64(salt)}$${base64(hash)}`;
}

const costText = ({ ln, r, p }: ScryptParameters): string => `ln=${ln},r=${r},p=${p}`;

/** @returns undefined where the text is none. It is not quoted in any error: it may be a password in the wrong place. */
export function parseHash(text: string): PasswordHash | undefined {
	const { cost = "", salt = "", hash = "" } = PASSWORD_HASH.exec(text)?.groups ?? {};
	const [ln, r, p] = cost.split(",").map((parameter) => Number(parameter.split("=")[1]));
	return ln && r && p ? { cost: { ln, r, p }, salt: bytesOfBase64(salt), hash: bytesOfBase64(hash) } : undefined;
}

/** A hash nothing is known to have. */
function decoyHash(cost: ScryptParameters): PasswordHash {
	return { cost, salt: randomBytes(16), hash: randomBytes(32) };
}

const randomBytes = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

/** Configured users: password hashes, and the fingerprints that bind their sessions. */
interface User {
	name: string;
	role: Role;
	hash: PasswordHash;
	/** Changes with the password and the role, so that a session of the old ones is over. */
	fingerprint: string;
}

interface Loaded {
	users: ReadonlyMap<string, User>;
	/** One for each cost that a user's hash has. */
	decoys: readonly PasswordHash[];
}

export class Users {
	readonly #derive: Derive;
	readonly #key: SigningKey;
	#given: Readonly<Record<string, AuthUser>>;
	#loaded: Promise<Loaded> | undefined;

	constructor(given: Readonly<Record<string, AuthUser>>, key: SigningKey, derive: Derive) {
		this.#given = given;
		this.#key = key;
		this.#derive = derive;
	}

	/** Hashes the passwords that came in plain, all at once, and discards the plain ones. @throws where a hash cannot be read, naming the user. */
	async prepare(): Promise<void> {
		await this.#all();
	}

	/** Takes as long for a user there is not, and for one whose hash is a cheaper one: a key is derived at each cost there is, in any case. */
	async verify(name: string, password: string): Promise<{ name: string; role: Role } | undefined> {
		const { users, decoys } = await this.#all();
		const user = users.get(name);
		let right = false;
		for (const decoy of decoys) {
			const { cost, salt, hash } = user && costText(user.hash.cost) === costText(decoy.cost) ? user.hash : decoy;
			const equal = await equalSecrets(hex(await this.#derive(password, salt, cost)), hex(hash));
			right ||= equal;
		}
		return right && user ? { name, role: user.role } : undefined;
	}

	async find(name: string): Promise<Pick<User, "name" | "role" | "fingerprint"> | undefined> {
		return (await this.#all()).users.get(name);
	}

	#all(): Promise<Loaded> {
		this.#loaded ??= this.#load();
		// A store that could not be reached is asked again.
		this.#loaded.catch(() => {
			this.#loaded = undefined;
		});
		return this.#loaded;
	}

	async #load(): Promise<Loaded> {
		const users = await Promise.all(Object.entries(this.#given).map(([name, given]) => this.#user(name, given)));
		this.#given = {};
		const costs = new Map(users.map(({ hash: { cost } }) => [costText(cost), cost]));
		return { users: new Map(users.map((user) => [user.name, user])), decoys: Array.from(costs.values(), decoyHash) };
	}

	async #user(name: string, given: AuthUser): Promise<User> {
		const { role = name === "viewer" ? "viewer" : "operator", ...secret } = typeof given === "string" ? { password: given } : given;
		const own = "password" in secret ? secret.password : secret.passwordHash;
		// Signs the password itself: its hash in memory has another salt in each process.
		const fingerprint = await this.#key.sign("user", JSON.stringify([name, role, own]));
		const hash = "password" in secret ? await hashPassword(secret.password, MEMORY_COST, this.#derive) : parseHash(own);
		if (!hash) throw new Error(`authUsers.${name}.passwordHash is not a supported hash: make one with \`hiveframe-dashboard hash\``);
		return { name, role, hash, fingerprint };
	}
}

/** Longer ones are nobody's, and cost their hashing. Characters. */
const LONGEST_PASSWORD = 1000;
/** Passwords being checked at once. More would only wait for one another, and each costs its hashing. */
const MOST_UNDER_WAY = 50;

/** Passwords checked, and guessing slowed: the try is counted before it is made. */
export class PasswordCheck {
	readonly #users: Users;
	readonly #store: AccessPort;
	readonly #record: RecordAccess;
	#underWay = 0;

	/** @param record called for each refusal. */
	constructor(users: Users, store: AccessPort, record: RecordAccess) {
		this.#users = users;
		this.#store = store;
		this.#record = record;
	}

	/**
	 * @returns undefined where user and password are no pair, whichever of them is wrong.
	 * @throws ProblemError where this address has to wait first, or too many are being checked.
	 */
	async check(name: string, password: string, address: string): Promise<{ name: string; role: Role } | undefined> {
		if (this.#underWay >= MOST_UNDER_WAY) {
			throw new ProblemError("too-many", "too many people sign in at this moment: try again in some seconds", { "Retry-After": "5" });
		}
		this.#underWay++;
		try {
			return await this.#check(name, password, address);
		} finally {
			this.#underWay--;
		}
	}

	async #check(name: string, password: string, address: string): Promise<{ name: string; role: Role } | undefined> {
		// By their hashes: a password typed into the wrong field is not to be kept.
		const [from, user] = await Promise.all([sha256(networkOf(address)), sha256(`user ${name}`)]);
		const keys = [from.slice(0, 32), user.slice(0, 32)] as const;
		const { waitMs, tries } = await this.#store.attempt(...keys);
		if (waitMs > 0) {
			// Not in the audit: that would be written in the cluster's object, and whoever guesses is to cost a colony nothing.
			const seconds = Math.ceil(waitMs / 1000);
			throw new ProblemError("too-many", `too many sign-in attempts from this address: wait ${seconds} s before the next one`, {
				"Retry-After": String(seconds),
			});
		}
		const found = await this.#users.verify(name, password.slice(0, LONGEST_PASSWORD));
		if (found && password.length <= LONGEST_PASSWORD) {
			await this.#store.forgive(...keys);
			return found;
		}
		await this.#refuse(name, address, tries);
		return undefined;
	}

	/** A name nobody has is left out: it may be a password. */
	async #refuse(name: string, address: string, tries: number | undefined): Promise<void> {
		const user = await this.#users.find(name);
		const actor = { name: "", role: "viewer", via: "none", address } as const;
		await this.#record({
			actor,
			action: "sign-in",
			...(user && { target: user.name }),
			result: "refused",
			detail: "wrong user or password",
		});
		if (tries === undefined || !user) return;
		const detail = `possible password guessing: ${tries} recent tries, counted over all addresses`;
		console.warn(`sign-in as "${user.name}": ${detail}`);
		// `done`: it is one of few, and stands by itself however many refusals there are.
		await this.#record({ actor, action: "password-guessing", target: user.name, result: "done", detail });
	}
}
