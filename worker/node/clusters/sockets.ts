/** A cluster's open sockets, by credential and by client. */

import type { WebSocket } from "ws";
import { PING, PONG } from "../../../colony-bridge/protocol/query/view.ts";
import { PushText } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { CLOSE, type DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import type { Cluster } from "../../../durable/cluster/cluster.ts";
import { type Lease, leasedSocket, OVER, type Socket, type SocketRole } from "../../../durable/live/socket.ts";
import { sendQuietly } from "../../../durable/live/viewer.ts";
import type { Listening } from "../../../durable/port.ts";
import type { PushTurns } from "../../../durable/work/push-turns.ts";
import { guarded } from "./timers.ts";

interface Closable {
	close(code: number, reason: string): void;
}

export class SocketRegistry {
	readonly #leases = new Map<Closable, Lease>();
	readonly #clients = new Map<string, number>();

	withinQuota({ client, quota }: Lease): boolean {
		return client === undefined || quota === undefined || (this.#clients.get(client) ?? 0) < quota;
	}

	/** @returns a function to call when the socket has closed. */
	add(socket: Closable, lease: Lease): () => void {
		this.#leases.set(socket, lease);
		this.#count(lease, 1);
		return () => {
			if (this.#leases.delete(socket)) this.#count(lease, -1);
		};
	}

	/** Closes all sockets opened with this credential. */
	dismiss(credential: string): void {
		for (const [socket, lease] of this.#leases) if (lease.credential === credential) socket.close(CLOSE.ended, OVER);
	}

	#count({ client }: Lease, by: number): void {
		if (client === undefined) return;
		const count = (this.#clients.get(client) ?? 0) + by;
		if (count > 0) this.#clients.set(client, count);
		else this.#clients.delete(client);
	}
}

/** Waits for news from a cluster of this process. @returns no frames after `waitMs`, or when the request was aborted. */
export function longPoll(cluster: SocketHolder, listening: Listening, waitMs: number, signal: AbortSignal): Promise<DownFrame[]> {
	return new Promise((resolve) => {
		let over = false;
		const end = (frames: DownFrame[]) => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			signal.removeEventListener("abort", nobody);
			cluster.closed(socket);
			resolve(frames);
		};
		const nobody = () => end([]);
		const socket: Socket = {
			send: (text) => end(text.split("\n").map((line) => JSON.parse(line) as DownFrame)),
			close: nobody,
			attachment: undefined,
		};
		const timer = setTimeout(nobody, waitMs);
		signal.addEventListener("abort", nobody);
		cluster.open(socket, "listener");
		if (signal.aborted) nobody();
		else cluster.message(socket, JSON.stringify(listening));
	});
}

/** A cluster, or what collects for one. */
type SocketHolder = Pick<Cluster, "open" | "message" | "flooded" | "closed">;

/** Bytes that may wait in one socket for a peer that does not read. */
const WAITING_BYTES = 4_000_000;
/** A peer that does not answer a close within this time is cut off, ms. */
const CLOSING_MS = 3000;

export function closeSocket(webSocket: WebSocket, code: number, reason: string): void {
	webSocket.close(code, reason);
	setTimeout(() => webSocket.terminate(), CLOSING_MS).unref();
}

/** Hands a WebSocket to its cluster. @param pushes turns that all bridges of this process share */
export function joinCluster(webSocket: WebSocket, cluster: SocketHolder, role: SocketRole, lease: Lease, pushes: PushTurns): void {
	const { client = "unknown" } = lease;
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
			closeSocket(webSocket, code, reason);
		},
		attachment: undefined,
		client,
	};
	const socket = leasedSocket(plain, lease, Date.now);
	const guard = (what: string, work: () => void) => guarded(what, work) || plain.close(1011, "the dashboard failed; its log says why");
	webSocket.on("message", (data, isBinary) => {
		if (shut) return;
		if (isBinary) return plain.close(1003, "send text frames");
		const text = String(data);
		// A viewer's count as messages.
		if (text === PING && role !== "viewer") return void sendQuietly(plain, PONG);
		const deliver = (message: string | PushText) => void guard("a message", () => cluster.message(socket, message));
		if (role === "viewer") return deliver(text);
		const push = new PushText(text);
		const refused = pushes.take(socket, client, push, () => deliver(push));
		if (refused !== undefined) cluster.flooded(plain, refused);
	});
	webSocket.on("close", () => pushes.end(socket, client, () => void guarded("a socket's end", () => cluster.closed(socket))));
	// A broken connection is followed by `close`.
	webSocket.on("error", () => {});
	guard("a new socket", () => cluster.open(socket, role));
}
