/**
 * Keeps a link to a cluster up, for a bridge's uplink and for each of a gateway's forwarders. `hello` goes first on every link, and again
 * before a push where it has changed or the clock is to be measured; `welcome` names the frame after which its owner resumes. A link that breaks, is
 * refused or falls out of step is replaced after a pause that grows until frames are acknowledged.
 */
import { CLOSE, type DownFrame } from "../protocol/wire/down.ts";
import { Clock } from "./clock.ts";
import { type Connect, CurrentLink } from "./link.ts";
import { Backoff } from "./timing.ts";
import type { Warnings } from "./warnings.ts";

/** Longest delay before a name in use is requested again, and what is added at random, ms. */
const MOST_WAIT_MS = 15_000;
const RANDOM_WAIT_MS = 250;
/** After a link that lived this long the pause begins anew, ms. */
const GOOD_MS = 1_000;

export type LinkState = "idle" | "waiting" | "connecting" | "live" | "superseded" | "stopped";
export type DownFrameOf<T extends DownFrame["type"]> = Extract<DownFrame, { type: T }>;

interface SessionOwner {
	/** The present `hello` without its instant; undefined: none may be sent any more on this link. */
	hello(): object | undefined;
	/** Once a link; with every request over HTTP, where a repeat only confirms. Its owner calls `begin` to resume. */
	welcome(frame: DownFrameOf<"welcome">): void;
	ack(seq: number): void;
	command(frame: DownFrameOf<"command">): void;
	/** Viewer count of the cluster; undefined: unknown, because the link is gone. */
	viewerCount(viewers: number | undefined): void;
	/** The cluster refused a frame; it changed nothing there. */
	refused(frame: DownFrameOf<"error">): void;
	/** A later run of the bridge has taken over. */
	superseded(frame: DownFrameOf<"error">): void;
	/** The clock's measurement has changed. */
	corrected?(): void;
	/** The pause before the next link is over. */
	wake(): void;
	/** The state, or what is in flight, may have changed. */
	changed?(): void;
}

export class LinkSession {
	state: LinkState = "idle";
	reconnects = 0;
	viewers: number | undefined;
	/** HTTP status with which the dashboard refused the newest link, 401 or 403; undefined once a link is live. */
	denied: number | undefined;
	/** Set if another bridge of the name still pushes after its liveness period. */
	inUse: string | undefined;
	readonly clock = new Clock();
	readonly #link: CurrentLink;
	readonly #owner: SessionOwner;
	readonly #warnings: Warnings;
	readonly #backoff = new Backoff();
	/** The owner of the token that is presented. */
	readonly #party: "bridge" | "gateway";
	/** `hello` as it was last sent on this link. */
	#sentHello: string | undefined;
	/** Monotonic time at which the name's holder would have been stale, ms. */
	#freeAt: number | undefined;
	#liveAt = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(connect: Connect, owner: SessionOwner, warnings: Warnings, party: "bridge" | "gateway") {
		this.#owner = owner;
		this.#warnings = warnings;
		this.#party = party;
		this.#link = new CurrentLink(
			connect,
			{
				opened: () => this.announce(),
				receive: (frame) => this.#receive(frame),
				closed: (code, reason, retryAfterMs) => this.#closed(code, reason, retryAfterMs),
				outOfStep: (detail) => this.outOfStep(detail),
			},
			warnings,
		);
	}

	/** Changes with every link. */
	get generation(): number {
		return this.#link.generation;
	}
	get closed(): boolean {
		return !this.#link.exists;
	}

	open(): void {
		if (this.state === "stopped") return;
		this.state = "connecting";
		this.#sentHello = undefined;
		if (!this.#link.open()) this.again();
	}

	/** The cluster's welcome is accepted: pushes may flow. */
	begin(): void {
		this.#link.answered();
		this.state = "live";
		this.denied = undefined;
		this.inUse = undefined;
		this.#freeAt = undefined;
		this.#liveAt = performance.now();
	}

	push(text: string): void {
		this.#link.expectAnswer();
		const hello = this.#newHello();
		this.#link.send(hello === undefined ? text : `${hello}\n${text}`);
	}

	/** Sends a frame that is no push. */
	send(text: string): void {
		this.#link.send(text);
	}

	/** Sends `hello` if there is something new in it. */
	announce(): void {
		const hello = this.#newHello();
		if (hello !== undefined) this.#link.send(hello);
	}

	#newHello(): string | undefined {
		const hello = this.#owner.hello();
		const text = hello && JSON.stringify(hello);
		if (text === undefined || (text === this.#sentHello && !this.clock.due)) return undefined;
		this.#sentHello = text;
		return JSON.stringify({ ...hello, sent: this.clock.begin() });
	}

	/** @param news frames were acknowledged for the first time. A welcome alone is no progress: the dashboard may accept no frame. */
	acknowledged(news: boolean, inFlight: number): void {
		if (news) this.#backoff.reset();
		if (inFlight === 0) this.#link.answered();
		else this.#link.expectAnswer();
	}

	outOfStep(detail: string): void {
		this.fail(`out of step with the dashboard (${detail}); the link is opened anew`);
	}

	/** Drops the link and opens another after a pause. */
	fail(words: string, topic?: string, cause?: unknown): void {
		this.#warnings.add(words, topic, cause);
		this.again();
	}

	/** Opens another link after a pause. */
	again(ms = this.#backoff.next()): void {
		this.drop();
		if (this.state === "stopped") return;
		this.state = "waiting";
		this.reconnects += 1;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.state = "idle";
			this.#owner.wake();
		}, ms);
		this.#owner.changed?.();
	}

	/** Drops the link: later messages on it are ignored. */
	drop(): void {
		this.#link.drop();
		this.viewers = undefined;
		this.#owner.viewerCount(undefined);
	}

	/** No link is needed until `open`. */
	rest(): void {
		this.drop();
		clearTimeout(this.#timer);
		if (this.state !== "stopped") this.state = "idle";
	}

	/** Begins to close the link for good. */
	stop(): void {
		clearTimeout(this.#timer);
		if (this.state !== "superseded") this.state = "stopped";
		this.#link.close();
	}

	#receive(frame: DownFrame): void {
		switch (frame.type) {
			case "welcome":
				// Frames sent from now on are corrected by the new measurement.
				if (frame.clock && this.clock.end(frame.clock)) this.#owner.corrected?.();
				this.#owner.welcome(frame);
				break;
			case "ack":
				this.#owner.ack(frame.seq);
				break;
			case "command":
				this.#owner.command(frame);
				break;
			case "viewers":
				this.viewers = frame.count;
				this.#owner.viewerCount(frame.count);
				break;
			case "error":
				if (frame.kind === "superseded") this.#superseded(frame);
				else if (frame.kind === "in-use") this.#nameInUse(frame);
				else {
					this.#owner.refused(frame);
					// The cluster misses a frame before this one: the next welcome names it.
					if (frame.kind === "sequence") this.outOfStep(frame.detail);
				}
		}
	}

	/** Retries soon: the name's holder may stop, or become stale. */
	#nameInUse({ detail, retryAfterMs = MOST_WAIT_MS }: DownFrameOf<"error">): void {
		const now = performance.now();
		this.#freeAt ??= now + retryAfterMs;
		if (now >= this.#freeAt) this.inUse = detail;
		this.#warnings.add(`${detail}; frames are kept, and the bridge retries`, `in use ${detail}`);
		this.again(Math.min(retryAfterMs, MOST_WAIT_MS) + Math.random() * RANDOM_WAIT_MS);
	}

	#closed(code: number, reason: string, retryAfterMs = 0): void {
		const wasLive = this.state === "live";
		if (this.state === "stopped") {
			this.#owner.changed?.();
			return;
		}
		if (code === CLOSE.superseded) {
			this.#superseded({ type: "error", kind: "superseded", detail: reason, fatal: true });
			return;
		}
		if (code === 401 || code === 403) {
			this.denied = code;
			const remedy = `give the ${this.#party} the token that the dashboard has as BRIDGE_TOKEN`;
			this.#warnings.add(`the dashboard refused the ${this.#party}'s token (${code}: ${reason}); ${remedy}`);
		} else if (!wasLive || code !== CLOSE.restart) {
			this.#warnings.add(
				`no link to the dashboard: ${reason || `it closed it (${code})`}; frames are kept, and the bridge retries`,
				"no link",
			);
		}
		if (wasLive && performance.now() - this.#liveAt > GOOD_MS) this.#backoff.reset();
		// At random after a clean restart, too: a deploy drops the links of all bridges at once.
		this.again(Math.max(retryAfterMs, this.#backoff.next()));
	}

	#superseded(frame: DownFrameOf<"error">): void {
		this.#link.drop();
		this.state = "superseded";
		this.#owner.superseded(frame);
		this.#owner.changed?.();
	}
}
