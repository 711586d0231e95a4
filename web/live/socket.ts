/** One socket connection of a viewer, from `new WebSocket` to its end, which is reported once. */
import type { Query, ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { type Answer, type Delta, PING, PONG, type Snapshot, type ToViewer } from "../../colony-bridge/protocol/query/view.ts";

/** Timeouts of opening a socket and of a ping, ms. */
const OPEN_MS = 6000;
const ANSWER_MS = 4000;

export interface SocketEvents {
	/** @param last false if the queries have changed since */
	snapshot(snapshot: Snapshot, last: boolean): void;
	/** The received answers, which the server need not send again. */
	answers(): readonly Answer[];
	/** @returns false if it does not apply, so that a snapshot is needed */
	delta(delta: Delta): boolean;
	/** Idle time before a ping, ms. */
	quietMs(): number;
	/** The server answered a ping. */
	alive(): void;
	/** @param reason the server's, if it gave one */
	closed(reason: string | undefined): void;
}

export interface ViewerSocket {
	/** Replaces the queries. */
	watch(queries: Query[]): void;
	/** Sends a ping. */
	ping(): void;
	/** Closes without calling `closed`. */
	close(): void;
}

export function openSocket(url: string, first: Query[], on: SocketEvents): ViewerSocket {
	const socket = new WebSocket(url);
	let queries = first;
	/** Pending answers to `watch`. */
	let awaited = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let over = false;

	const send = (frame: ViewerFrame) => socket.send(JSON.stringify(frame));
	const watch = (keep: boolean) => {
		awaited++;
		send({ type: "watch", queries, ...(keep && { keep }) });
	};
	const end = (report: boolean, reason?: string) => {
		if (over) return;
		over = true;
		clearTimeout(timer);
		socket.close();
		if (report) on.closed(reason);
	};
	// One timer for opening, idle time and pings.
	const expect = (ms: number, then: () => void) => {
		clearTimeout(timer);
		timer = setTimeout(then, ms);
	};
	const timedOut = () => end(true, "no answer");
	const ping = () => {
		socket.send(PING);
		expect(ANSWER_MS, timedOut);
	};
	const received = () => expect(on.quietMs(), ping);

	socket.addEventListener("open", () => {
		watch(false);
		received();
	});
	socket.addEventListener("close", (event) => end(true, event.reason || undefined));
	socket.addEventListener("message", ({ data }) => {
		if (over) return;
		received();
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
			send({ type: "ack", probe: frame.id });
			return;
		}
		if (frame.type === "delta") {
			if (!on.delta(frame)) watch(false);
		} else {
			awaited--;
			const before = on.answers();
			const answers = frame.answers.map((answer) => (typeof answer === "number" ? before[answer] : answer)) as Answer[];
			on.snapshot({ ...frame, type: "snapshot", answers }, awaited === 0);
		}
	});
	expect(OPEN_MS, timedOut);
	return {
		watch(next) {
			queries = next;
			if (socket.readyState === WebSocket.OPEN) watch(true);
		},
		ping() {
			if (socket.readyState === WebSocket.OPEN) ping();
		},
		close: () => end(false),
	};
}
