/**
 * Passwords tried, by address and by user. A try is counted before it is made, so that a thousand at once are a thousand, and taken back where
 * it was right.
 *
 * An address has some tries free; each further one waits twice as long as the one before. A user who is guessed at from many addresses is
 * protected by fewer free tries for each address, never by a lock: from an address of their own the right user always has one.
 */
import type { Attempt } from "./port.ts";
import { ACCESS_SQL, type AccessTables } from "./schema.ts";

/** Half of what was counted is forgotten in this time, ms. */
const HALF_LIFE_MS = 6 * 3_600_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Attempts at one user, from all addresses together, after which password guessing is reported. */
const WORTH_TELLING = [20, 200, 2_000, 20_000, 200_000];
/** Rows kept; beyond, those that were quiet longest go. */
const MOST_ROWS = 20_000;
const ROWS_DROPPED = 1000;

interface Counted extends Record<string, number> {
	count: number;
	at: number;
}

export class Guesses {
	readonly #tables: AccessTables;
	readonly #mostRows: number;
	#rows: number | undefined;

	constructor(tables: AccessTables, mostRows = MOST_ROWS) {
		this.#tables = tables;
		this.#mostRows = mostRows;
	}

	/** Counts the try unless it has to wait. */
	attempt(address: string, user: string, now: number): Attempt {
		const tried = this.#count(`address:${address}`);
		const userTries = left(this.#count(`user:${user}`), now);
		const free = freeTries(userTries);
		const past = left(tried, now) - free;
		const wait = past < 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** past);
		const over = (tried?.at ?? 0) + wait;
		if (wait > 0 && now < over) return { waitMs: over - now };
		this.#add(address, user, 1, now);
		const tries = WORTH_TELLING.find((bound) => userTries < bound && userTries + 1 >= bound);
		return { waitMs: 0, ...(tries !== undefined && { tries }) };
	}

	forgive(address: string, user: string, now: number): void {
		this.#add(address, user, -1, now);
	}

	#count(subject: string): Counted | undefined {
		if (!this.#tables.exist) return undefined;
		return this.#tables.sql.all<Counted>(ACCESS_SQL.guesses, subject)[0];
	}

	#add(address: string, user: string, by: number, now: number): void {
		this.#tables.write(() => {
			for (const subject of [`address:${address}`, `user:${user}`]) {
				const before = this.#count(subject);
				// Taking a try back leaves the instant of the last one as it is.
				const count = Math.max(0, by > 0 ? left(before, now) + by : (before?.count ?? 0) + by);
				this.#tables.sql.run(ACCESS_SQL.guess, subject, count, by > 0 ? now : (before?.at ?? now));
				if (!before) this.#grown();
			}
		});
	}

	#grown(): void {
		const { sql } = this.#tables;
		this.#rows = this.#rows === undefined ? Number(sql.all(ACCESS_SQL.countGuesses)[0]?.n) : this.#rows + 1;
		if (this.#rows <= this.#mostRows) return;
		sql.run(ACCESS_SQL.dropGuesses, Math.min(ROWS_DROPPED, Math.ceil(this.#mostRows / 20)));
		this.#rows = undefined;
	}
}

function left(counted: Counted | undefined, now: number): number {
	return counted ? counted.count * 0.5 ** (Math.max(0, now - counted.at) / HALF_LIFE_MS) : 0;
}

/** @param userTries how often the user was guessed at of late. */
function freeTries(userTries: number): number {
	if (userTries < 20) return 10;
	if (userTries < 200) return 5;
	return userTries < 2000 ? 2 : 1;
}
