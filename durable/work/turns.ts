/** Lets so many pieces of work run at once; the others wait for their turn. */
export class Turns {
	#free: number;
	readonly #waiting: (() => void)[] = [];
	readonly #atOnce: number;

	constructor(atOnce: number) {
		this.#atOnce = atOnce;
		this.#free = atOnce;
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	/** Nothing runs and nothing waits. */
	get idle(): boolean {
		return this.#free === this.#atOnce;
	}

	async take<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((turn) => this.#waiting.push(turn));
		try {
			return await work();
		} finally {
			// The turn goes from hand to hand.
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}
}

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
