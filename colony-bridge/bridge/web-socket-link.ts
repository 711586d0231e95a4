/** A link over one WebSocket, kept alive with the texts that a sleeping cluster answers without waking. */
import { WebSocket } from "ws";
import { PING, PONG } from "../protocol/query/view.ts";
import { authorization, bridgeAddresses, type Endpoint, refusal, stranger, unreachable } from "./endpoint.ts";
import type { Connect } from "./link.ts";
import { retryAfterOf } from "./timing.ts";

interface KeepAlive {
	/** Interval of pings on an idle link, ms. Proxies drop connections after an idle minute. */
	pingMs: number;
	/** Connection timeout, ms. */
	handshakeMs: number;
}

/** Timeout for the peer's close frame, ms. */
const CLOSE_MS = 1_000;
/** Close code of RFC 6455 for a link that broke without a close frame. */
const BROKEN = 1006;

/** @throws if the endpoint is invalid. An unreachable dashboard is reported through `closed`. */
export function webSocketLink(endpoint: Endpoint, { pingMs = 20_000, handshakeMs = 10_000 }: Partial<KeepAlive> = {}): Connect {
	const { socket: address } = bridgeAddresses(endpoint);
	const headers = authorization(endpoint.token);
	return (events) => {
		const socket = new WebSocket(address, { headers, handshakeTimeout: handshakeMs, perMessageDeflate: false });
		let over = false;
		let responded = true;
		let pinger: NodeJS.Timeout | undefined;
		let closer: NodeJS.Timeout | undefined;
		const finish = (code: number, reason: string, retryAfterMs = 0) => {
			if (over) return;
			over = true;
			clearInterval(pinger);
			clearTimeout(closer);
			// Without a handler a late "error" of ws would end the process.
			socket.removeAllListeners();
			socket.on("error", () => {});
			socket.terminate();
			events.closed(code, reason, retryAfterMs);
		};

		socket.on("open", () => {
			pinger = setInterval(() => {
				if (!responded) return finish(BROKEN, `the dashboard did not answer for ${pingMs} ms`);
				responded = false;
				socket.send(PING);
			}, pingMs);
			events.open();
		});
		socket.on("message", (data, isBinary) => {
			responded = true;
			if (isBinary || over) return;
			const text = data.toString();
			if (text !== PONG) events.message(text);
		});
		socket.on("unexpected-response", (request, response) => {
			// The body of a refusal is a problem document; its first kilobytes have the reason.
			let body = "";
			response.setEncoding("utf8");
			const end = () => {
				request.destroy();
				const words = refusal(body) || stranger(address, response.statusCode ?? 0, response.statusMessage);
				finish(response.statusCode ?? BROKEN, words, retryAfterOf(response.headers["retry-after"]));
			};
			response.on("data", (chunk: string) => {
				body += chunk;
				if (body.length > 16_000) end();
			});
			response.on("end", end).on("error", end).on("close", end);
		});
		socket.on("error", (error) => finish(BROKEN, unreachable(address, error)));
		socket.on("close", (code, reason) => finish(code, reason.toString()));

		return {
			send: (text) => {
				if (socket.readyState === WebSocket.OPEN) socket.send(text);
			},
			close: () => {
				if (over || closer) return;
				closer = setTimeout(() => finish(BROKEN, "the dashboard did not answer the close"), CLOSE_MS);
				socket.close(1000);
			},
		};
	};
}
