import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Turns } from "../../../durable/work/turns.ts";
import { networkOf } from "../../access/client.ts";

/** Requests of one connection that may wait behind the one under way. Browsers send none, and some programs a few. */
const PIPELINED = 32;
/** Reads of one client under way at once, over all of its connections. */
const READS_AT_ONCE = 32;
/** An answer of which nothing has been taken for so long is cut off, ms. */
const STALLED_MS = 30_000;

/**
 * Bounds what waits in memory for clients that ask and do not read: a connection is given one answer at a time, a client's reads so many,
 * and an answer nobody takes is cut off.
 */
export class AnswersUnderWay {
	readonly #connections = new WeakMap<Socket, Turns>();
	readonly #clients = new Map<string, Turns>();

	/** Runs `work`, which answers with `reply`, when its turn has come, and keeps the turn until the answer is taken or the connection is gone. */
	async take(message: IncomingMessage, reply: ServerResponse, address: string, work: () => Promise<void>): Promise<void> {
		const { socket } = message;
		let connection = this.#connections.get(socket);
		if (!connection) {
			connection = new Turns(1);
			this.#connections.set(socket, connection);
		}
		if (connection.waiting >= PIPELINED) {
			socket.destroy();
			return;
		}
		await connection.take(async () => {
			// Only what is read can be large, and only a write may wait for a colony.
			if (message.method === "GET" && !socket.destroyed) await this.#ofClient(networkOf(address), () => answered(socket, reply, work));
			else await answered(socket, reply, work);
		});
	}

	async #ofClient(client: string, work: () => Promise<void>): Promise<void> {
		const turns = this.#clients.get(client) ?? new Turns(READS_AT_ONCE);
		this.#clients.set(client, turns);
		await turns.take(work);
		if (turns.idle) this.#clients.delete(client);
	}
}

async function answered(socket: Socket, reply: ServerResponse, work: () => Promise<void>): Promise<void> {
	if (socket.destroyed) return;
	const { promise: over, resolve } = Promise.withResolvers<void>();
	const end = () => resolve();
	reply.once("close", end);
	socket.once("close", end);
	reply.setTimeout(STALLED_MS).on("timeout", () => reply.headersSent && socket.destroy());
	await work();
	await over;
	socket.off("close", end);
}
