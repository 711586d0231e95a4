/** The request of an HTTP link that waits: it is answered when the cluster has something to say, and made again. */
import { setTimeout as pause } from "node:timers/promises";
import type { DownFrame } from "../protocol/down.ts";
import { Backoff } from "./backoff.ts";
import { retryAfterOf } from "./retry-after.ts";

/** Proxies give up on an answer after a minute, some after half of one. */
const WAIT_S = 25;
/** On top of it, ms: the answer's own way. */
const GRACE_MS = 15_000;
/** An answer that came within this and said nothing new is no progress, ms. */
const AT_ONCE_MS = 1_000;
/** Ids of commands that are named as known; a cluster takes 200. */
const KNOWN = 100;

export interface HttpListenerOptions {
	address: URL;
	headers: Record<string, string>;
	/** The link's `hello`, as a line. */
	hello: string;
	/** Ends it. */
	signal: AbortSignal;
	/** Takes frames, one a line. */
	hear(text: string): void;
}

export class HttpListener {
	/** The newest, as a line. */
	hello: string;
	readonly #options: HttpListenerOptions;
	readonly #backoff = new Backoff();
	/** How long the dashboard asks to be left alone, ms. */
	#retryAfterMs = 0;
	#known: string[] = [];
	#viewers: number | undefined;

	constructor(options: HttpListenerOptions) {
		this.#options = options;
		this.hello = options.hello;
		void this.#run().catch(() => {});
	}

	/** Frames that came with a push: what they say need not be said again. */
	note(text: string): void {
		for (const line of text.split("\n")) this.#noteFrame(line);
	}

	/** @returns whether the frame was news. */
	#noteFrame(line: string): boolean {
		const frame = frameOf(line);
		if (frame?.type === "demand") {
			this.#viewers = frame.viewers;
			return true;
		}
		if (frame?.type !== "command" || this.#known.includes(frame.id)) return false;
		this.#known = [...this.#known, frame.id].slice(-KNOWN);
		return true;
	}

	async #run(): Promise<void> {
		const { signal } = this.#options;
		while (!signal.aborted) {
			const asked = performance.now();
			const text = await this.#ask();
			if (signal.aborted) return;
			const lines = (text ?? "").split("\n").filter((line) => line !== "");
			// A dashboard that does not know how to wait takes it for a push: commands come with the pushes then.
			if (lines.some((line) => frameOf(line)?.type === "welcome")) return;
			const news = lines.filter((line) => this.#noteFrame(line));
			if (news.length > 0) this.#options.hear(news.join("\n"));
			if (news.length > 0 || (text !== undefined && performance.now() - asked > AT_ONCE_MS)) this.#backoff.reset();
			else await pause(Math.max(this.#retryAfterMs, this.#backoff.next()), undefined, { signal });
		}
	}

	/** @returns undefined where no answer came: what is wrong with the link, the pushes tell. */
	async #ask(): Promise<string | undefined> {
		const { address, headers, signal } = this.#options;
		const url = new URL(address);
		this.#retryAfterMs = 0;
		url.searchParams.set("wait", `${WAIT_S}s`);
		if (this.#viewers !== undefined) url.searchParams.set("viewers", String(this.#viewers));
		if (this.#known.length > 0) url.searchParams.set("known", this.#known.join(","));
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
