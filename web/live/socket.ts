/** One attempt at the viewers' socket: from `new WebSocket` to its end. It says what it heard and when it is over, once. */
import type { Query, ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { type Answer, type Delta, PING, PONG, type Snapshot, type ToViewer } from "../../colony-bridge/protocol/query/view.ts";

/** Timeouts of opening a socket and of a ping, ms. */
const OPEN_MS = 6000;
const ANSWER_MS = 4000;

export interface SocketEvents {
	/** @param last false where something else has been asked since */
	snapshot(snapshot: Snapshot, last: boolean): void;
	/** The answers as all that was heard has made them: those the other end need not send again. */
	held(): readonly Answer[];
	/** @returns false where it does not fit: a snapshot will be asked for. */
	delta(delta: Delta): boolean;
	/** After so long without a word we ask whether the other end is there, ms. */
	quietMs(): number;
	/** The other end is there, and has nothing to say. */
	alive(): void;
	/** @param reason the server's words, where it gave any */
	closed(reason: string | undefined): void;
}

export interface ViewerSocket {
	/** Asks this from now on. */
	watch(queries: Query[]): void;
	/** Asks at once whether the other end is there. */
	ask(): void;
	/** `closed` is not called then. */
	close(): void;
}

export function openSocket(url: string, first: Query[], on: SocketEvents): ViewerSocket {
	const socket = new WebSocket(url);
	let queries = first;
	/** Answers to `watch` that are under way. */
	let awaited = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let over = false;

	const send = (frame: ViewerFrame) => socket.send(JSON.stringify(frame));
	const watch = (keep: boolean) => {
		awaited++;
		send({ type: "watch", queries, ...(keep && { keep }) });
	};
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
	const ask = () => {
		socket.send(PING);
		expect(ANSWER_MS, lost);
	};
	const heard = () => expect(on.quietMs(), ask);

	socket.addEventListener("open", () => {
		watch(false);
		heard();
	});
	socket.addEventListener("close", (event) => end(true, event.reason || undefined));
	socket.addEventListener("message", ({ data }) => {
		if (over) return;
		heard();
		if (data === PONG) {
			on.alive();
			return;
		}
		const frame = JSON.parse(String(data)) as ToViewer;
		if (frame.type === "error") {
			end(true, frame.problem.detail);
			return;
		}
		if (frame.type === "probe") {
			send({ type: "seen", mark: frame.mark });
			return;
		}
		if (frame.type === "delta") {
			if (!on.delta(frame)) watch(false);
		} else {
			awaited--;
			const before = on.held();
			const answers = frame.answers.map((answer) => (typeof answer === "number" ? before[answer] : answer)) as Answer[];
			on.snapshot({ ...frame, type: "snapshot", answers }, awaited === 0);
		}
	});
	expect(OPEN_MS, lost);
	return {
		watch(next) {
			queries = next;
			if (socket.readyState === WebSocket.OPEN) watch(true);
		},
		ask() {
			if (socket.readyState === WebSocket.OPEN) ask();
		},
		close: () => end(false),
	};
}
