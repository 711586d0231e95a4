/**
 * One connection to a cluster: texts up, texts down. A WebSocket, a row of HTTP requests, or a cluster in this very process.
 *
 * Order of events: `open` at most once, then `message` any number of times, then `closed` exactly once; nothing comes after it. None
 * of them is called before `Connect` has returned.
 */

export interface LinkEvents {
	open(): void;
	/** One text of the cluster: down frames, one a line. */
	message(text: string): void;
	/**
	 * The link is gone, or never came up.
	 * @param code the WebSocket close code (1000 and up), or the HTTP status of the answer that was no upgrade (below 1000).
	 * @param retryAfterMs how long the dashboard asks to be left alone.
	 */
	closed(code: number, reason: string, retryAfterMs?: number): void;
}

export interface Link {
	/** Sends one push. Ignored once the link is closed: what was not acknowledged is sent again on the next link. */
	send(text: string): void;
	/** Closes cleanly. `closed` follows. */
	close(): void;
}

export type Connect = (events: LinkEvents) => Link;
