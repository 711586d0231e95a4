/** A cluster's open sockets, by what let them in and by whose they are. */
import { OVER } from "../../durable/passed-socket.ts";
import { CLOSE, type Pass } from "../../durable/socket.ts";

interface Closable {
	close(code: number, reason: string): void;
}

export class NodeSeats {
	readonly #seats = new Map<Closable, Pass>();
	readonly #clients = new Map<string, number>();

	hasRoom({ client, room }: Pass): boolean {
		return client === undefined || room === undefined || (this.#clients.get(client) ?? 0) < room;
	}

	/** @returns what is to be called once it is closed. */
	add(socket: Closable, pass: Pass): () => void {
		this.#seats.set(socket, pass);
		this.#count(pass, 1);
		return () => {
			if (this.#seats.delete(socket)) this.#count(pass, -1);
		};
	}

	/** Closes all that were opened by this grant. */
	dismiss(grant: string): void {
		for (const [socket, pass] of this.#seats) if (pass.grant === grant) socket.close(CLOSE.ended, OVER);
	}

	#count({ client }: Pass, by: number): void {
		if (client === undefined) return;
		const count = (this.#clients.get(client) ?? 0) + by;
		if (count > 0) this.#clients.set(client, count);
		else this.#clients.delete(client);
	}
}
