/** One WebSocket as the cluster sees it: a hibernating one of a Durable Object, one of `ws`, or a colony in the same process. */

export interface Socket {
	send(text: string): void;
	close(code: number, reason: string): void;
	/**
	 * What the cluster wants to find again after the object slept or was evicted: JSON, 16 KB at most. Everything else about a socket may be
	 * forgotten at any time.
	 */
	attachment: unknown;
	/** Whose it is, as in {@link Pass}. */
	readonly client?: string | undefined;
}

/** `listener`: a request of a bridge that waits for what the bridge is to be told. It is sent one text and closed. */
export type SocketRole = "bridge" | "viewer" | "listener";

/** By what right a socket is open, and whose it is, as the worker has found it. */
export interface Pass {
	/** What can be taken back: `session:1`, `token:2`. */
	grant?: string;
	/** When the right ends by itself, ms since 1970. */
	until?: number;
	/** The client's network, for counting its sockets. */
	client?: string;
	/** How many it may have open at this cluster. */
	room?: number;
}

/** Header of an upgrade on its way to a Durable Object that says who opens the socket: the worker sets it once it has let them in. */
export const ROLE_HEADER = "Cluster-Role";
/** The same of the {@link Pass}, as JSON. */
export const PASS_HEADER = "Cluster-Pass";

/** Close codes beyond RFC 6455's own. */
export const CLOSE = {
	/** The server restarts or has lost its memory: come back and resume. */
	restart: 1012,
	/** RFC 6455: what was sent breaks the contract; an error frame said how. */
	policy: 1008,
	/** The session or token it was opened with is over: sign in again. */
	ended: 4401,
	/** A viewer that does not keep up. */
	slow: 4008,
	/** Another run of the same bridge has taken over: do not come back. */
	superseded: 4009,
} as const;
