/** A first choice of link, and a second one for as long as the first cannot be opened. */
import type { Connect } from "./link.ts";

/**
 * After `failures` links in a row that never opened, the second choice is taken; whenever that closes, the first is tried once more.
 * HTTP 401 and 403 are no failure of the transport: the other one would hear the same.
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
