/** A socket that is closed when the right it was opened by ends: before the next word, so that nothing is heard after it. */
import { CLOSE, type Pass, type Socket } from "./socket.ts";

export const OVER = "the session or token it was opened with is over: sign in again";

/** @param now ms since 1970. @returns `socket` itself where its right does not end. */
export function passedSocket(socket: Socket, { until }: Pass, now: () => number): Socket {
	if (until === undefined) return socket;
	return {
		send(text) {
			if (now() >= until) {
				socket.close(CLOSE.ended, OVER);
				throw new Error(OVER);
			}
			socket.send(text);
		},
		close: (code, reason) => socket.close(code, reason),
		client: socket.client,
		get attachment() {
			return socket.attachment;
		},
		set attachment(value) {
			socket.attachment = value;
		},
	};
}
