/**
 * What bridges send, taken in one after the other: past some milliseconds of it whatever else waits has its turn, and clients take turns.
 * Frames of one link stay in their order, and so does the link's end.
 */

import { fatal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { Inbox } from "./inbox.ts";

/** Units of `work.ts` between two pauses, some 8 ms; of a push, however short, and of each of its characters. */
const ROOM = 100_000;
const PUSH_UNITS = 20_000;
const CHAR_UNITS = 0.5;
/** Pushes of one link that may wait, many times what a bridge sends unacknowledged, and characters of all that wait. */
export const WAITING = { pushes: 64, chars: 32_000_000 } as const;

/** Requests share one turn: a client has few of them under way. */
const REQUESTS = "requests";

interface Turn {
	link: object;
	chars: number;
	work(): void;
}

export class PushTurns {
	readonly #pause: (then: () => void) => void;
	readonly #inbox = new Inbox<Turn>();
	/** Of each link that has some, how many wait. */
	readonly #waiting = new Map<object, number>();
	#chars = 0;
	#left = ROOM;
	#pausing = false;

	/** @param pause calls `then` once other events have had their turn. */
	constructor(pause: (then: () => void) => void) {
		this.#pause = pause;
	}

	/**
	 * Does the work now, or when it is its turn. It must not throw.
	 * @param client whose link it is. @returns why not, where there is no room for it: the link is to be closed
	 */
	take(link: object, client: string, text: string, work: () => void): string | undefined {
		const chars = text.length;
		if (!this.#pausing) {
			this.#do({ link, chars, work });
			return undefined;
		}
		const waiting = this.#waiting.get(link) ?? 0;
		if (waiting >= WAITING.pushes) return `more than ${WAITING.pushes} pushes wait: send no more before some are acknowledged`;
		if (this.#chars + chars > WAITING.chars) return "too much waits to be taken in: come back in a moment";
		this.#waiting.set(link, waiting + 1);
		this.#chars += chars;
		this.#inbox.put(client, { link, chars, work });
		return undefined;
	}

	/** A push that came by itself, as a request. @returns what `work` does, or why there is no room for it; rejects where `work` throws */
	request(text: string, work: () => DownFrame[]): Promise<DownFrame[]> {
		return new Promise((resolve, reject) => {
			const refused = this.take({}, REQUESTS, text, () => {
				try {
					resolve(work());
				} catch (error) {
					reject(error);
				}
			});
			if (refused !== undefined) resolve([fatal("too-many", refused)]);
		});
	}

	/** The link has ended: told after all that came over it. */
	end(link: object, client: string, work: () => void): void {
		if (this.#waiting.has(link)) this.#inbox.put(client, { link, chars: 0, work });
		else work();
	}

	#do({ chars, work }: Turn): void {
		this.#left -= PUSH_UNITS + chars * CHAR_UNITS;
		work();
		if (this.#left > 0 || this.#pausing) return;
		this.#pausing = true;
		this.#pause(() => this.#goOn());
	}

	#goOn(): void {
		this.#pausing = false;
		this.#left = ROOM;
		while (!this.#pausing) {
			const turn = this.#inbox.take();
			if (!turn) return;
			this.#chars -= turn.chars;
			const others = (this.#waiting.get(turn.link) ?? 1) - 1;
			if (others > 0) this.#waiting.set(turn.link, others);
			else this.#waiting.delete(turn.link);
			this.#do(turn);
		}
	}
}
