import { waitUntil } from "cloudflare:workers";
import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import { CLOSE, type DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import { ACCESS_CALLS, type AccessCalls, type AccessPort, type DirectoryCalls } from "../../durable/access/port.ts";
import { callDoor, callerOf, eachCall, invoke, type Promised, SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import type { EmptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { LEASE_HEADER, type Lease, RELAY_HEADER, ROLE_HEADER, type SocketRole } from "../../durable/live/socket.ts";
import type { AccessObject } from "../../durable/objects/access-object.ts";
import type { ClusterObject, ClusterObjectCalls } from "../../durable/objects/cluster-object.ts";
import { type RelayObject, relayName } from "../../durable/objects/relay-object.ts";
import {
	type Asker,
	type BoundedReads,
	CLUSTER_READS,
	type ClusterPort,
	type Clusters,
	type Listening,
	refusedViewer,
} from "../../durable/port.ts";
import { Recent } from "../access/recent.ts";
import { ProblemError } from "../http/problem.ts";
import { requireConnected } from "../routes/sockets.ts";

/**
 * Reads once more where the object went away under the first call, as every deploy makes it. A push is not repeated here: the bridge
 * does that, and knows what was acknowledged.
 */
export async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
	try {
		return await ask();
	} catch (error) {
		const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
		if (!retryable || overloaded) throw error;
		return ask();
	}
}

/** @param ask names the request, by which it is given up where the signal says that nobody waits for it. */
async function givenUp<Answer>(
	signal: AbortSignal | undefined,
	ask: (request: Pick<Asker, "request">) => Promise<Answer>,
	giveUp: (request: string) => Promise<void>,
): Promise<Answer> {
	if (!signal) return ask({});
	const request = crypto.randomUUID();
	const gone = () => waitUntil(giveUp(request));
	signal.addEventListener("abort", gone);
	try {
		return await ask({ request });
	} finally {
		signal.removeEventListener("abort", gone);
	}
}

/** Access as Durable Objects: one for all that is kept, and a few that do nothing but hash passwords. */
export type AccessNamespace = DurableObjectNamespace<AccessObject>;

/** A password takes longer to hash than a Worker on Cloudflare's free plan may run; an object may. Several, so that nobody waits in line. */
const HASHING_OBJECTS = 8;

export function objectAccess(namespace: AccessNamespace): AccessPort {
	const ask = (object: string, name: string, given: unknown[]) => callDoor(namespace.getByName(object), name, given);
	return {
		...eachCall<Promised<AccessCalls>>(ACCESS_CALLS, (name, given) =>
			ACCESS_CALLS[name as keyof AccessCalls] === "again" ? again(() => ask("store", name, given)) : ask("store", name, given),
		),
		derive: (...given) => again(() => ask(`hash-${Math.floor(Math.random() * HASHING_OBJECTS)}`, "derive", given) as Promise<Uint8Array>),
	};
}

/**
 * A bridge's request that waits, on Cloudflare: this side waits, on a socket to the cluster, and the cluster may sleep meanwhile. Waiting in a
 * call to the object would keep it in memory and billed as long as there is such a bridge.
 *
 * @param socket to the cluster, as yet not accepted. @returns the messages within `waitMs`, ms. Closes the socket.
 */
export function hear(socket: WebSocket, listening: Listening, waitMs: number, signal: AbortSignal): Promise<DownFrame[]> {
	return new Promise((resolve) => {
		const end = (frames: DownFrame[]) => {
			clearTimeout(timer);
			signal.removeEventListener("abort", nobody);
			socket.close(1000, "heard");
			resolve(frames);
		};
		const nobody = () => end([]);
		const timer = setTimeout(nobody, waitMs);
		signal.addEventListener("abort", nobody);
		socket.addEventListener("message", ({ data }) => {
			end(
				String(data)
					.split("\n")
					.map((line) => JSON.parse(line) as DownFrame),
			);
		});
		socket.addEventListener("close", nobody);
		socket.addEventListener("error", nobody);
		socket.accept();
		socket.send(JSON.stringify(listening));
	});
}

const upgradeHeaders = (role: SocketRole, lease: Lease) => ({
	[SURFACE_HEADER]: String(SURFACE_VERSION),
	[ROLE_HEADER]: role,
	[LEASE_HEADER]: JSON.stringify(lease),
});

export type ClusterNamespace = DurableObjectNamespace<ClusterObject>;
export type RelayNamespace = DurableObjectNamespace<RelayObject>;

/** The objects as a deploy binds them. */
export interface ObjectNamespaces {
	CLUSTERS: ClusterNamespace;
	/** Knows which clusters there are. */
	ACCESS: AccessNamespace;
	RELAYS: RelayNamespace;
}

/** Cache lifetime in an isolate of a client's refusal, ms; the object is not called meanwhile. */
const REFUSED_MS = 1_000;

/**
 * Cache lifetimes of a cluster's existence and absence in an isolate, ms. Pages that wait for a first push poll: one of them asks. A push through
 * this isolate counts at once.
 */
const KNOWN_MS = 60_000;
const ABSENT_MS = 2_000;

/**
 * The clusters as Durable Objects: a name, an object. Nothing is asked of an object nobody has pushed to, since asking makes it, for good and
 * where the asker is: what such a cluster answers is known here.
 */
export class ObjectClusters implements Clusters {
	readonly #namespace: ClusterNamespace;
	readonly #directory: AccessNamespace;
	readonly #relays: RelayNamespace;
	readonly #empty: (name: string) => EmptyCluster;
	readonly #existing = new Recent<true>(KNOWN_MS, 10_000);
	readonly #absent = new Recent<true>(ABSENT_MS, 10_000);
	/** Cached refusals, by cluster and client. */
	readonly #refused = new Recent<{ text: string; headers: Headers }>(REFUSED_MS, 10_000);

	/** @param empty a cluster nobody has pushed to. */
	constructor({ CLUSTERS, ACCESS, RELAYS }: ObjectNamespaces, empty: (name: string) => EmptyCluster) {
		this.#namespace = CLUSTERS;
		this.#directory = ACCESS;
		this.#relays = RELAYS;
		this.#empty = empty;
	}

	get(name: string): ClusterPort {
		const id = this.#namespace.idFromName(name);
		// A stub that has seen its object go is of no more use: each call takes a fresh one.
		const object = () => this.#namespace.get(id);
		const call = () => callerOf<ClusterObjectCalls>(object());
		/** The call may create the cluster. */
		const making = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
			try {
				return await work();
			} finally {
				this.#absent.delete(name);
			}
		};
		const empty = () => this.#empty(name);
		return {
			reads: (client, signal) =>
				eachCall<BoundedReads>(CLUSTER_READS, (read, given) =>
					again(async () =>
						(await this.#knows(name))
							? givenUp(
									signal,
									(request) => callDoor(object(), read, [{ client, ...request } satisfies Asker, ...given]),
									(request) => call()("giveUp", request),
								)
							: invoke(empty().reads, read, given),
					),
				),
			follow: (...given) => again(async () => ((await this.#knows(name)) ? call()("follow", ...given) : empty().follow(...given))),
			order: async (order) => ((await this.#knows(name)) ? call()("order", order) : empty().order(order)),
			annotate: async (ask) => ((await this.#knows(name)) ? call()("annotate", ask) : empty().annotate(ask)),
			push: (body) => making(() => call()("push", body)),
			write: (batch) => making(() => call()("write", batch)),
			audit: (entry) => making(() => call()("audit", entry)),
			dismiss: (credential) => call()("dismiss", credential),
			erase: async (keepAudit) => {
				if (!(await this.#knows(name))) return false;
				const erased = await call()("erase", keepAudit);
				this.#existing.delete(name);
				return erased;
			},
			connect: async (request, role, lease) => {
				if (role === "viewer" && !(await this.#knows(name))) {
					throw new ProblemError("not-found", `no bridge has pushed to "${name}" yet, so there is nothing to wait for: try again later`);
				}
				const headers = new Headers(request.headers);
				for (const [header, value] of Object.entries(upgradeHeaders(role, lease))) headers.set(header, value);
				const upgrade = (to: { fetch(request: Request): Promise<Response> }) => to.fetch(new Request(request, { headers }));
				return making(() =>
					this.#unlessRefused(`${name} ${lease.client}`, async () => {
						const response = await upgrade(object());
						const relay = response.headers.get(RELAY_HEADER);
						return relay === null ? response : upgrade(this.#relays.getByName(relayName(name, Number(relay))));
					}),
				);
			},
			listen: async (listening, waitMs, lease, signal) => {
				const headers = { Upgrade: "websocket", ...upgradeHeaders("listener", lease) };
				const response = await making(() => object().fetch("https://cluster/", { headers }));
				if (response.webSocket) return hear(response.webSocket, listening, waitMs, signal);
				await requireConnected(response);
				return undefined;
			},
		};
	}

	list(): Promise<ClusterSummary[]> {
		return again(() => callerOf<DirectoryCalls>(this.#directory.getByName("store"))("clusters"));
	}

	refuse(_request: Request, problem: Problem): Response {
		const { 0: client, 1: server } = new WebSocketPair();
		server.accept();
		server.send(refusedViewer(problem));
		server.close(CLOSE.refused, problem.title);
		return new Response(null, { status: 101, webSocket: client });
	}

	async #unlessRefused(whose: string, connect: () => Promise<Response>): Promise<Response> {
		const before = this.#refused.get(whose, Date.now());
		if (before) return new Response(before.text, { status: 429, headers: before.headers });
		const response = await connect();
		if (response.status !== 429) return response;
		const refused = { text: await response.text(), headers: response.headers };
		this.#refused.set(whose, refused, Date.now());
		return new Response(refused.text, { status: 429, headers: refused.headers });
	}

	async #knows(name: string): Promise<boolean> {
		const now = Date.now();
		if (this.#existing.get(name, now)) return true;
		if (this.#absent.get(name, now)) return false;
		const exists = await callerOf<DirectoryCalls>(this.#directory.getByName("store"))("knowsCluster", name);
		(exists ? this.#existing : this.#absent).set(name, true, now);
		return exists;
	}
}
