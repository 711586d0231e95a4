/** A colony that says what the test says, and a dashboard's door that can be shut, cut and made to forget, with a real cluster behind it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { type WebSocket, WebSocketServer } from "ws";
import type { Colony, ColonySnapshot } from "../../colony-bridge/colony.ts";
import { Query, type QueryInput, type QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import type { Command, DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { ColonyEvent, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { Cluster } from "../../durable/cluster/cluster.ts";
import type { Socket } from "../../durable/live/socket.ts";
import { wholly } from "../../durable/work/work.ts";
import { longPoll } from "../../worker/node/clusters/sockets.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

export class TestColony implements Colony {
	readonly name = "test colony";
	/** Asked at each snapshot. */
	say: () => ColonySnapshot | Promise<ColonySnapshot> = () => ({});
	snapshots = 0;
	readonly #listeners = new Set<(event: ColonyEvent) => void>();

	snapshot(): ColonySnapshot | Promise<ColonySnapshot> {
		this.snapshots += 1;
		return this.say();
	}
	subscribe(listener: (event: ColonyEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	emit(event: ColonyEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
	get listeners(): number {
		return this.#listeners.size;
	}
}

export function freshCluster(): Cluster {
	return new Cluster("test", {
		sql: openNodeSql(":memory:"),
		now: Date.now,
		setAlarm: () => {},
		erase: () => {},
		defer: (work, ms) => void setTimeout(work, ms).unref(),
	});
}

export function ask<K extends QueryKind>(cluster: Cluster, query: Extract<QueryInput, { kind: K }>): AnswerOf<K> {
	return wholly(cluster.reader.view([v.parse(Query, { limit: 500, ...query })])).answers[0] as AnswerOf<K>;
}

/** `GET /api/bridge` upgrades and `POST /api/bridge` answers, as the worker has them. */
export class Door {
	cluster = freshCluster();
	/** False: an upgrade is answered with `refusal`. */
	upgrades = true;
	refusal = { status: 426, detail: "no upgrades here" };
	/** True: a push reaches the cluster and its answer is lost with the link. */
	cutAfter: (push: number) => false | "before" | "after" = () => false;
	pushes = 0;
	cuts = 0;
	posts = 0;
	/** Requests that waited. */
	waits = 0;
	hellos: { bridge: string; epoch: number; capabilities: string[]; protocol: number }[] = [];
	/** Frames as they came, repeats too. */
	frames: UpFrame[] = [];
	authorizations: (string | undefined)[] = [];
	readonly #server: Server;
	readonly #sockets = new WebSocketServer({ noServer: true });
	readonly #open = new Set<WebSocket>();

	private constructor(server: Server) {
		this.#server = server;
		server.on("request", (request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", async () => {
				const wait = Number.parseInt(/[?&]wait=(\d+)s/.exec(request.url ?? "")?.[1] ?? "0", 10);
				if (wait > 0) this.waits += 1;
				else {
					this.posts += 1;
					this.#note(body);
				}
				const answer = wait > 0 ? await this.#listen(request.url ?? "", body, wait, response) : this.cluster.push(body);
				response.writeHead(200, { "content-type": "application/x-ndjson" });
				response.end(answer.map((frame) => JSON.stringify(frame)).join("\n"));
			});
		});
		server.on("upgrade", (request, socket, head) => {
			this.authorizations.push(request.headers.authorization);
			if (!this.upgrades) {
				const body = JSON.stringify({ detail: this.refusal.detail });
				socket.end(`HTTP/1.1 ${this.refusal.status} No\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
				return;
			}
			this.#sockets.handleUpgrade(request as IncomingMessage, socket, head, (ws) => this.#accept(ws));
		});
	}

	static async open(): Promise<Door> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		return new Door(server);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	get links(): number {
		return this.#open.size;
	}

	command(id: string, command: Command): void {
		this.tell({ type: "command", id, command });
	}

	tell(frame: DownFrame): void {
		for (const ws of this.#open) ws.send(JSON.stringify(frame));
	}

	/** Every link breaks without a word. */
	cut(): void {
		this.cuts += 1;
		for (const ws of this.#open) ws.terminate();
	}

	/** A clean restart of the server. */
	restart(): void {
		for (const ws of this.#open) ws.close(1012, "restarting");
	}

	/** Nothing of what was pushed is known any more. */
	forget(): void {
		this.cluster = freshCluster();
		this.cut();
	}

	async close(): Promise<void> {
		for (const ws of this.#open) ws.terminate();
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#listen(path: string, hello: string, wait: number, response: ServerResponse): Promise<DownFrame[]> {
		const { searchParams } = new URL(path, this.url);
		const gone = new AbortController();
		response.on("close", () => gone.abort());
		const viewers = searchParams.get("viewers");
		const known = searchParams.get("known")?.split(",");
		const listening = { hello, ...(viewers !== null && { viewers: Number(viewers) }), ...(known && { known }) };
		return longPoll(this.cluster, listening, wait * 1000, gone.signal);
	}

	#accept(ws: WebSocket): void {
		this.#open.add(ws);
		const { cluster } = this;
		let deaf = false;
		const socket: Socket = {
			send: (text) => {
				if (!deaf) ws.send(text);
			},
			close: (code, reason) => ws.close(code, reason),
			attachment: undefined,
		};
		cluster.open(socket, "bridge");
		ws.on("message", (data) => {
			const text = String(data);
			this.pushes += 1;
			const cut = this.cutAfter(this.pushes);
			if (cut === "before") return this.cut();
			this.#note(text);
			// The cluster has it, the acknowledgement never arrives.
			deaf = cut === "after";
			cluster.message(socket, text);
			if (cut === "after") this.cut();
		});
		ws.on("close", () => {
			this.#open.delete(ws);
			cluster.closed(socket);
		});
	}

	#note(text: string): void {
		for (const line of text.split("\n")) {
			if (!line.startsWith("{")) continue;
			const frame = JSON.parse(line) as
				| UpFrame
				| { type: "hello"; bridge: string; epoch: number; capabilities: string[]; protocol: number };
			if (frame.type === "hello") this.hellos.push(frame);
			else this.frames.push(frame);
		}
	}
}
