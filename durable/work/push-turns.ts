/**
 * Pushes of bridges, read and taken in one after the other: past some milliseconds of it whatever else waits has its turn, and clients take
 * turns. A long push takes several: its frames are read ahead, and taken in at once. Frames of one link stay in their order, and so does the
 * link's end.
 */

import type { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { fatal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { Inbox } from "./turns.ts";

/** Units of `work.ts` between two pauses, some 8 ms; of taking in a push, however short, and of each of its characters. */
const ROOM = 100_000;
const PUSH_UNITS = 20_000;
const CHAR_UNITS = 0.25;
/** Pushes of one link that may wait, many times what a bridge sends unacknowledged, and characters of all that wait. */
export const WAITING = { pushes: 64, chars: 32_000_000 } as const;

/** Requests share one turn: a client has few of them under way. */
const REQUESTS = "requests";

/** Work that waits for its turn: its size, and what can be done ahead. */
export interface Waiting {
	readonly text: { readonly length: number };
	readAhead(): Generator<number, void, void>;
}

interface Turn {
	link: object;
	chars: number;
	steps: Generator<number, void, void>;
}

/** @param push absent: the end of a link, which costs nothing that counts */
function* steps(work: () => void, push?: Waiting): Turn["steps"] {
	if (push) yield* push.readAhead();
	work();
	if (push) yield PUSH_UNITS + push.text.length * CHAR_UNITS;
}

export class PushTurns {
	readonly #pause: (then: () => void) => void;
	readonly #inbox = new Inbox<Turn>();
	/** Pushes waiting or in work, by link. */
	readonly #waiting = new Map<object, number>();
	#current: Turn | undefined;
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
	take(link: object, client: string, push: Waiting, work: () => void): string | undefined {
		const chars = push.text.length;
		const waiting = this.#waiting.get(link) ?? 0;
		if (waiting >= WAITING.pushes) return `more than ${WAITING.pushes} pushes wait: send no more before some are acknowledged`;
		if (this.#chars + chars > WAITING.chars) return "too much waits to be taken in: come back in a moment";
		this.#put(client, { link, chars, steps: steps(work, push) });
		return undefined;
	}

	/** A push that came by itself, as a request. @returns what `work` does, or why there is no room for it; rejects where `work` throws */
	request(push: PushText, work: () => DownFrame[]): Promise<DownFrame[]> {
		return this.asked(push, work, (refused) => [fatal("too-many", refused)]);
	}

	/** The same for whatever else is pushed. @param refuse the answer where there is no room for it */
	asked<Answer>(waiting: Waiting, work: () => Answer, refuse: (why: string) => Answer): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const refused = this.take({}, REQUESTS, waiting, () => {
				try {
					resolve(work());
				} catch (error) {
					reject(error);
				}
			});
			if (refused !== undefined) resolve(refuse(refused));
		});
	}

	/** The link has ended: reported after all its pushes. */
	end(link: object, client: string, work: () => void): void {
		if (this.#waiting.has(link)) this.#put(client, { link, chars: 0, steps: steps(work) });
		else work();
	}

	#put(client: string, turn: Turn): void {
		this.#waiting.set(turn.link, (this.#waiting.get(turn.link) ?? 0) + 1);
		this.#chars += turn.chars;
		this.#inbox.put(client, turn);
		if (!this.#pausing && !this.#current) this.#go();
	}

	#go(): void {
		while (this.#left > 0) {
			const turn = this.#current ?? this.#inbox.take();
			if (!turn) return;
			if (turn !== this.#current) this.#chars -= turn.chars;
			this.#current = turn;
			const step = turn.steps.next();
			if (step.done) this.#done(turn);
			else this.#left -= step.value;
		}
		this.#pausing = true;
		this.#pause(() => {
			this.#pausing = false;
			this.#left = ROOM;
			this.#go();
		});
	}

	#done({ link }: Turn): void {
		this.#current = undefined;
		const others = (this.#waiting.get(link) ?? 1) - 1;
		if (others > 0) this.#waiting.set(link, others);
		else this.#waiting.delete(link);
	}
}
