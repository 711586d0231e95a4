/**
 * One connection to a cluster: texts up, texts down. A WebSocket, a row of HTTP requests, or a cluster in this very process.
 *
 * Order of events: `open` at most once, then `message` any number of times, then `closed` exactly once; nothing comes after it. None
 * of them is called before `Connect` has returned.
 */

export interface LinkEvents {
	open(): void;
	/** One message of the cluster: down frames, one a line. */
	message(text: string): void;
	/**
	 * The link is closed, or never opened.
	 * @param code the WebSocket close code (1000 and up), or the HTTP status of the answer that was no upgrade (below 1000).
	 * @param retryAfterMs the dashboard's `Retry-After`.
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

/**
 * Falls back to the second kind of link after `failures` links in a row that never opened, and retries the first whenever the second closes.
 * HTTP 401 and 403 are no failure of the transport: the other kind would be refused too.
 */
export function fallbackLink(first: Connect, second: Connect, failures = 2): Connect {
	let failed = 0;
	let useSecond = false;
	return (events) => {
		if (useSecond) {
			useSecond = false;
			return second(events);
		}
		let opened = false;
		return first({
			...events,
			open() {
				opened = true;
				failed = 0;
				events.open();
			},
			closed(code, reason, retryAfterMs) {
				if (!opened && code !== 401 && code !== 403) {
					failed += 1;
					useSecond = failed >= failures;
				}
				events.closed(code, reason, retryAfterMs);
			},
		});
	};
}
