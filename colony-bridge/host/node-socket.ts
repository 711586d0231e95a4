import type { WebSocket } from "ws";
import type { Cluster } from "../../durable/cluster.ts";
import { sendQuietly } from "../../durable/live/viewer.ts";
import { passedSocket } from "../../durable/passed-socket.ts";
import { CLOSE, type Pass, type Socket, type SocketRole } from "../../durable/socket.ts";
import type { PushTurns } from "../../durable/work/push-turns.ts";
import { PING, PONG } from "../protocol/view.ts";
import { guarded } from "./node-timers.ts";

/** A cluster, or what collects for one. */
export type SocketHolder = Pick<Cluster, "open" | "message" | "closed">;

/** Bytes that may wait in one socket for a peer that does not read. */
const WAITING_BYTES = 4_000_000;
/** A peer that does not answer a close within this time is cut off, ms. */
const CLOSING_MS = 3000;

/** Hands a WebSocket to its cluster. @param pushes turns that all bridges of this process share */
export function joinCluster(webSocket: WebSocket, cluster: SocketHolder, role: SocketRole, pass: Pass, pushes: PushTurns): void {
	const { client = "unknown" } = pass;
	/** Closed from here: what still comes is not heard. */
	let shut = false;
	const plain: Socket = {
		send(text) {
			if (webSocket.bufferedAmount > WAITING_BYTES) webSocket.terminate();
			if (webSocket.readyState !== webSocket.OPEN) throw new Error("the socket is closed, or its peer does not read");
			webSocket.send(text);
		},
		close(code, reason) {
			shut = true;
			webSocket.close(code, reason);
			setTimeout(() => webSocket.terminate(), CLOSING_MS).unref();
		},
		attachment: undefined,
		client,
	};
	const socket = passedSocket(plain, pass, Date.now);
	const guard = (what: string, work: () => void) => guarded(what, work) || plain.close(1011, "the dashboard failed; its log says why");
	webSocket.on("message", (data, isBinary) => {
		if (shut) return;
		if (isBinary) return plain.close(1003, "send text frames");
		const text = String(data);
		// A viewer's count as messages.
		if (text === PING && role !== "viewer") return void sendQuietly(plain, PONG);
		const hear = () => void guard("a message", () => cluster.message(socket, text));
		if (role === "viewer") return hear();
		const refused = pushes.take(socket, client, text, hear);
		if (refused !== undefined) plain.close(CLOSE.policy, refused);
	});
	webSocket.on("close", () => pushes.end(socket, client, () => void guarded("a socket's end", () => cluster.closed(socket))));
	// A broken connection is followed by `close`.
	webSocket.on("error", () => {});
	guard("a new socket", () => cluster.open(socket, role));
}
