/** Configured users: password hashes, and the fingerprints that bind their sessions. */
import type { Role } from "../../colony-bridge/protocol/http/access.ts";
import type { AuthUser } from "../../colony-bridge/protocol/http/config.ts";
import { hex } from "../../colony-bridge/protocol/values/hex.ts";
import { equalSecrets } from "./bytes.ts";
import { costText, type Derive, decoyHash, hashPassword, MEMORY_COST, type PasswordHash, parseHash } from "./passwords.ts";
import type { SigningKey } from "./session.ts";

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

	/** Hashes the passwords that came in plain, all at once, and lets go of them. @throws where a hash cannot be read, naming the user. */
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
		// Of the password itself, not of its hash in memory: that has another salt in each process.
		const fingerprint = await this.#key.sign("user", JSON.stringify([name, role, own]));
		const hash = "password" in secret ? await hashPassword(secret.password, MEMORY_COST, this.#derive) : parseHash(own);
		if (!hash) throw new Error(`authUsers.${name}.passwordHash is not a supported hash: make one with \`hiveframe-dashboard hash\``);
		return { name, role, hash, fingerprint };
	}
}
