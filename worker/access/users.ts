/** The users of the configuration: what their passwords are checked against, and what their sessions are bound to. */
import type { Role } from "../../colony-bridge/protocol/http/access.ts";
import type { AuthUser } from "../../colony-bridge/protocol/http/config.ts";
import { equalSecrets } from "./bytes.ts";
import { decoyHash, hashPassword, MEMORY_ITERATIONS, type PasswordHash, parseHash, type Stretch } from "./passwords.ts";
import type { SigningKey } from "./session.ts";

interface User {
	name: string;
	role: Role;
	hash: PasswordHash;
	/** Changes with the password and the role, so that a session of the old ones is over. */
	fingerprint: string;
}

export class Users {
	readonly #stretch: Stretch;
	readonly #key: SigningKey;
	#given: Readonly<Record<string, AuthUser>>;
	#users: Promise<Map<string, User>> | undefined;
	readonly #decoy = decoyHash(MEMORY_ITERATIONS);
	readonly size: number;

	/** @throws where a hash cannot be read, naming the user. */
	constructor(given: Readonly<Record<string, AuthUser>>, key: SigningKey, stretch: Stretch) {
		this.#given = given;
		this.#key = key;
		this.#stretch = stretch;
		this.size = Object.keys(given).length;
		for (const [name, user] of Object.entries(given)) {
			if (typeof user === "object" && "passwordHash" in user && !parseHash(user.passwordHash)) {
				throw new Error(`authUsers.${name}.passwordHash is no hash of \`hiveframe-dashboard hash\`; make a new one`);
			}
		}
	}

	/** Hashes the passwords that came in plain, all at once, and lets go of them. */
	async prepare(): Promise<void> {
		await this.#all();
	}

	/** Takes as long for a user there is not, and for one whose hash is a cheaper one. */
	async verify(name: string, password: string): Promise<{ name: string; role: Role } | undefined> {
		const users = await this.#all();
		const user = users.get(name);
		const { hash, salt, iterations } = user?.hash ?? this.#decoy;
		const most = Math.max(...Array.from(users.values(), (each) => each.hash.iterations));
		const derived = await this.#stretch(password, salt, iterations);
		if (iterations < most) await this.#stretch(password, salt, most - iterations);
		const equal = await equalSecrets(derived, hash);
		return equal && user ? { name, role: user.role } : undefined;
	}

	async find(name: string): Promise<Pick<User, "name" | "role" | "fingerprint"> | undefined> {
		return (await this.#all()).get(name);
	}

	#all(): Promise<Map<string, User>> {
		this.#users ??= this.#load();
		// A store that could not be reached is asked again.
		this.#users.catch(() => {
			this.#users = undefined;
		});
		return this.#users;
	}

	async #load(): Promise<Map<string, User>> {
		const users = await Promise.all(Object.entries(this.#given).map(([name, given]) => this.#user(name, given)));
		this.#given = {};
		return new Map(users.map((user) => [user.name, user]));
	}

	async #user(name: string, given: AuthUser): Promise<User> {
		const { role = name === "viewer" ? "viewer" : "operator", ...secret } = typeof given === "string" ? { password: given } : given;
		const own = "password" in secret ? secret.password : secret.passwordHash;
		// Of the password itself, not of its hash in memory: that has another salt in each process.
		const fingerprint = await this.#key.sign("user", JSON.stringify([name, role, own]));
		const hash = "password" in secret ? await hashPassword(secret.password, MEMORY_ITERATIONS, this.#stretch) : parseHash(own);
		if (!hash) throw new Error(`authUsers.${name}.passwordHash cannot be read`);
		return { name, role, hash, fingerprint };
	}
}
