/** The cluster on a Durable Object: a door, not a room. It hands its events to the cluster and owns no logic. */
import { DurableObject } from "cloudflare:workers";
import type { DownFrame } from "../colony-bridge/protocol/down.ts";
import { PING, PONG, type Query, type Snapshot } from "../colony-bridge/protocol/view.ts";
import { Cluster } from "./cluster.ts";
import { objectSql } from "./object-sql.ts";
import type { PageData } from "./port.ts";
import { ROLE_HEADER, type Socket, type SocketRole } from "./socket.ts";

export class ClusterObject extends DurableObject {
	readonly #cluster: Cluster;
	readonly #sockets = new WeakMap<WebSocket, Socket>();

	constructor(context: DurableObjectState, environment: Cloudflare.Env) {
		super(context, environment);
		const { storage } = context;
		this.#cluster = new Cluster(context.id.name ?? context.id.toString(), {
			sql: objectSql(storage),
			now: () => Date.now(),
			setAlarm: (at) => void (at === undefined ? storage.deleteAlarm() : storage.setAlarm(at)),
			defer: (work, ms) => void setTimeout(work, ms),
		});
		context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#cluster.restore(context.getWebSockets().map((webSocket) => this.#socket(webSocket)));
	}

	view(queries: Query[]): Snapshot {
		return this.#cluster.view(queries);
	}

	page(name: string): PageData {
		return this.#cluster.page(name);
	}

	push(body: string): DownFrame[] {
		return this.#cluster.push(body);
	}

	override fetch(request: Request): Response {
		const role = request.headers.get(ROLE_HEADER);
		if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket" || (role !== "bridge" && role !== "viewer")) {
			return new Response(`open a WebSocket with the header ${ROLE_HEADER}: bridge or viewer`, { status: 426 });
		}
		const { 0: client, 1: server } = new WebSocketPair();
		const tag: SocketRole = role;
		this.ctx.acceptWebSocket(server, [tag]);
		this.#cluster.open(this.#socket(server), role);
		return new Response(null, { status: 101, webSocket: client });
	}

	override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void {
		if (typeof message === "string") this.#cluster.message(this.#socket(webSocket), message);
		else webSocket.close(1003, "send text frames");
	}

	override webSocketClose(webSocket: WebSocket, code: number): void {
		this.#cluster.closed(this.#socket(webSocket));
		// The other half of the closing handshake: without it the peer waits ten seconds. Some codes may be heard but not said.
		webSocket.close(code === 1005 || code === 1006 ? 1000 : code);
	}

	override webSocketError(webSocket: WebSocket): void {
		this.#cluster.closed(this.#socket(webSocket));
	}

	override alarm(): void {
		this.#cluster.alarm();
	}

	#socket(webSocket: WebSocket): Socket {
		let socket = this.#sockets.get(webSocket);
		if (!socket) {
			socket = {
				send: (text) => webSocket.send(text),
				close: (code, reason) => webSocket.close(code, reason),
				get attachment() {
					return webSocket.deserializeAttachment();
				},
				set attachment(value) {
					webSocket.serializeAttachment(value);
				},
			};
			this.#sockets.set(webSocket, socket);
		}
		return socket;
	}
}
