/** Passwords checked, and guessing slowed: the try is counted before it is made. */
import type { Role } from "../../colony-bridge/protocol/http/access.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import { ProblemError } from "../http/problem.ts";
import type { RecordAccess } from "./access-record.ts";
import { sha256 } from "./bytes.ts";
import { networkOf } from "./client.ts";
import type { Users } from "./users.ts";

/** Longer ones are nobody's, and cost their hashing. Characters. */
const LONGEST_PASSWORD = 1000;
/** Passwords being checked at once. More would only wait for one another, and each costs its hashing. */
const MOST_UNDER_WAY = 50;

export class PasswordCheck {
	readonly #users: Users;
	readonly #store: AccessPort;
	readonly #record: RecordAccess;
	#underWay = 0;

	/** @param record is told of what was refused. */
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
			throw new ProblemError("too-many", `too many tries from this address: wait ${seconds} s before the next one`, {
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
		const known = await this.#users.find(name);
		const actor = { name: "", role: "viewer", via: "nobody", address } as const;
		await this.#record({
			actor,
			action: "sign-in",
			...(known && { target: known.name }),
			result: "refused",
			detail: "user and password do not go together",
		});
		if (tries === undefined || !known) return;
		const detail = `somebody guesses: ${tries} tries of late, from any address`;
		console.warn(`sign-in as "${known.name}": ${detail}`);
		// `done`: it is one of few, and stands by itself however many refusals there are.
		await this.#record({ actor, action: "guessing", target: known.name, result: "done", detail });
	}
}
