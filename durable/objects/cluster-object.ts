/** The cluster on a Durable Object: a door, not a room. It hands its events to the cluster and owns no logic. */
import { DurableObject } from "cloudflare:workers";
import { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { refusedLink, refusedUpgrade } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { DirectoryCalls } from "../access/port.ts";
import { answerCall, type Caller, callerOf, eachCall, invoke, isSurfaceMismatch, upgrading } from "../calls/calls.ts";
import { Cluster } from "../cluster/cluster.ts";
import { HOSTED, type Limits } from "../cluster/limits.ts";
import { MemoryBudget } from "../cluster/memory-budget.ts";
import { inTurn } from "../intake/batch.ts";
import type { RelayedCalls } from "../live/relays.ts";
import { RELAY_HEADER } from "../live/socket.ts";
import { type Asker, type BoundedReads, CLUSTER_READS, type ClusterCalls, type ClusterReads } from "../port.ts";
import { dropParts } from "../storage/sql.ts";
import { PushTurns } from "../work/push-turns.ts";
import { Slices } from "../work/slices.ts";
import type { Work } from "../work/work.ts";
import type { AccessObject } from "./access-object.ts";
import { ObjectSockets, upgradeOf } from "./object-sockets.ts";
import { objectSql } from "./object-sql.ts";
import { type RelayObject, relayName } from "./relay-object.ts";

type ObjectReads = {
	[Name in keyof ClusterReads]: (asker: Asker, ...given: Parameters<ClusterReads[Name]>) => ReturnType<BoundedReads[Name]>;
};
/** Its calls, as a caller over RPC names them. */
export type ClusterObjectCalls = ObjectReads & ClusterCalls & RelayedCalls;

interface Env {
	ACCESS: DurableObjectNamespace<AccessObject>;
	RELAYS: DurableObjectNamespace<RelayObject>;
}

/** Limits of a cluster, and how many there may be. */
export interface ObjectSettings extends Limits {
	maxClusters?: number | undefined;
	/** Viewers that this object takes itself, and each relay. */
	viewersPerObject?: number | undefined;
	experimentalPromql?: boolean | undefined;
}

/** Viewers to whom an object of 128 MB sends a page's change in less than half a second. */
const VIEWERS_PER_OBJECT = 1000;

/** An object that nothing was asked of for so long has been evicted, ms. */
const AWAKE_MS = 60_000;
/** Shared by all objects of this isolate, which have one environment. */
let budget: MemoryBudget | undefined;

/** Kept where the list of known clusters has this one: it goes with all else that is stored. */
const LISTED = "listed";
/** Kept where relays may have viewers: their numbers. */
const RELAYS = "relays";

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
	readonly #sockets: ObjectSockets;

	constructor(context: DurableObjectState, environment: Env) {
		super(context, environment);
		const { storage } = context;
		const sql = objectSql(storage);
		const {
			activeSeries,
			knownSeries,
			memoryMb,
			viewersPerObject = VIEWERS_PER_OBJECT,
			experimentalPromql = false,
		} = this.settingsOf(environment);
		budget ??= new MemoryBudget(memoryMb, AWAKE_MS);
		this.#cluster = new Cluster(
			this.#name,
			{
				sql,
				now: () => Date.now(),
				setAlarm: (at) => void (at === undefined ? storage.deleteAlarm() : storage.setAlarm(at)),
				erase: (keep) => (keep.length > 0 ? dropParts(sql, keep) : void storage.deleteAll()),
				defer: (work, ms) => void setTimeout(work, ms),
				tell: (summary, store) => this.#directory("tellCluster", summary, store),
				relays: {
					now: () => Date.now(),
					viewersPerObject,
					relay: (number) => callerOf(environment.RELAYS.getByName(relayName(this.#name, number))),
					load: () => storage.kv.get<number[]>(RELAYS) ?? [],
					save: (numbers) => void (numbers.length > 0 ? storage.kv.put(RELAYS, numbers) : storage.kv.delete(RELAYS)),
				},
			},
			{ history: { activeSeries, knownSeries }, budget, experimentalPromql, ...(this.build !== undefined && { build: this.build }) },
		);
		this.#sockets = new ObjectSockets(context);
		this.#cluster.restore(this.#sockets.all);
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
		annotate: (ask) => this.#cluster.control.annotate(ask),
		follow: (command, waitMs) => this.#cluster.control.follow(command, waitMs),
		audit: async (entry) => {
			// The record is kept, whatever the number of clusters: of the dashboard itself it stands in the default one.
			await this.#list(Number.POSITIVE_INFINITY);
			this.#cluster.control.audit(entry);
		},
		giveUp: (request) => this.#asked.get(request)?.abort(),
		relay: (number, held) => this.#cluster.relay(number, held),
		dismiss: (credential) => {
			this.#sockets.dismiss(credential, (socket) => this.#cluster.closed(socket));
			return this.#cluster.relays?.dismiss(credential);
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
		const upgrade = upgradeOf(request);
		if (upgrade instanceof Response) return upgrade;
		const { role, lease } = upgrade;
		const refusal = role === "viewer" ? undefined : await this.#list();
		if (refusal) return refusedUpgrade(refusal);
		const { client = "unknown" } = lease;
		const { relays } = this.#cluster;
		if (this.#sockets.isUsedUp(lease, relays?.socketsOf(client))) return new Response(null, { status: 429 });
		const flood = role === "listener" ? undefined : this.#cluster.refusal(lease.client);
		if (flood) return refusedUpgrade(flood);
		const relay = role === "viewer" ? relays?.take(this.#cluster.viewerSockets, client) : undefined;
		if (relay !== undefined) return new Response(null, { headers: { [RELAY_HEADER]: String(relay) } });
		return this.#sockets.accept(upgrade, (socket) => this.#cluster.open(socket, role));
	}

	override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void {
		if (!this.#sockets.isHeard(webSocket)) return;
		const socket = this.#sockets.of(webSocket);
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
		this.#sockets.finish(webSocket, code);
	}

	override webSocketError(webSocket: WebSocket): void {
		this.#end(webSocket);
	}

	#end(webSocket: WebSocket): void {
		const socket = this.#sockets.of(webSocket);
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
}
