/** Waits between attempts: exponential with full jitter, so that a thousand viewers do not come back at once (Brooker, AWS, 2015). */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { type Polling, poll } from "./polling.ts";
import { openSocket, type ViewerSocket } from "./socket.ts";

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** @param failures attempts that failed in a row, from 1. @returns ms, between 0 and a bound that doubles each time. */
export function backoff(failures: number, random: () => number = Math.random): number {
	return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
}

/** Asks whether the viewer has to sign in again. The request also extends the session: a wall screen counts as active. */
/** @param api `{base}/api`, with origin. @returns false also where it cannot be known. */
async function sessionIsOver(api: string): Promise<boolean> {
	try {
		const response = await fetch(new URL("/api/session", api), { headers: { accept: "application/json" }, cache: "no-store" });
		return response.status === 401;
	} catch {
		return false;
	}
}

/**
 * How a page stays live: a socket; when it breaks, another after a while; when it breaks again and again (a proxy that knows no
 * WebSockets), polling, with a socket tried now and then. The network or the page coming back cuts the wait short.
 */
export type LinkState =
	/** Nothing has been tried: the page as it came, or no script. */
	| "still"
	| "connecting"
	| "live"
	| "polling"
	/** Lost, and trying again. */
	| "reconnecting";

export interface ConnectionOptions {
	/** `{base}/api`, with origin. */
	api: string;
	queries: Query[];
	/** Between polls, ms. */
	intervalMs: number;
	/** `fresh`: the first of a new connection. `last`: nothing else has been asked since. */
	snapshot(snapshot: Snapshot, when: { fresh: boolean; last: boolean }): void;
	/** The answers as all that was heard has made them. */
	held(): readonly Answer[];
	delta(delta: Delta): boolean;
	/** After so long without a word a link is asked whether it still is one, ms. */
	quietMs(): number;
	/** The server is there, and nothing is new. */
	alive(): void;
	state(state: LinkState, reason?: string): void;
	/** The server is of another version than this page. */
	outdated(): void;
	/** The session is over: nothing more will be heard. Absent: there is none to be over. */
	signedOut?: (() => void) | undefined;
}

/** Sockets that must fail in a row before we poll, and how long a poller waits, about, before it tries a socket again. */
const FAILURES = 3;
const RETRY_MS = 30_000;

export interface Connection {
	/** Asks this from now on. */
	watch(queries: Query[]): void;
	stop(): void;
}

export function connect(options: ConnectionOptions): Connection {
	const ended = new AbortController();
	let failures = 0;
	// Polls fail too: the server is gone, and it is not a proxy that keeps sockets out.
	let away = false;
	let queries = options.queries;
	let socket: ViewerSocket | undefined;
	let polling: Polling | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;

	const endPolling = () => {
		polling?.stop();
		polling = undefined;
	};
	const open = () => {
		clearTimeout(timer);
		timer = undefined;
		let answered = false;
		socket = openSocket(`${options.api.replace(/^http/, "ws")}/live`, queries, {
			held: options.held,
			snapshot(snapshot, last) {
				endPolling();
				failures = 0;
				options.snapshot(snapshot, { fresh: !answered, last });
				if (!answered) options.state("live");
				answered = true;
			},
			delta: options.delta,
			quietMs: options.quietMs,
			alive: options.alive,
			closed(reason) {
				socket = undefined;
				failures++;
				if (options.signedOut) void sessionIsOver(options.api).then((over) => over && !ended.signal.aborted && options.signedOut?.());
				if (failures >= FAILURES) startPolling(reason);
				else options.state("reconnecting", reason);
				timer = setTimeout(open, polling && !away ? RETRY_MS * (0.5 + Math.random()) : backoff(failures));
			},
		});
	};
	const startPolling = (reason: string | undefined) => {
		if (polling) return;
		options.state("reconnecting", reason);
		polling = poll(`${options.api}/view`, queries, options.intervalMs, {
			outdated: options.outdated,
			snapshot(snapshot) {
				away = false;
				options.snapshot(snapshot, { fresh: true, last: true });
				options.state("polling");
			},
			failed(why) {
				options.state("reconnecting", why);
				if (away) return;
				away = true;
				if (!timer) return;
				clearTimeout(timer);
				timer = setTimeout(open, backoff(failures));
			},
		});
	};
	// Back from sleep or from another network, a link that seems to stand may be dead.
	const hurry = () => {
		if (document.hidden) return;
		if (timer) open();
		else socket?.ask();
	};
	document.addEventListener("visibilitychange", hurry, { signal: ended.signal });
	addEventListener("online", hurry, { signal: ended.signal });
	// A page that rests in the back-forward cache may hold no socket.
	addEventListener("pagehide", () => socket?.close(), { signal: ended.signal });
	addEventListener(
		"pageshow",
		({ persisted }) => {
			if (!persisted) return;
			options.state("connecting");
			open();
		},
		{ signal: ended.signal },
	);

	options.state("connecting");
	open();
	return {
		watch(next) {
			queries = next;
			socket?.watch(next);
			polling?.watch(next);
		},
		stop() {
			ended.abort();
			clearTimeout(timer);
			endPolling();
			socket?.close();
		},
	};
}
