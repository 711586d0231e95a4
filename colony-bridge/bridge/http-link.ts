/** The long poll of an HTTP link: a request that the cluster answers when it has news, repeated while the link is open. */
import { setTimeout as pause } from "node:timers/promises";
import { CLOSE, type DownFrame } from "../protocol/wire/down.ts";
import { authorization, bridgeAddresses, type Endpoint, problemKind, refusal, stranger, unreachable } from "./endpoint.ts";
import type { Connect } from "./link.ts";
import { Backoff, retryAfterOf } from "./timing.ts";

/** Proxies give up on an answer after a minute, some after half of one. */
const WAIT_S = 25;
/** Added to it for the answer's round trip, ms. */
const GRACE_MS = 15_000;
/** An answer without news within this time counts as a failure, ms. */
const AT_ONCE_MS = 1_000;
/** Command ids sent as received; a cluster accepts 200. */
const KNOWN = 100;

interface LongPollOptions {
	address: URL;
	headers: Record<string, string>;
	/** The link's `hello`, as a line. */
	hello: string;
	/** Ends the long poll. */
	signal: AbortSignal;
	/** Takes frames, one a line. */
	hear(text: string): void;
}

class LongPoll {
	/** The newest `hello`, as a line. */
	hello: string;
	readonly #options: LongPollOptions;
	readonly #backoff = new Backoff();
	/** The dashboard's `Retry-After`, ms. */
	#retryAfterMs = 0;
	#received: string[] = [];
	#viewers: number | undefined;

	constructor(options: LongPollOptions) {
		this.#options = options;
		this.hello = options.hello;
		void this.#run().catch(() => {});
	}

	/** Records frames received with a push, so that the poll does not repeat them. */
	received(text: string): void {
		for (const line of text.split("\n")) this.#isNew(line);
	}

	/** Records a frame. @returns true if it was new. */
	#isNew(line: string): boolean {
		const frame = frameOf(line);
		if (frame?.type === "viewers") {
			this.#viewers = frame.count;
			return true;
		}
		if (frame?.type !== "command" || this.#received.includes(frame.id)) return false;
		this.#received = [...this.#received, frame.id].slice(-KNOWN);
		return true;
	}

	async #run(): Promise<void> {
		const { signal } = this.#options;
		while (!signal.aborted) {
			const requestedAt = performance.now();
			const text = await this.#ask();
			if (signal.aborted) return;
			const lines = (text ?? "").split("\n").filter((line) => line !== "");
			// A dashboard without long polls treats it as a push; commands then arrive with pushes.
			if (lines.some((line) => frameOf(line)?.type === "welcome")) return;
			const news = lines.filter((line) => this.#isNew(line));
			if (news.length > 0) this.#options.hear(news.join("\n"));
			if (news.length > 0 || (text !== undefined && performance.now() - requestedAt > AT_ONCE_MS)) this.#backoff.reset();
			else await pause(Math.max(this.#retryAfterMs, this.#backoff.next()), undefined, { signal });
		}
	}

	/** @returns undefined if no answer came. Pushes report the link's faults. */
	async #ask(): Promise<string | undefined> {
		const { address, headers, signal } = this.#options;
		const url = new URL(address);
		this.#retryAfterMs = 0;
		url.searchParams.set("wait", `${WAIT_S}s`);
		if (this.#viewers !== undefined) url.searchParams.set("viewers", String(this.#viewers));
		if (this.#received.length > 0) url.searchParams.set("received", this.#received.join(","));
		try {
			const within = AbortSignal.any([signal, AbortSignal.timeout(WAIT_S * 1000 + GRACE_MS)]);
			const response = await fetch(url, { method: "POST", headers, body: this.hello, signal: within });
			const text = await response.text();
			this.#retryAfterMs = retryAfterOf(response.headers.get("retry-after"));
			return response.ok ? text : undefined;
		} catch {
			return undefined;
		}
	}
}

function frameOf(line: string): DownFrame | undefined {
	try {
		return JSON.parse(line) as DownFrame;
	} catch {
		return undefined;
	}
}

/**
 * A link of POST requests, for networks that block WebSockets. Every request carries `hello` and one push; the answer holds the cluster's
 * frames. A long poll beside them receives commands and viewer counts.
 */
const BROKEN = 1006;
const HELLO = '{"type":"hello"';

/** @param lifeMs after this the link closes with 1012, so that a better one can be tried. */
export function httpLink(endpoint: Endpoint, { timeoutMs = 20_000, lifeMs = Number.POSITIVE_INFINITY } = {}): Connect {
	const { http: address } = bridgeAddresses(endpoint);
	const headers = { ...authorization(endpoint.token), "content-type": "application/x-ndjson" };
	return (events) => {
		const abort = new AbortController();
		let longPoll: LongPoll | undefined;
		const born = performance.now();
		let hello: string | undefined;
		let over = false;
		let work = Promise.resolve();
		const finish = (code: number, reason: string, retryAfterMs = 0) => {
			if (over) return;
			over = true;
			abort.abort();
			events.closed(code, reason, retryAfterMs);
		};

		const hear = (text: string) => {
			if (over) return;
			longPoll?.received(text);
			events.message(text);
		};

		async function post(body: string): Promise<void> {
			if (over) return;
			try {
				const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(timeoutMs)]);
				const response = await fetch(address, { method: "POST", headers, body, signal });
				const text = await response.text();
				if (over) return;
				if (!response.ok) {
					const kind = problemKind(text);
					const retryAfterMs = retryAfterOf(response.headers.get("retry-after"));
					const detail = refusal(text) || stranger(address, response.status, response.statusText);
					if (kind === "in-use") {
						const frame: DownFrame = { type: "error", kind, detail, fatal: true, ...(retryAfterMs > 0 && { retryAfterMs }) };
						events.message(JSON.stringify(frame));
					}
					return finish(kind === "superseded" ? CLOSE.superseded : response.status, detail, retryAfterMs);
				}
				if (!response.headers.get("content-type")?.includes("ndjson")) {
					return finish(response.status, stranger(address, response.status, response.statusText));
				}
				if (text.trim()) hear(text);
				if (hello !== undefined && !over) longPoll ??= new LongPoll({ address, headers, hello, signal: abort.signal, hear });
				if (performance.now() - born > lifeMs) finish(1012, "time to try a WebSocket again");
			} catch (error) {
				finish(BROKEN, unreachable(address, error));
			}
		}

		queueMicrotask(() => {
			if (!over) events.open();
		});
		return {
			// One request at a time: frames arrive in the order of their numbers.
			send: (text) => {
				const own = text.startsWith(HELLO) ? text.split("\n", 1)[0] : undefined;
				if (own !== undefined) hello = own;
				if (own !== undefined && longPoll) longPoll.hello = own;
				const body = own === undefined && hello !== undefined ? `${hello}\n${text}` : text;
				work = work.then(() => post(body));
			},
			close: () => {
				work = work.then(() => finish(1000, ""));
			},
		};
	};
}
