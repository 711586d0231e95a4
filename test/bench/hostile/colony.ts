/** A colony of 5,000 series and an hour of their samples, its bridge, and one viewer that follows: those who are to be left in peace. */
import { EventEmitter, once } from "node:events";
import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import type { ToViewer } from "../../../colony-bridge/protocol/query/view.ts";
import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";

export const SERIES = 5000;
const PUSHED = 100;
const SAMPLES = 180;
const INTERVAL_MS = 10_000;
/** The attackers' address is another than the viewer's and the bridge's. */
export const ELSEWHERE = "127.0.0.2";

export class Colony {
	readonly url: string;
	/** Says `delta` when it was told of a change. */
	readonly viewer = new EventEmitter();
	readonly #bridge: RawBridge;
	readonly #socket: WebSocket;
	readonly #agent = new Agent({ keepAlive: true });
	#seq: number;

	private constructor(url: string, bridge: RawBridge, socket: WebSocket, seq: number) {
		this.url = url;
		this.#bridge = bridge;
		this.#socket = socket;
		this.#seq = seq;
	}

	static async begin(url: string): Promise<Colony> {
		const bridge = await RawBridge.connect(url, "bench", { intervalMs: 1000 });
		const ids = Array.from({ length: SERIES }, (_, id) => id);
		const series = ids.map((id) => ({ id, name: "request_seconds", labels: { worker: `worker-${id}` }, type: "gauge" as const }));
		let seq = 1;
		bridge.push({ type: "series", seq, series });
		await bridge.acknowledge(seq);
		const begin = Date.now() - SAMPLES * INTERVAL_MS;
		for (let n = 0; n < SAMPLES; n++) {
			const values = ids.map((id) => Math.round(50 + 40 * Math.sin(n / 20 + id)) / 10);
			bridge.push({ type: "tick", seq: ++seq, at: begin + n * INTERVAL_MS, ids, values });
			await bridge.acknowledge(seq);
		}
		const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/live`, { perMessageDeflate: false });
		await once(socket, "open");
		const colony = new Colony(url, bridge, socket, seq);
		const told = once(colony.viewer, "snapshot");
		socket.on("message", (data) => {
			const message = JSON.parse(String(data)) as ToViewer;
			if (message.type === "probe") socket.send(JSON.stringify({ type: "ack", probe: message.id }));
			else colony.viewer.emit(message.type);
		});
		socket.send(JSON.stringify({ type: "watch", queries: [{ kind: "cluster" }, { kind: "logs", limit: 20 }] }));
		await told;
		return colony;
	}

	/** Ends when it is durable. */
	async push(): Promise<void> {
		const ids = Array.from({ length: PUSHED }, (_, id) => id);
		const frames: UpFrame[] = [
			{ type: "tick", seq: ++this.#seq, at: Date.now(), ids, values: ids.map((id) => (this.#seq + id) % 97) },
			{ type: "events", seq: ++this.#seq, events: [{ type: "log", at: Date.now(), level: "INFO", message: `push ${this.#seq}` }] },
		];
		this.#bridge.push(...frames);
		await this.#bridge.acknowledge(this.#seq);
	}

	health(): Promise<void> {
		return new Promise((resolve, reject) => {
			const asked = request(`${this.url}/api/health`, { agent: this.#agent }, (response) => {
				response.resume();
				response.once("end", resolve);
			});
			asked.once("error", reject);
			asked.end();
		});
	}

	async end(): Promise<void> {
		this.#socket.terminate();
		this.#agent.destroy();
		await this.#bridge.close();
	}
}
