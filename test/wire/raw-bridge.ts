/** The bridge's end of the wire with nothing around it: a test that sends exactly these frames and sees exactly what comes back. */
import * as v from "valibot";
import { WebSocket } from "ws";
import { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";

export type Welcome = Extract<DownFrame, { type: "welcome" }>;
type Listener = (frame: DownFrame) => void;

export class RawBridge {
	/** The newest acknowledged sequence number. */
	acknowledged = 0;
	readonly welcome: Welcome;
	readonly closed: Promise<void>;
	#socket: WebSocket;
	#listeners = new Set<Listener>();

	private constructor(socket: WebSocket, welcome: Welcome) {
		this.#socket = socket;
		this.welcome = welcome;
		this.acknowledged = welcome.lastSeq;
		socket.on("message", (data) => this.#take(String(data)));
		this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
	}

	/** @param base where the dashboard answers, e.g. `http://127.0.0.1:8080`. Resolves with the link once it is welcome. */
	static async connect(base: string, token: string, hello: Partial<Hello> = {}): Promise<RawBridge> {
		const socket = new WebSocket(`${base.replace(/^http/, "ws").replace(/\/$/, "")}/api/bridge`, {
			headers: { authorization: `Bearer ${token}` },
		});
		await new Promise<void>((resolve, reject) => {
			socket.once("open", resolve);
			socket.once("error", reject);
		});
		socket.on("error", () => {});
		const first = new Promise<string>((resolve, reject) => {
			socket.once("message", (data) => resolve(String(data)));
			socket.once("close", (code, reason) => reject(new Error(`closed before the welcome: ${code} ${reason}`)));
		});
		const whole: Hello = {
			type: "hello",
			protocol: PROTOCOL_VERSION,
			bridge: "raw",
			epoch: 1,
			colony: "raw",
			capabilities: [],
			intervalMs: 5000,
			...hello,
		};
		socket.send(JSON.stringify(whole));
		const lines = (await first).split("\n");
		const welcome = v.parse(DownFrame, JSON.parse(lines[0] ?? ""));
		if (welcome.type !== "welcome") throw new Error(`no welcome: ${JSON.stringify(welcome)}`);
		return new RawBridge(socket, welcome);
	}

	/** One push of these frames; nothing is waited for. */
	push(...frames: UpFrame[]): void {
		this.#socket.send(frames.map((frame) => JSON.stringify(frame)).join("\n"));
	}

	/** Resolves once everything up to `seq` is durable. @throws where a frame is refused or the link ends first. */
	acknowledge(seq: number): Promise<void> {
		if (this.acknowledged >= seq) return Promise.resolve();
		return new Promise((resolve, reject) => {
			const done = (): void => {
				this.#listeners.delete(listener);
			};
			const listener: Listener = (frame) => {
				if (frame.type === "error") reject(new Error(`refused: ${JSON.stringify(frame)}`));
				else if (this.acknowledged < seq) return;
				else resolve();
				done();
			};
			this.#listeners.add(listener);
			void this.closed.then(() => {
				done();
				reject(new Error(`the link ended at ${this.acknowledged}, before ${seq} was acknowledged`));
			});
		});
	}

	close(): Promise<void> {
		this.#socket.close();
		return this.closed;
	}

	#take(text: string): void {
		for (const line of text.split("\n")) {
			const frame = v.parse(DownFrame, JSON.parse(line));
			if (frame.type === "ack") this.acknowledged = Math.max(this.acknowledged, frame.seq);
			for (const listener of this.#listeners) listener(frame);
		}
	}
}
