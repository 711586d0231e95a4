/**
 * One viewer: its socket, how far behind it reads and how fast it speaks.
 *
 * A Durable Object's socket does not say how much waits in it. So the viewer is asked: from time to time a probe with a random id follows
 * what was sent, and only a viewer that has read the id can send it back. What is sent and not confirmed is bounded, whatever the viewer watches.
 */
import type { ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { type Rate, TokenBucket } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import type { Socket } from "./socket.ts";

/** Messages and characters that may be under way to a viewer; a single message may be larger. */
export const UNACKNOWLEDGED = { messages: 64, chars: 2_000_000 } as const;
/** A probe follows so many messages or characters. */
const PROBED = { messages: 16, chars: 64_000 } as const;
/** Messages a viewer may send: a page that scrolls and filters sends some 16 a second. */
export const SPOKEN = { perSecond: 40, burst: 120 } as const satisfies Rate;

/** Resident bytes of a viewer and its socket. */
const VIEWER_BYTES = 2_000;
/** Past so many characters what is not confirmed is taken to lie in the socket: a viewer that keeps up has less under way. */
const UNDER_WAY = 2 * PROBED.chars;

interface Sent {
	messages: number;
	chars: number;
}

export class Viewer {
	readonly socket: Socket;
	/** It was removed: nothing is sent to it, and its messages are ignored. */
	closed = false;
	/** Unacknowledged parts, oldest first, each up to its probe. */
	#probes: (Sent & { id: string })[] = [];
	/** Sent since the last probe. */
	#sent: Sent = { messages: 0, chars: 0 };
	#unacknowledged: Sent = { messages: 0, chars: 0 };
	readonly #spoken = new TokenBucket(SPOKEN);

	constructor(socket: Socket) {
		this.socket = socket;
	}

	/** @returns false where the viewer is gone: it does not keep up, or its socket is closed. */
	send(text: string): boolean {
		if (this.closed) return false;
		if (this.#unacknowledged.messages >= UNACKNOWLEDGED.messages || this.#unacknowledged.chars >= UNACKNOWLEDGED.chars) {
			this.leave(CLOSE.slow, "too far behind what was sent: reconnect for a fresh start");
			return false;
		}
		this.#count(text);
		if (this.#sent.messages < PROBED.messages && this.#sent.chars < PROBED.chars) return this.#put(text);
		const id = crypto.randomUUID().slice(0, 8);
		const probe: ToViewer = { type: "probe", id };
		const words = JSON.stringify(probe);
		this.#count(words);
		this.#probes.push({ ...this.#sent, id });
		this.#sent = { messages: 0, chars: 0 };
		return this.#put(text) && this.#put(words);
	}

	/** Estimated resident bytes, heap and buffers, with what its socket has not yet got rid of. */
	get bytes(): number {
		return VIEWER_BYTES + Math.max(0, this.#unacknowledged.chars - UNDER_WAY);
	}

	/** True of one that reads more slowly than it is sent to. */
	get lags(): boolean {
		return this.#unacknowledged.chars > UNDER_WAY;
	}

	/** It has read everything up to the probe with this id. */
	acknowledged(id: string): void {
		const index = this.#probes.findIndex((probe) => probe.id === id);
		for (const { messages, chars } of this.#probes.splice(0, index + 1)) {
			this.#unacknowledged.messages -= messages;
			this.#unacknowledged.chars -= chars;
		}
	}

	/** Counts a message of the viewer's. @returns false where it is one too many: the viewer is gone. */
	hear(now: number): boolean {
		if (this.#spoken.take(now)) return true;
		this.leave(CLOSE.policy, `more than ${SPOKEN.perSecond} messages a second`);
		return false;
	}

	leave(code: number, reason: string): void {
		this.closed = true;
		closeQuietly(this.socket, code, reason);
	}

	#count(text: string): void {
		for (const sum of [this.#sent, this.#unacknowledged]) {
			sum.messages++;
			sum.chars += text.length;
		}
	}

	#put(text: string): boolean {
		this.closed = !sendQuietly(this.socket, text);
		return !this.closed;
	}
}

/** @returns false where the socket is closed. */
export function sendQuietly(socket: Socket, text: string): boolean {
	try {
		socket.send(text);
		return true;
	} catch {
		return false;
	}
}

export function closeQuietly(socket: Socket, code: number, reason: string): void {
	try {
		socket.close(code, reason);
	} catch {
		// It is closed already.
	}
}

/** Who asked within this time still looks, ms. */
const ASKED_MS = 30_000;

/**
 * Number of viewers of the cluster: viewers with a socket, and one more for those who ask without one (polling pages, programs). Bridges are told
 * when that changes, so that a colony nobody looks at pushes less often. Nothing here needs a timer, which would keep the cluster awake:
 * that nobody asks any more is noticed at the next push.
 */
export class ViewerCount {
	readonly #watching: () => number;
	readonly #send: (viewers: number) => void;
	#askedAt = Number.NEGATIVE_INFINITY;
	/** The count last sent to bridges; undefined: memory began anew. */
	#sent: number | undefined;

	/** @param watching viewers with a socket, now. @param tell sends it to all bridges. */
	constructor(watching: () => number, send: (viewers: number) => void) {
		this.#watching = watching;
		this.#send = send;
	}

	/** For a bridge that comes now. */
	forHello(now: number): number {
		this.#sent ??= this.#at(now);
		return this.#at(now);
	}

	/** Somebody asked something. */
	queried(now: number): void {
		this.#askedAt = now;
		this.review(now);
	}

	/** Tells bridges where somebody began to look, or nobody does any more. */
	review(now: number): void {
		const viewers = this.#at(now);
		if (this.#sent !== undefined && viewers > 0 === this.#sent > 0) return;
		this.#sent = viewers;
		this.#send(viewers);
	}

	#at(now: number): number {
		return Math.max(this.#watching(), now - this.#askedAt < ASKED_MS ? 1 : 0);
	}
}
