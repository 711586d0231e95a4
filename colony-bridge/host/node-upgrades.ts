/**
 * Upgrades go through the router like any other request: the socket waits here under its `Request` until a handler accepts it. What
 * no handler accepts is answered as plain HTTP.
 */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createRequest, sendResponse } from "@remix-run/node-fetch-server";
import { type WebSocket, WebSocketServer } from "ws";
import { unreadable } from "./refused-request.ts";

/** The cluster refuses a push past its limit by a frame that says so; this is only the bound past which nothing is read at all. */
const MAX_MESSAGE_BYTES = 8_000_000;

interface Waiting {
	message: IncomingMessage;
	socket: Duplex;
	head: Buffer;
}

export class NodeUpgrades {
	/** Compression of each message makes a fan-out to many viewers several times slower. */
	readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
	readonly #waiting = new WeakMap<Request, Waiting>();

	/** Completes the handshake. @returns undefined where the request is no upgrade, or has been accepted before. */
	accept(request: Request): WebSocket | undefined {
		const waiting = this.#waiting.get(request);
		if (!waiting) return undefined;
		this.#waiting.delete(request);
		let accepted: WebSocket | undefined;
		// Calls back before it returns, or answers a broken handshake itself.
		this.#server.handleUpgrade(waiting.message, waiting.socket, waiting.head, (socket) => {
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
		const sockets = [...this.#server.clients];
		const gone = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
		for (const socket of sockets) socket.close(code, reason);
		const cut = setTimeout(() => {
			for (const socket of sockets) socket.terminate();
		}, patienceMs);
		await gone;
		clearTimeout(cut);
		this.#server.close();
	}
}
