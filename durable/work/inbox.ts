/** Messages of viewers that wait to be heard: clients take turns, so that one with many does not keep the others waiting. */
export class Inbox<Message> {
	readonly #clients = new Map<string, Message[]>();

	get isEmpty(): boolean {
		return this.#clients.size === 0;
	}

	/** @returns how many of this client wait now */
	put(client: string, message: Message): number {
		const waiting = this.#clients.get(client) ?? [];
		this.#clients.set(client, waiting);
		return waiting.push(message);
	}

	/** The oldest of the client whose turn it is. */
	take(): Message | undefined {
		for (const [client, waiting] of this.#clients) {
			const message = waiting.shift();
			this.#clients.delete(client);
			if (waiting.length > 0) this.#clients.set(client, waiting);
			return message;
		}
		return undefined;
	}
}
