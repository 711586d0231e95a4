/** A socket to a cluster object, as a bridge or a viewer has it. */

import { SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import { ROLE_HEADER, type SocketRole } from "../../durable/live/socket.ts";
import type { ClusterObject } from "../../durable/objects/cluster-object.ts";

export class Wire {
	readonly #socket: WebSocket;
	readonly #waiting: { wanted: (frame: Frame) => boolean; found: (frame: Frame) => void }[] = [];
	/** Frames nobody has waited for yet, oldest first. */
	readonly received: Frame[] = [];
	readonly closed: Promise<{ code: number; reason: string }>;

	constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.addEventListener("message", ({ data }) => {
			for (const line of String(data).split("\n")) this.#receive(line === "pong" ? { type: "pong" } : (JSON.parse(line) as Frame));
		});
		this.closed = new Promise((resolve) => {
			socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
		});
		socket.accept();
	}

	static async open(stub: DurableObjectStub<ClusterObject>, role: SocketRole): Promise<Wire> {
		const response = await stub.fetch("https://cluster/", {
			headers: { Upgrade: "websocket", [ROLE_HEADER]: role, [SURFACE_HEADER]: String(SURFACE_VERSION) },
		});
		if (!response.webSocket) throw new Error(`no socket: ${response.status} ${await response.text()}`);
		return new Wire(response.webSocket);
	}

	send(...frames: (object | string)[]): void {
		this.#socket.send(frames.map((frame) => (typeof frame === "string" ? frame : JSON.stringify(frame))).join("\n"));
	}

	/** The next frame that is wanted; those before it are dropped. */
	next(wanted: string | ((frame: Frame) => boolean)): Promise<Frame> {
		const matches = typeof wanted === "string" ? (frame: Frame) => frame.type === wanted : wanted;
		const at = this.received.findIndex(matches);
		if (at >= 0) return Promise.resolve(this.received.splice(0, at + 1).at(-1) as Frame);
		this.received.length = 0;
		return new Promise((found) => this.#waiting.push({ wanted: matches, found }));
	}

	close(): void {
		this.#socket.close(1000, "done");
	}

	#receive(frame: Frame): void {
		const at = this.#waiting.findIndex(({ wanted }) => wanted(frame));
		if (at < 0) this.received.push(frame);
		else this.#waiting.splice(at, 1)[0]?.found(frame);
	}
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of a frame is its own assertion.
export type Frame = { type: string } & Record<string, any>;
