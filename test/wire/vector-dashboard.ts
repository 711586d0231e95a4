/** A cluster behind HTTP requests alone, which records a bridge's frames and can differ from a plain dashboard in one way. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import type { Cluster } from "../../durable/cluster/cluster.ts";
import { freshCluster } from "../node/bridge-rig.ts";

export interface DashboardOptions {
	/** A later release: fields and frames that this one does not have. */
	later?: boolean;
	/** How far its clock is behind the bridge's, ms. */
	behindMs?: number;
	/** The response to the first requests, before it accepts any. */
	refuses?: { times: number; status: number; kind: string; detail: string };
	/** The first frame of this type arrives damaged. */
	damages?: UpFrame["type"];
	/** It loses all data after so many ticks. */
	forgetsAfterTicks?: number;
	/** Sent with the responses to two pushes. */
	command?: Extract<DownFrame, { type: "command" }>;
}

export class VectorDashboard {
	readonly hellos: Hello[] = [];
	/** Frames of the newest run in the order of their numbers, without repeats. */
	frames: UpFrame[] = [];
	refused = 0;
	/** Errors that the cluster has answered. */
	errors: Extract<DownFrame, { type: "error" }>[] = [];
	cluster: Cluster = freshCluster();
	#options: DashboardOptions;
	#ticks = 0;
	#runs = 0;
	#commandsSent = 0;
	#forgotten = false;
	readonly #server: Server;

	private constructor(server: Server, options: DashboardOptions) {
		this.#server = server;
		this.#options = { ...options };
		server.on("request", (request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				const { refuses } = this.#options;
				if (refuses && this.refused < refuses.times) {
					this.refused += 1;
					const problem = JSON.stringify({ kind: refuses.kind, detail: refuses.detail });
					response.writeHead(refuses.status, { "content-type": "application/problem+json" }).end(problem);
					return;
				}
				const { searchParams } = new URL(request.url ?? "", "http://localhost");
				// A long poll that has the viewer count stays open.
				if (searchParams.get("wait") && searchParams.get("viewers") === "1") return;
				const frames = searchParams.get("wait") ? [] : this.#push(body);
				const lines = [...frames, { type: "viewers", count: 1 } as const].map((frame) => this.#written(frame));
				if (this.#options.later) lines.unshift(JSON.stringify({ type: "forecast", of: "rain" }));
				response.writeHead(200, { "content-type": "application/x-ndjson" }).end(lines.join("\n"));
			});
		});
		// Bridges fall back to requests.
		server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 426 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
	}

	static async start(options: DashboardOptions = {}): Promise<VectorDashboard> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		return new VectorDashboard(server, options);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** False while a bridge has not begun another run after a loss of data. */
	get lossIsOver(): boolean {
		return this.#options.forgetsAfterTicks === undefined || (this.#forgotten && this.#runs > 1);
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#push(body: string): DownFrame[] {
		const lines = body.split("\n").map((line) => this.#arrived(line));
		const answer = this.cluster.push(lines.join("\n")).filter(({ type }) => type !== "viewers");
		for (const frame of answer) if (frame.type === "error") this.errors.push(frame);
		const { forgetsAfterTicks = Number.POSITIVE_INFINITY, command } = this.#options;
		if (!this.#forgotten && this.#ticks >= forgetsAfterTicks) {
			this.#forgotten = true;
			this.cluster = freshCluster();
		}
		return command && this.#ticks > 0 && this.#commandsSent++ < 2 ? [...answer, command] : answer;
	}

	/** Records a line. @returns it as the cluster receives it. */
	#arrived(line: string): string {
		const frame = JSON.parse(line) as UpFrame | Hello;
		if (frame.type === "hello") {
			if (frame.epoch === 0) {
				this.#runs += 1;
				this.frames = [];
			}
			this.hellos.push(frame);
			return line;
		}
		if (frame.seq <= (this.frames.at(-1)?.seq ?? 0)) return line;
		if (frame.type === "tick") this.#ticks += 1;
		this.frames.push(frame);
		if (frame.type !== this.#options.damages) return line;
		delete this.#options.damages;
		return JSON.stringify({ type: frame.type, seq: frame.seq });
	}

	#written(frame: DownFrame): string {
		const { behindMs = 0, later } = this.#options;
		if (frame.type === "welcome" && frame.clock && behindMs) {
			const { sent, received, answered } = frame.clock;
			frame = { ...frame, clock: { sent, received: received - behindMs, answered: answered - behindMs } };
		}
		return JSON.stringify(later ? { ...frame, mood: { of: "a later release" } } : frame);
	}
}
