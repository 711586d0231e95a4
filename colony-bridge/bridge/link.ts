/**
 * One connection to a cluster: texts up, texts down. A WebSocket, a row of HTTP requests, or a cluster in this very process.
 *
 * Order of events: `open` at most once, then `message` any number of times, then `closed` exactly once; nothing comes after it. None
 * of them is called before `Connect` has returned.
 */
import * as v from "valibot";
import { DownFrame } from "../protocol/wire/down.ts";
import { describeIssues } from "../protocol/wire/problem.ts";
import { type Warnings, wordsOf } from "./warnings.ts";

export interface LinkEvents {
	open(): void;
	/** One message of the cluster: down frames, one a line. */
	message(text: string): void;
	/**
	 * The link is closed, or never opened.
	 * @param code the WebSocket close code (1000 and up), or the HTTP status of the answer that was no upgrade (below 1000).
	 * @param retryAfterMs the dashboard's `Retry-After`.
	 */
	closed(code: number, reason: string, retryAfterMs?: number): void;
}

export interface Link {
	/** Sends one push. Ignored once the link is closed: what was not acknowledged is sent again on the next link. */
	send(text: string): void;
	/** Closes cleanly. `closed` follows. */
	close(): void;
}

export type Connect = (events: LinkEvents) => Link;

/**
 * Falls back to the second kind of link after `failures` links in a row that never opened, and retries the first whenever the second closes.
 * HTTP 401 and 403 are no failure of the transport: the other kind would be refused too.
 */
export function fallbackLink(first: Connect, second: Connect, failures = 2): Connect {
	let failed = 0;
	let useSecond = false;
	return (events) => {
		if (useSecond) {
			useSecond = false;
			return second(events);
		}
		let opened = false;
		return first({
			...events,
			open() {
				opened = true;
				failed = 0;
				events.open();
			},
			closed(code, reason, retryAfterMs) {
				if (!opened && code !== 401 && code !== 403) {
					failed += 1;
					useSecond = failed >= failures;
				}
				events.closed(code, reason, retryAfterMs);
			},
		});
	};
}

/** Frames of one message. An unknown line is reported and skipped: a newer cluster may send frames this bridge does not know. */
function readFrames(text: string, warnings: Warnings): DownFrame[] {
	const frames: DownFrame[] = [];
	for (const line of text.split("\n")) {
		if (!line) continue;
		try {
			const parsed = v.safeParse(DownFrame, JSON.parse(line));
			if (!parsed.success) throw new TypeError(describeIssues(parsed.issues));
			frames.push(parsed.output);
		} catch (error) {
			warnings.add(`a frame of the cluster could not be read and was left out: ${wordsOf(error)}`);
		}
	}
	return frames;
}

/** A link without an acknowledgement for this long is broken, ms. */
const ANSWER_MS = 30_000;

/** The current link, and the cluster's messages parsed into frames. */
interface LinkOwner {
	/** The link is open; hello is the first frame. */
	opened(): void;
	receive(frame: DownFrame): void;
	/** Closed by the peer, or never opened. */
	closed(code: number, reason: string, retryAfterMs?: number): void;
	/** The link is broken: drop it. */
	outOfStep(detail: string): void;
}

export class CurrentLink {
	readonly #connect: Connect;
	readonly #owner: LinkOwner;
	readonly #warnings: Warnings;
	#link: Link | undefined;
	/** Identifies the current link; events of earlier ones are ignored. */
	#generation = 0;
	#watchdog: NodeJS.Timeout | undefined;

	constructor(connect: Connect, owner: LinkOwner, warnings: Warnings) {
		this.#connect = connect;
		this.#owner = owner;
		this.#warnings = warnings;
	}

	get exists(): boolean {
		return this.#link !== undefined;
	}

	/** Changes with every link that is opened or dropped. */
	get generation(): number {
		return this.#generation;
	}

	/** @returns false if no attempt can be made. */
	open(): boolean {
		const generation = ++this.#generation;
		const current = () => generation === this.#generation;
		this.expectAnswer();
		try {
			this.#link = this.#connect({
				open: () => {
					if (current()) this.#owner.opened();
				},
				message: (text) => {
					for (const frame of current() ? readFrames(text, this.#warnings) : []) if (current()) this.#owner.receive(frame);
				},
				closed: (code, reason, retryAfterMs) => {
					if (!current()) return;
					this.#link = undefined;
					this.answered();
					this.#owner.closed(code, reason, retryAfterMs);
				},
			});
			return true;
		} catch (error) {
			this.answered();
			this.#warnings.add(`cannot open a link: ${wordsOf(error)}`, undefined, error);
			return false;
		}
	}

	send(text: string): void {
		try {
			this.#link?.send(text);
		} catch (error) {
			this.#owner.outOfStep(`a push could not be handed over: ${wordsOf(error)}`);
		}
	}

	/** Expects an acknowledgement from now on. */
	expectAnswer(): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => this.#owner.outOfStep(`no answer for ${ANSWER_MS} ms`), ANSWER_MS);
	}

	/** Expects none any more. */
	answered(): void {
		clearTimeout(this.#watchdog);
	}

	/** Begins to close it; `closed` follows. */
	close(): void {
		this.answered();
		this.#link?.close();
	}

	/** Drops it; later events are ignored. */
	drop(): void {
		this.#generation += 1;
		this.close();
		this.#link = undefined;
	}
}
