/** The hibernating WebSockets of an object: how they are opened and closed, and as what its cluster or its relay sees them. */
import { PING, PONG } from "../../colony-bridge/protocol/query/view.ts";
import { refusedUpgrade } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { SURFACE_HEADER, speaksSurface, upgrading } from "../calls/calls.ts";
import { LEASE_HEADER, type Lease, leasedSocket, OVER, ROLE_HEADER, type Socket, type SocketRole } from "../live/socket.ts";

/** Request for an upgrade, as the Worker read it. */
interface Upgrade {
	role: SocketRole;
	lease: Lease;
}

/** @returns the answer where it is no upgrade that a Worker of this version makes. */
export function upgradeOf(request: Request): Upgrade | Response {
	if (!speaksSurface(Number(request.headers.get(SURFACE_HEADER)))) return refusedUpgrade(upgrading);
	const role = request.headers.get(ROLE_HEADER);
	if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket" || !isRole(role)) {
		return new Response(`open a WebSocket with the header ${ROLE_HEADER}: bridge, viewer or listener`, { status: 426 });
	}
	return { role, lease: JSON.parse(request.headers.get(LEASE_HEADER) ?? "{}") as Lease };
}

function isRole(role: string | null): role is SocketRole {
	return role === "bridge" || role === "viewer" || role === "listener";
}

export class ObjectSockets {
	readonly #context: DurableObjectState;
	readonly #sockets = new WeakMap<WebSocket, Socket>();
	/** Closed from here: what still comes is not heard. */
	readonly #shut = new WeakSet<WebSocket>();

	constructor(context: DurableObjectState) {
		this.#context = context;
		context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
	}

	get all(): Socket[] {
		return this.#context.getWebSockets().map((webSocket) => this.of(webSocket));
	}

	/** @param elsewhere sockets of the client at other objects of the cluster. @returns true where its quota is used up. */
	isUsedUp({ client, quota }: Lease, elsewhere = 0): boolean {
		return !!client && quota !== undefined && this.#context.getWebSockets(`client=${client}`).length + elsewhere >= quota;
	}

	/** Opens one. @param taken it is there. */
	accept({ role, lease }: Upgrade, taken: (socket: Socket) => void): Response {
		const tags = Object.entries({ role, ...lease }).map(([name, value]) => `${name}=${value}`.slice(0, 256));
		const { 0: client, 1: server } = new WebSocketPair();
		this.#context.acceptWebSocket(server, tags);
		taken(this.of(server));
		return new Response(null, { status: 101, webSocket: client });
	}

	/** False: it was closed from here, and what still comes is not heard. */
	isHeard(webSocket: WebSocket): boolean {
		return !this.#shut.has(webSocket);
	}

	/** Closes all that were opened with this credential. @param closed tells of each. */
	dismiss(credential: string, closed: (socket: Socket) => void): void {
		for (const webSocket of this.#context.getWebSockets(`credential=${credential}`)) {
			closed(this.of(webSocket));
			webSocket.close(CLOSE.ended, OVER);
		}
	}

	/** The other half of the closing handshake: without it the peer waits ten seconds. Some codes may be heard but not said. */
	finish(webSocket: WebSocket, code: number): void {
		webSocket.close(code === 1005 || code === 1006 ? 1000 : code);
	}

	of(webSocket: WebSocket): Socket {
		let socket = this.#sockets.get(webSocket);
		if (!socket) {
			const tag = (name: string) =>
				this.#context
					.getTags(webSocket)
					.find((each) => each.startsWith(`${name}=`))
					?.slice(name.length + 1);
			const until = tag("until");
			const plain: Socket = {
				send: (text) => webSocket.send(text),
				close: (code, reason) => {
					this.#shut.add(webSocket);
					webSocket.close(code, reason);
				},
				client: tag("client"),
				get attachment() {
					return webSocket.deserializeAttachment();
				},
				set attachment(value) {
					webSocket.serializeAttachment(value);
				},
			};
			socket = leasedSocket(plain, until ? { until: Number(until) } : {}, Date.now);
			this.#sockets.set(webSocket, socket);
		}
		return socket;
	}
}
