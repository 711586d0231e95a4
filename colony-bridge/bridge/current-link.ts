/** A cluster's text as frames: checked once, here. */
import * as v from "valibot";
import { DownFrame } from "../protocol/wire/down.ts";
import { describeIssues } from "../protocol/wire/problem.ts";
import type { Connect, Link } from "./link.ts";
import { type Warnings, wordsOf } from "./warnings.ts";

/** Frames of one message. A line that is none is told and left out: a newer cluster may say more than this bridge knows. */
export function readFrames(text: string, warnings: Warnings): DownFrame[] {
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

/** The one link that counts: what one says that was let go is not heard, and one that owes an answer for too long is out of step. */
/** A link whose cluster owes an answer for so long, in ms, is broken. */
const ANSWER_MS = 30_000;

export interface LinkOwner {
	/** It is open: hello goes first. */
	opened(): void;
	receive(frame: DownFrame): void;
	/** By the other end, or because nobody was there. The link is gone. */
	closed(code: number, reason: string, retryAfterMs?: number): void;
	/** Nothing more can come of this link: it is to be let go. */
	outOfStep(detail: string): void;
}

export class CurrentLink {
	readonly #connect: Connect;
	readonly #owner: LinkOwner;
	readonly #warnings: Warnings;
	#link: Link | undefined;
	/** Names the link whose events count. */
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

	/** Changes with every link that is opened or let go. */
	get generation(): number {
		return this.#generation;
	}

	/** @returns false where not even an attempt can be made. */
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

	/** An answer is owed from now on. */
	expectAnswer(): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => this.#owner.outOfStep(`no answer for ${ANSWER_MS} ms`), ANSWER_MS);
	}

	/** None is owed any more. */
	answered(): void {
		clearTimeout(this.#watchdog);
	}

	/** Asks for its end, of which `closed` tells. */
	close(): void {
		this.answered();
		this.#link?.close();
	}

	/** Lets go of it; what it still says does not count. */
	drop(): void {
		this.#generation += 1;
		this.close();
		this.#link = undefined;
	}
}
