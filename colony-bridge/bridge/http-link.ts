/**
 * A link made of POST requests, for networks that let no WebSocket through. Every request carries `hello` and one push; the answer has
 * the cluster's frames. Beside them one request waits for what the cluster has to say: commands, and viewers that come or go.
 */
import { CLOSE } from "../../durable/socket.ts";
import type { DownFrame } from "../protocol/down.ts";
import { authorization, bridgeAddresses, type Endpoint } from "./endpoint.ts";
import { HttpListener } from "./http-listener.ts";
import type { Connect } from "./link.ts";
import { problemKind, refusal } from "./refusal.ts";
import { retryAfterOf } from "./retry-after.ts";
import { stranger, unreachable } from "./unreachable.ts";

const BROKEN = 1006;
const HELLO = '{"type":"hello"';

/** @param lifeMs after this the link closes with 1012, so that a better one can be tried. */
export function httpLink(endpoint: Endpoint, { timeoutMs = 20_000, lifeMs = Number.POSITIVE_INFINITY } = {}): Connect {
	const { http: address } = bridgeAddresses(endpoint);
	const headers = { ...authorization(endpoint.token), "content-type": "application/x-ndjson" };
	return (events) => {
		const abort = new AbortController();
		let listener: HttpListener | undefined;
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
			listener?.note(text);
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
				if (hello !== undefined && !over) listener ??= new HttpListener({ address, headers, hello, signal: abort.signal, hear });
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
				if (own !== undefined && listener) listener.hello = own;
				const body = own === undefined && hello !== undefined ? `${hello}\n${text}` : text;
				work = work.then(() => post(body));
			},
			close: () => {
				work = work.then(() => finish(1000, ""));
			},
		};
	};
}
