/** One WebSocket as the cluster sees it: a hibernating one of a Durable Object, one of `ws`, or a colony in the same process. */
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";

export interface Socket {
	send(text: string): void;
	close(code: number, reason: string): void;
	/**
	 * Survives hibernation and eviction of the object: JSON, 16 KB at most. Everything else about a socket may be
	 * forgotten at any time.
	 */
	attachment: unknown;
	/** Whose it is, as in {@link Lease}. */
	readonly client?: string | undefined;
}

/** `listener`: a request of a bridge that waits for what the bridge is to be told. It is sent one text and closed. */
export type SocketRole = "bridge" | "viewer" | "listener";

/** By what right a socket is open, and whose it is, as the worker has found it. */
export interface Lease {
	/** Id of the revocable credential: `session:1`, `token:2`. */
	credential?: string;
	/** When the right ends by itself, ms since 1970. */
	until?: number;
	/** The client's network, for counting its sockets. */
	client?: string;
	/** Socket quota of the client at this cluster. */
	quota?: number;
}

/** Header of an upgrade on its way to a Durable Object that says who opens the socket: the worker sets it once it has let them in. */
export const ROLE_HEADER = "Cluster-Role";
/** The same of the {@link Lease}, as JSON. */
export const LEASE_HEADER = "Cluster-Lease";
/** Header of the cluster object's answer to an upgrade that it does not take itself: the number of the relay that does. */
export const RELAY_HEADER = "Cluster-Relay";

/** A socket that is closed when the right it was opened by ends: before the next word, so that nothing is heard after it. */
export const OVER = "the session or token it was opened with is over: sign in again";

/** @param now ms since 1970. @returns `socket` itself where its right does not end. */
export function leasedSocket(socket: Socket, { until }: Lease, now: () => number): Socket {
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
