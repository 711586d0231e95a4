/** Passwords checked, and guessing slowed: the try is counted before it is made. */
import type { Role } from "../../colony-bridge/protocol/access.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import { ProblemError } from "../problem-error.ts";
import { networkOf } from "./address.ts";
import { sha256 } from "./bytes.ts";
import type { Users } from "./users.ts";

/** Longer ones are nobody's, and cost their hashing. Characters. */
const LONGEST_PASSWORD = 1000;

export class PasswordCheck {
	readonly #users: Users;
	readonly #store: AccessPort;

	constructor(users: Users, store: AccessPort) {
		this.#users = users;
		this.#store = store;
	}

	/**
	 * @returns undefined where user and password are no pair, whichever of them is wrong.
	 * @throws ProblemError where this address has to wait first.
	 */
	async check(name: string, password: string, address: string): Promise<{ name: string; role: Role } | undefined> {
		// By their hashes: a password typed into the wrong field is not to be kept.
		const [from, user] = await Promise.all([sha256(networkOf(address)), sha256(`user ${name}`)]);
		const keys = [from.slice(0, 32), user.slice(0, 32)] as const;
		const wait = await this.#store.attempt(...keys);
		if (wait > 0) {
			const seconds = Math.ceil(wait / 1000);
			throw new ProblemError("too-many", `too many tries from this address: wait ${seconds} s before the next one`, {
				"Retry-After": String(seconds),
			});
		}
		const found = await this.#users.verify(name, password.slice(0, LONGEST_PASSWORD));
		if (found && password.length <= LONGEST_PASSWORD) {
			await this.#store.forgive(...keys);
			return found;
		}
		return undefined;
	}
}
