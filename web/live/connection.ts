/**
 * Keeps a page live: a socket; after it breaks, another with backoff; after repeated failures (a proxy without WebSockets) polling, with
 * occasional attempts at a socket. Coming online or becoming visible retries at once.
 */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { type Polling, poll } from "./polling.ts";
import { openSocket, type ViewerSocket } from "./socket.ts";

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * Exponential backoff with full jitter, so that viewers do not reconnect together (Brooker, AWS, 2015). @param failures consecutive
 * failures, from 1. @returns ms
 */
export function backoff(failures: number, random: () => number = Math.random): number {
	return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
}

/**
 * Checks whether the viewer must sign in again. The request extends the session, so that a wall screen counts as active. @param api
 * `{base}/api`, with origin. @returns false also if the request fails
 */
async function sessionIsOver(api: string): Promise<boolean> {
	try {
		const response = await fetch(`${api}/session`, { headers: { accept: "application/json" }, cache: "no-store" });
		return response.status === 401;
	} catch {
		return false;
	}
}

export type LinkState =
	/** Not started: the initial page, or no script. */
	"still" | "connecting" | "live" | "polling" | "reconnecting";

export interface ConnectionOptions {
	/** `{base}/api`, with origin. */
	api: string;
	queries: Query[];
	/** Polling interval, ms. */
	intervalMs: number;
	/** `fresh`: the first of a connection. `last`: the queries have not changed since. */
	snapshot(snapshot: Snapshot, when: { fresh: boolean; last: boolean }): void;
	/** The received answers. */
	answers(): readonly Answer[];
	delta(delta: Delta): boolean;
	/** Idle time before a ping, ms. */
	quietMs(): number;
	/** The server answered a ping. */
	alive(): void;
	state(state: LinkState, reason?: string): void;
	/** The server has another version than this page. */
	outdated(): void;
	/** Called when the session has ended. Absent without sign-in. */
	signedOut?: (() => void) | undefined;
}

/** Consecutive failures of sockets before polling, and the mean time before a polling page tries a socket again. */
const FAILURES = 3;
const RETRY_MS = 30_000;

export interface Connection {
	/** Replaces the queries. */
	watch(queries: Query[]): void;
	stop(): void;
}

export function connect(options: ConnectionOptions): Connection {
	const ended = new AbortController();
	let failures = 0;
	// Polling fails too, so the server is down and no proxy is to blame.
	let serverDown = false;
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
			answers: options.answers,
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
				timer = setTimeout(open, polling && !serverDown ? RETRY_MS * (0.5 + Math.random()) : backoff(failures));
			},
		});
	};
	const startPolling = (reason: string | undefined) => {
		if (polling) return;
		options.state("reconnecting", reason);
		polling = poll(`${options.api}/view`, queries, options.intervalMs, {
			outdated: options.outdated,
			snapshot(snapshot) {
				serverDown = false;
				options.snapshot(snapshot, { fresh: true, last: true });
				options.state("polling");
			},
			failed(why) {
				options.state("reconnecting", why);
				if (serverDown) return;
				serverDown = true;
				if (!timer) return;
				clearTimeout(timer);
				timer = setTimeout(open, backoff(failures));
			},
		});
	};
	// After sleep or a change of network an open socket may be dead.
	const retryNow = () => {
		if (document.hidden) return;
		if (timer) open();
		else socket?.ping();
	};
	document.addEventListener("visibilitychange", retryNow, { signal: ended.signal });
	addEventListener("online", retryNow, { signal: ended.signal });
	// The back-forward cache admits no page with an open socket.
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
