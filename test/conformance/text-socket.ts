/** A WebSocket whose messages are awaited one after the other. */
import { once } from "node:events";
import { WebSocket } from "ws";

export class TextSocket {
	readonly #socket: WebSocket;
	readonly #received: string[] = [];
	#wake: () => void = () => {};
	#closed: { code: number; reason: string } | undefined;

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on("message", (data) => {
			// A push down may hold several frames, one a line.
			this.#received.push(...String(data).split("\n").filter(Boolean));
			this.#wake();
		});
		socket.on("close", (code, reason) => {
			this.#closed = { code, reason: String(reason) };
			this.#wake();
		});
		socket.on("error", () => {});
	}

	/** @throws where the handshake is refused, with the status. */
	static async open(url: string, headers: Record<string, string> = {}): Promise<TextSocket> {
		const socket = new WebSocket(url.replace(/^http/, "ws"), { headers });
		const opened = new TextSocket(socket);
		await new Promise<void>((resolve, reject) => {
			socket.once("open", resolve);
			socket.once("unexpected-response", (_, response) => reject(new Error(`refused with ${response.statusCode}`)));
			socket.once("error", reject);
		});
		return opened;
	}

	send(...frames: unknown[]): void {
		this.#socket.send(frames.map((frame) => (typeof frame === "string" ? frame : JSON.stringify(frame))).join("\n"));
	}

	/** Stops reading from the network, or goes on. */
	read(on: boolean): void {
		if (on) this.#socket.resume();
		else this.#socket.pause();
	}

	sendBytes(bytes: Uint8Array): void {
		this.#socket.send(bytes);
	}

	/** The next message as it came. @throws where the socket closes instead. */
	async text(): Promise<string> {
		while (this.#received.length === 0) {
			if (this.#closed) throw new Error(`closed instead: ${this.#closed.code} ${this.#closed.reason}`);
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		return this.#received.shift() as string;
	}

	/** The next message that is no more than a word on who is watching. */
	async frame<Frame extends { type: string }>(...types: Frame["type"][]): Promise<Frame> {
		for (;;) {
			const frame = JSON.parse(await this.text()) as Frame;
			if (types.length === 0 ? frame.type !== "viewers" : types.includes(frame.type)) return frame;
		}
	}

	/** How the other side ended it. */
	async end(): Promise<{ code: number; reason: string }> {
		while (!this.#closed) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		return this.#closed;
	}

	async close(): Promise<void> {
		if (this.#socket.readyState === WebSocket.CLOSED) return;
		const closed = once(this.#socket, "close");
		this.#socket.close();
		await closed;
	}
}
