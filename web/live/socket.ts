/** One attempt at the viewers' socket: from `new WebSocket` to its end. It says what it heard and when it is over, once. */
import type { Query, ViewerFrame } from "../../colony-bridge/protocol/query.ts";
import type { Delta, Snapshot, ToViewer } from "../../colony-bridge/protocol/view.ts";
import { PING, PONG, SEEN_EVERY } from "../../colony-bridge/protocol/view.ts";

/** Silence after which we ask whether the other end is there, and how long it may take to answer. */
const QUIET_MS = 25_000;
const ANSWER_MS = 10_000;

export interface SocketEvents {
	snapshot(snapshot: Snapshot): void;
	/** @returns false where it does not fit: a snapshot will be asked for. */
	delta(delta: Delta): boolean;
	/** @param reason the server's words, where it gave any */
	closed(reason: string | undefined): void;
}

/** @returns what closes it; `closed` is not called then. */
export function openSocket(url: string, queries: Query[], on: SocketEvents): () => void {
	const socket = new WebSocket(url);
	let unseen = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let over = false;

	const send = (frame: ViewerFrame) => socket.send(JSON.stringify(frame));
	const watch = () => send({ type: "watch", queries });
	const end = (tell: boolean, reason?: string) => {
		if (over) return;
		over = true;
		clearTimeout(timer);
		socket.close();
		if (tell) on.closed(reason);
	};
	// One timer for all: an attempt that does not open, and a link that has died without a word.
	const expect = (ms: number, then: () => void) => {
		clearTimeout(timer);
		timer = setTimeout(then, ms);
	};
	const lost = () => end(true, "no answer");
	const heard = () =>
		expect(QUIET_MS, () => {
			socket.send(PING);
			expect(ANSWER_MS, lost);
		});

	socket.addEventListener("open", () => {
		watch();
		heard();
	});
	socket.addEventListener("close", (event) => end(true, event.reason || undefined));
	socket.addEventListener("message", ({ data }) => {
		if (over) return;
		heard();
		if (data === PONG) return;
		const frame = JSON.parse(String(data)) as ToViewer;
		if (frame.type === "error") {
			end(true, frame.problem.detail);
			return;
		}
		if (frame.type === "snapshot") on.snapshot(frame);
		else if (!on.delta(frame)) watch();
		if (++unseen < SEEN_EVERY) return;
		unseen = 0;
		send({ type: "seen", position: frame.position });
	});
	expect(ANSWER_MS, lost);
	return () => end(false);
}
