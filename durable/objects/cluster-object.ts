/** The cluster on a Durable Object: a door, not a room. It hands its events to the cluster and owns no logic. */
import { DurableObject } from "cloudflare:workers";
import { PING, PONG } from "../../colony-bridge/protocol/query/view.ts";
import { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { refusedLink, refusedUpgrade } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { DirectoryCalls } from "../access/port.ts";
import {
	answerCall,
	type Caller,
	callerOf,
	eachCall,
	invoke,
	isSurfaceMismatch,
	SURFACE_HEADER,
	speaksSurface,
	upgrading,
} from "../calls/calls.ts";
import { Cluster } from "../cluster/cluster.ts";
import { HOSTED, type Limits } from "../cluster/limits.ts";
import { MemoryBudget } from "../cluster/memory-budget.ts";
import { inTurn } from "../intake/batch.ts";
import { LEASE_HEADER, type Lease, leasedSocket, OVER, ROLE_HEADER, type Socket, type SocketRole } from "../live/socket.ts";
import { type Asker, type BoundedReads, CLUSTER_READS, type ClusterCalls, type ClusterReads } from "../port.ts";
import { dropParts } from "../storage/sql.ts";
import { PushTurns } from "../work/push-turns.ts";
import { Slices } from "../work/slices.ts";
import type { Work } from "../work/work.ts";
import type { AccessObject } from "./access-object.ts";
import { objectSql } from "./object-sql.ts";

type ObjectReads = {
	[Name in keyof ClusterReads]: (asker: Asker, ...given: Parameters<ClusterReads[Name]>) => ReturnType<BoundedReads[Name]>;
};
/** Its calls, as a caller over RPC names them. */
export type ClusterObjectCalls = ObjectReads & ClusterCalls;

interface Env {
	ACCESS: DurableObjectNamespace<AccessObject>;
}

/** Limits of a cluster, and how many there may be. */
export interface ObjectSettings extends Limits {
	maxClusters?: number | undefined;
}

/** An object that nothing was asked of for so long has been evicted, ms. */
const AWAKE_MS = 60_000;
/** Shared by all objects of this isolate, which have one environment. */
let budget: MemoryBudget | undefined;

/** Kept where the list of known clusters has this one: it goes with all else that is stored. */
const LISTED = "listed";

export class ClusterObject extends DurableObject<Env> {
	readonly #cluster: Cluster;
	readonly #slices = new Slices((then) => void setTimeout(then, 0), Date.now);
	readonly #pushes = new PushTurns((then) => void setTimeout(then, 0));
	readonly #asked = new Map<string, AbortController>();
	#listed = false;
	/** The worker's own class reads the configuration. */
	protected settingsOf(_environment: object): ObjectSettings {
		return HOSTED;
	}
	/** Build of the pages that are served; the Worker's subclass sets it. */
	protected get build(): string | undefined {
		return undefined;
	}
	readonly #sockets = new WeakMap<WebSocket, Socket>();
	/** Closed from here: what still comes is not heard. */
	readonly #shut = new WeakSet<WebSocket>();

	constructor(context: DurableObjectState, environment: Env) {
		super(context, environment);
		const { storage } = context;
		const sql = objectSql(storage);
		const { activeSeries, knownSeries, memoryMb } = this.settingsOf(environment);
		budget ??= new MemoryBudget(memoryMb, AWAKE_MS);
		this.#cluster = new Cluster(
			this.#name,
			{
				sql,
				now: () => Date.now(),
				setAlarm: (at) => void (at === undefined ? storage.deleteAlarm() : storage.setAlarm(at)),
				erase: (keep) => (keep.length > 0 ? dropParts(sql, keep) : void storage.deleteAll()),
				defer: (work, ms) => void setTimeout(work, ms),
			},
			{ history: { activeSeries, knownSeries }, budget, ...(this.build !== undefined && { build: this.build }) },
		);
		context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#cluster.restore(context.getWebSockets().map((webSocket) => this.#socket(webSocket)));
	}

	/** A call of a Worker. */
	call(version: number, name: string, given: unknown[]): unknown {
		return answerCall(this.#calls, version, name, given);
	}

	readonly #calls: ClusterObjectCalls = {
		...eachCall<ObjectReads>(CLUSTER_READS, (name, [asker, ...given]) =>
			this.#read(asker as Asker, invoke(this.#cluster.reads, name, given) as Work<unknown>),
		),
		push: async (body) => {
			const refusal = await this.#list();
			if (refusal) return [refusedLink(refusal)];
			const push = new PushText(body);
			return this.#pushes.request(push, () => this.#cluster.push(push));
		},
		write: async (batch) => {
			const refusal = await this.#list();
			return refusal ?? inTurn(this.#pushes, batch, () => this.#cluster.write(batch));
		},
		order: (order) => this.#cluster.control.order(order),
		follow: (command, waitMs) => this.#cluster.control.follow(command, waitMs),
		audit: async (entry) => {
			// The record is kept, whatever the number of clusters: of the dashboard itself it stands in the default one.
			await this.#list(Number.POSITIVE_INFINITY);
			this.#cluster.control.audit(entry);
		},
		giveUp: (request) => this.#asked.get(request)?.abort(),
		dismiss: (credential) => {
			for (const webSocket of this.ctx.getWebSockets(`credential=${credential}`)) {
				this.#cluster.closed(this.#socket(webSocket));
				webSocket.close(CLOSE.ended, OVER);
			}
		},
		erase: async (keepAudit) => {
			this.#cluster.erase(keepAudit);
			if (keepAudit) return true;
			this.#listed = false;
			// A bridge that comes back meanwhile is listed after this. Where it fails, the name is still listed, and the call can be repeated.
			await this.ctx.blockConcurrencyWhile(() => this.#directory("removeCluster", this.#name));
			return true;
		},
	};

	/** Requests under way that may be given up. */
	get asked(): number {
		return this.#asked.size;
	}

	async #read(asker: Asker, work: Work<unknown>): Promise<unknown> {
		const { client, request } = asker;
		if (request === undefined) return this.#slices.run(client, work);
		const asked = new AbortController();
		this.#asked.set(request, asked);
		try {
			return await this.#slices.run(client, work, asked.signal);
		} finally {
			this.#asked.delete(request);
		}
	}

	override async fetch(request: Request): Promise<Response> {
		if (!speaksSurface(Number(request.headers.get(SURFACE_HEADER)))) return refusedUpgrade(upgrading);
		const role = request.headers.get(ROLE_HEADER);
		if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket" || !isRole(role)) {
			return new Response(`open a WebSocket with the header ${ROLE_HEADER}: bridge, viewer or listener`, { status: 426 });
		}
		const refusal = role === "viewer" ? undefined : await this.#list();
		if (refusal) return refusedUpgrade(refusal);
		const lease = JSON.parse(request.headers.get(LEASE_HEADER) ?? "{}") as Lease;
		const tags = Object.entries({ role, ...lease }).map(([name, value]) => `${name}=${value}`.slice(0, 256));
		const { client: address, quota } = lease;
		if (address && quota !== undefined && this.ctx.getWebSockets(`client=${address}`).length >= quota)
			return new Response(null, { status: 429 });
		const flood = role === "listener" ? undefined : this.#cluster.refusal(address);
		if (flood) return refusedUpgrade(flood);
		const { 0: client, 1: server } = new WebSocketPair();
		this.ctx.acceptWebSocket(server, tags);
		this.#cluster.open(this.#socket(server), role);
		return new Response(null, { status: 101, webSocket: client });
	}

	override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void {
		if (this.#shut.has(webSocket)) return;
		const socket = this.#socket(webSocket);
		if (typeof message !== "string") webSocket.close(1003, "send text frames");
		else if (this.ctx.getTags(webSocket).includes("role=viewer")) this.#cluster.message(socket, message);
		else {
			const push = new PushText(message);
			const refused = this.#pushes.take(socket, socket.client ?? "unknown", push, () => this.#cluster.message(socket, push));
			if (refused !== undefined) this.#cluster.flooded(socket, refused);
		}
	}

	override webSocketClose(webSocket: WebSocket, code: number): void {
		this.#end(webSocket);
		// The other half of the closing handshake: without it the peer waits ten seconds. Some codes may be heard but not said.
		webSocket.close(code === 1005 || code === 1006 ? 1000 : code);
	}

	override webSocketError(webSocket: WebSocket): void {
		this.#end(webSocket);
	}

	#end(webSocket: WebSocket): void {
		const socket = this.#socket(webSocket);
		this.#pushes.end(socket, socket.client ?? "unknown", () => this.#cluster.closed(socket));
	}

	override alarm(): void {
		this.#cluster.alarm();
	}

	get #name(): string {
		return this.ctx.id.name ?? this.ctx.id.toString();
	}

	get #directory(): Caller<DirectoryCalls> {
		return callerOf(this.env.ACCESS.getByName("store"));
	}

	/**
	 * Has the list of known clusters take this one, before anything is written here: of a cluster that is not listed nobody is told.
	 * @returns why there is no room for it.
	 */
	async #list(most = this.settingsOf(this.env).maxClusters): Promise<Refusal | undefined> {
		const { kv } = this.ctx.storage;
		this.#listed ||= kv.get<boolean>(LISTED) ?? false;
		if (this.#listed) return undefined;
		// In the order in which frames came: nothing else is taken meanwhile.
		return this.ctx.blockConcurrencyWhile(async () => {
			const refusal = await this.#directory("addCluster", this.#name, most).catch((error: unknown) => {
				if (isSurfaceMismatch(error)) return upgrading;
				throw error;
			});
			this.#listed = !refusal;
			if (this.#listed) kv.put(LISTED, true);
			return refusal;
		});
	}

	#socket(webSocket: WebSocket): Socket {
		let socket = this.#sockets.get(webSocket);
		if (!socket) {
			const tag = (name: string) =>
				this.ctx
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

function isRole(role: string | null): role is SocketRole {
	return role === "bridge" || role === "viewer" || role === "listener";
}
