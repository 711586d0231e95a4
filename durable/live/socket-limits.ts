/**
 * Sockets without a first message: a bridge's until its hello, a viewer's until its watch. They have some
 * seconds for it, and past a number of them the one that has waited longest makes room, so that sockets alone fill nobody's memory.
 */
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { type Rate, TokenBuckets } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import type { Socket } from "./socket.ts";

/** Time limit of the first message, ms. */
export const FIRST_WORD_MS = 10_000;
/** The object was busy or asleep where it looks later than this, ms. */
const LATE_MS = 2_000;
/** Twice as many as connect at once where a cluster of a thousand bridges restarts. */
export const MOST_SILENT = 2_000;

export class SilentSockets {
	/** When each was opened, ms: oldest first. */
	readonly #since = new Map<Socket, number>();
	readonly #word: string;

	/** @param word what they are to say */
	constructor(word: string) {
		this.#word = word;
	}

	get size(): number {
		return this.#since.size;
	}

	/** When the first of them is to be closed, ms; infinity: there is none. */
	get due(): number {
		for (const since of this.#since.values()) return since + FIRST_WORD_MS;
		return Number.POSITIVE_INFINITY;
	}

	add(socket: Socket, since: number): void {
		this.#since.set(socket, since);
		const [oldest] = this.#since.keys();
		if (this.#since.size > MOST_SILENT && oldest) this.#close(oldest, `more than ${MOST_SILENT} sockets without a ${this.#word}`);
	}

	/** The first message arrived, or the socket closed. */
	delete(socket: Socket): void {
		this.#since.delete(socket);
	}

	/** Closes those whose time is over. Where this comes late, the object was too busy to hear what they may have said: they have the time again. */
	sweep(now: number): void {
		const late = now - this.due > LATE_MS;
		const heardLate: Socket[] = [];
		for (const [socket, since] of this.#since) {
			// After the clock was set back nobody has waited yet.
			if (since + FIRST_WORD_MS > now && since <= now) break;
			if (late) heardLate.push(socket);
			else this.#close(socket, `no ${this.#word} within ${FIRST_WORD_MS / 1000} s`);
		}
		for (const socket of heardLate) setNewest(this.#since, socket, now);
	}

	#close(socket: Socket, reason: string): void {
		this.#since.delete(socket);
		try {
			socket.close(CLOSE.policy, reason);
		} catch {
			// It is closed already.
		}
	}
}

/** Closes for flooding that a client may have, and the rate of its links until they have come back. */
export const FLOODS = { perSecond: 1, burst: 10 } as const satisfies Rate;

/**
 * Clients whose links were closed because they sent more than they may. Closing alone ends no flood: what its sender has under way is read
 * all the same, and it comes back. So the client's links are counted from then on, and past a few opened only one a second.
 */
export class Flooders {
	readonly #now: () => number;
	readonly #clients = new TokenBuckets(FLOODS);

	constructor(now: () => number) {
		this.#now = now;
	}

	/** A link of the client was closed for too many messages. */
	count(client: string): void {
		this.#clients.of(client).take(this.#now());
	}

	/** The client opens a link. @returns why it may not */
	refusal(client: string): Refusal | undefined {
		const bucket = this.#clients.of(client);
		const now = this.#now();
		if (bucket.look(now) === FLOODS.burst || bucket.take(now)) return undefined;
		const retryAfter = bucket.secondsUntil(1);
		const detail = `links of this address were closed repeatedly for too many messages: wait ${retryAfter} s before the next one`;
		return { type: "refused", kind: "too-many", detail, retryAfter };
	}
}
