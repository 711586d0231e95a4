/** A cluster's open sockets, by what let them in and by whose they are. */
import type { WebSocket } from "ws";
import { OVER } from "../../durable/passed-socket.ts";
import { CLOSE, type Pass } from "../../durable/socket.ts";

export class NodeSeats {
	readonly #seats = new Map<WebSocket, Pass>();
	readonly #clients = new Map<string, number>();

	hasRoom({ client, room }: Pass): boolean {
		return client === undefined || room === undefined || (this.#clients.get(client) ?? 0) < room;
	}

	add(webSocket: WebSocket, pass: Pass): void {
		this.#seats.set(webSocket, pass);
		this.#count(pass, 1);
		webSocket.on("close", () => {
			if (this.#seats.delete(webSocket)) this.#count(pass, -1);
		});
	}

	/** Closes all that were opened by this grant. */
	dismiss(grant: string): void {
		for (const [webSocket, pass] of this.#seats) if (pass.grant === grant) webSocket.close(CLOSE.ended, OVER);
	}

	#count({ client }: Pass, by: number): void {
		if (client === undefined) return;
		const count = (this.#clients.get(client) ?? 0) + by;
		if (count > 0) this.#clients.set(client, count);
		else this.#clients.delete(client);
	}
}
