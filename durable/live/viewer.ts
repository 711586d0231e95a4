/** One viewer: its socket and how far behind it is. */
import { SEEN_BEHIND } from "../../colony-bridge/protocol/view.ts";
import { CLOSE, type Socket } from "../socket.ts";

export class Viewer {
	readonly socket: Socket;
	/** It was let go: nothing is sent to it any more. */
	gone = false;
	/** Positions of the deltas it has not acknowledged, oldest first. */
	#unseen: number[] = [];

	constructor(socket: Socket) {
		this.socket = socket;
	}

	/** @returns false where the viewer is gone: it does not keep up, or its socket is closed. */
	send(text: string, position: number): boolean {
		this.#unseen.push(position);
		// The server's socket does not say how much waits in it: a viewer that stops saying "seen" is what a full one looks like.
		if (this.#unseen.length > SEEN_BEHIND) {
			closeQuietly(this.socket, CLOSE.slow, `more than ${SEEN_BEHIND} updates behind: reconnect for a fresh start`);
			return false;
		}
		return sendQuietly(this.socket, text);
	}

	/** It has applied everything up to this position. */
	seen(position: number): void {
		const next = this.#unseen.findIndex((each) => each > position);
		this.#unseen = next < 0 ? [] : this.#unseen.slice(next);
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
