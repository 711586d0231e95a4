import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createRequest, sendResponse } from "@remix-run/node-fetch-server";
import { type WebSocket, WebSocketServer } from "ws";
import type { Problem } from "../../../colony-bridge/protocol/wire/problem.ts";

/** Room for a request that asks for more metrics than it may, so that it is told so. */
export const MAX_HEADER_BYTES = 256 * 1024;

/** A request no `Request` can be made of: a Host header that is none, a target that is no path. */
export function unreadable(error: unknown): Response {
	if (!(error instanceof TypeError)) console.error("the dashboard failed to answer:", error);
	return rawProblem(error instanceof TypeError ? 400 : 500);
}

/** Requests that Node's parser refuses never reach the app; they are answered with a problem document too. */
export function refuseUnparsed(error: NodeJS.ErrnoException, socket: Duplex): void {
	if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
	const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
	const body = JSON.stringify(problem(status));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
}

function rawProblem(status: number): Response {
	return new Response(JSON.stringify(problem(status)), { status, headers: { "Content-Type": "application/problem+json" } });
}

function problem(status: number): Problem {
	const detail =
		status === 431
			? `the request line and headers have more than ${MAX_HEADER_BYTES} bytes: ask for less at once`
			: "the request cannot be read";
	return {
		type: "about:blank",
		title: STATUS_CODES[status] ?? "Error",
		status,
		detail,
		kind: status === 431 ? "too-large" : status >= 500 ? "internal" : "invalid",
	};
}

/**
 * The cluster refuses a message past its limit by one that says so; these are only the bounds past which nothing is read at all. An unfinished
 * message is held whole, with some 100 bytes a fragment, and a viewer may be anybody.
 */
const BOUNDS = {
	bridge: { maxPayload: 8_000_000, maxFragments: 16_384 },
	viewer: { maxPayload: 64_000, maxFragments: 64 },
};

/** Compression of each message makes a fan-out to many viewers several times slower. */
const serverOf = (role: keyof typeof BOUNDS) => new WebSocketServer({ noServer: true, perMessageDeflate: false, ...BOUNDS[role] });

interface Waiting {
	message: IncomingMessage;
	socket: Duplex;
	head: Buffer;
}

/**
 * Upgrades go through the router like any other request: the socket waits here under its `Request` until a handler accepts it. What
 * no handler accepts is answered as plain HTTP.
 */
export class NodeUpgrades {
	readonly #servers = { bridge: serverOf("bridge"), viewer: serverOf("viewer") };
	readonly #waiting = new WeakMap<Request, Waiting>();

	/** Completes the handshake. @returns undefined where the request is no upgrade, or has been accepted before. */
	accept(request: Request, role: keyof typeof BOUNDS): WebSocket | undefined {
		const waiting = this.#waiting.get(request);
		if (!waiting) return undefined;
		this.#waiting.delete(request);
		let accepted: WebSocket | undefined;
		// Calls back before it returns, or answers a broken handshake itself.
		this.#servers[role].handleUpgrade(waiting.message, waiting.socket, waiting.head, (socket) => {
			accepted = socket;
		});
		return accepted;
	}

	/** Takes one `upgrade` event of an HTTP server through `fetch`. */
	async handle(message: IncomingMessage, socket: Duplex, head: Buffer, fetch: (request: Request) => Promise<Response>): Promise<void> {
		socket.on("error", () => socket.destroy());
		const plain = new ServerResponse(message);
		let response: Response;
		let request: Request | undefined;
		try {
			request = createRequest(message, plain, { trustProxy: true });
			this.#waiting.set(request, { message, socket, head });
			response = await fetch(request);
		} catch (error) {
			response = unreadable(error);
		}
		if (request && !this.#waiting.delete(request)) return;
		plain.shouldKeepAlive = false;
		plain.assignSocket(socket as Socket);
		plain.once("finish", () => socket.end());
		await sendResponse(plain, response);
	}

	/** Says goodbye to every socket. @param patienceMs how long a peer has to answer before it is cut off. */
	async close(code: number, reason: string, patienceMs: number): Promise<void> {
		const servers = Object.values(this.#servers);
		const sockets = servers.flatMap(({ clients }) => [...clients]);
		const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
		for (const socket of sockets) socket.close(code, reason);
		const cut = setTimeout(() => {
			for (const socket of sockets) socket.terminate();
		}, patienceMs);
		await closed;
		clearTimeout(cut);
		for (const server of servers) server.close();
	}
}
