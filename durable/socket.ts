/** One WebSocket as the cluster sees it: a hibernating one of a Durable Object, one of `ws`, or a colony in the same process. */

export interface Socket {
	send(text: string): void;
	close(code: number, reason: string): void;
	/**
	 * What the cluster wants to find again after the object slept or was evicted: JSON, 16 KB at most. Everything else about a socket may be
	 * forgotten at any time.
	 */
	attachment: unknown;
}

export type SocketRole = "bridge" | "viewer";

/** Header of an upgrade on its way to a Durable Object that says who opens the socket: the worker sets it once it has let them in. */
export const ROLE_HEADER = "Cluster-Role";

/** Close codes beyond RFC 6455's own. */
export const CLOSE = {
	/** The server restarts or has lost its memory: come back and resume. */
	restart: 1012,
	/** RFC 6455: what was sent breaks the contract; an error frame said how. */
	policy: 1008,
	/** A viewer that does not keep up. */
	slow: 4008,
	/** Another run of the same bridge has taken over: do not come back. */
	superseded: 4009,
} as const;
