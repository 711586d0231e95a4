import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import type { EmptyCluster } from "../../durable/cluster/empty-cluster.ts";
import type { PASS_HEADER, ROLE_HEADER } from "../../durable/live/socket.ts";
import type { AccessObject } from "../../durable/objects/access-object.ts";
import type { ClusterObject } from "../../durable/objects/cluster-object.ts";
import type { ClusterPort, Clusters, Listening } from "../../durable/port.ts";
import { Recent } from "../access/recent.ts";
import { ProblemError } from "../http/problem.ts";
import { requireConnected } from "../routes/bridge.ts";

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

/** Access as Durable Objects: one for all that is kept, and a few that do nothing but hash passwords. */
export type AccessNamespace = DurableObjectNamespace<AccessObject>;

/** A password takes longer to hash than a Worker on Cloudflare's free plan may run; an object may. Several, so that nobody waits in line. */
const HASHING_OBJECTS = 8;

export function objectAccess(namespace: AccessNamespace): AccessPort {
	const store = () => namespace.getByName("store");
	return {
		signingKey: () => again(async () => store().signingKey()),
		attempt: async (...given) => store().attempt(...given),
		forgive: async (...given) => store().forgive(...given),
		hasEnded: (session) => again(async () => store().hasEnded(session)),
		endSession: async (...given) => store().endSession(...given),
		seat: (...given) => again(async () => store().seat(...given)),
		mint: async (token) => store().mint(token),
		tokens: () => again(async () => store().tokens()),
		useToken: (...given) => again(async () => store().useToken(...given)),
		revokeToken: async (id) => store().revokeToken(id),
		derive: (...given) => again(async () => namespace.getByName(`hash-${Math.floor(Math.random() * HASHING_OBJECTS)}`).derive(...given)),
	};
}

/**
 * A bridge's request that waits, on Cloudflare: this side waits, on a socket to the cluster, and the cluster may sleep meanwhile. Waiting in a
 * call to the object would keep it in memory and billed as long as there is such a bridge.
 */
/** @param socket to the cluster, as yet not accepted. @returns what is heard within `waitMs`, ms. Closes the socket. */
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

/** The object's words, held to them by their types: of that folder the worker takes no values. */
const ROLE: typeof ROLE_HEADER = "Cluster-Role";
const PASS: typeof PASS_HEADER = "Cluster-Pass";

export type ClusterNamespace = DurableObjectNamespace<ClusterObject>;

/** Cache lifetime in an isolate of a client's refusal, ms; the object is not called meanwhile. */
const REFUSED_MS = 1_000;

/** Cache lifetime of a cluster's existence in an isolate, ms. Absence is not cached, so that a first push counts at once. */
const BELIEVED_MS = 60_000;

/**
 * The clusters as Durable Objects: a name, an object. Nothing is asked of an object nobody has pushed to, since asking makes it, for good and
 * where the asker is: what such a cluster answers is known here.
 */
export class ObjectClusters implements Clusters {
	readonly #namespace: ClusterNamespace;
	readonly #directory: AccessNamespace;
	readonly #empty: (name: string) => EmptyCluster;
	readonly #known = new Recent<true>(BELIEVED_MS, 10_000);
	/** Cached refusals, by cluster and client. */
	readonly #refused = new Recent<{ text: string; headers: Headers }>(REFUSED_MS, 10_000);

	/** @param directory knows which clusters there are. @param empty a cluster nobody has pushed to. */
	constructor(namespace: ClusterNamespace, directory: AccessNamespace, empty: (name: string) => EmptyCluster) {
		this.#namespace = namespace;
		this.#directory = directory;
		this.#empty = empty;
	}

	get(name: string): ClusterPort {
		const id = this.#namespace.idFromName(name);
		// A stub that has seen its object go is of no more use: each call takes a fresh one.
		const object = () => this.#namespace.get(id);
		// The types of a call over RPC turn tuples into arrays and answers into promises; what arrives is what was sent.
		const reader = async () => ((await this.#knows(name)) ? (object() as unknown as EmptyCluster) : this.#empty(name));
		const read = <Answer>(ask: (of: EmptyCluster) => Answer | Promise<Answer>): Promise<Answer> => again(async () => ask(await reader()));
		return {
			view: (...asked) => read((of) => of.view(...asked)),
			page: (...asked) => read((of) => of.page(...asked)),
			exported: (...asked) => read((of) => of.exported(...asked)),
			taskStream: (...asked) => read((of) => of.taskStream(...asked)),
			follow: (command, waitMs) => read((of) => of.follow(command, waitMs)),
			audited: (...asked) => read((of) => of.audited(...asked)),
			order: async (order) => (await reader()).order(order),
			push: (body) => object().push(body) as unknown as Promise<DownFrame[]>,
			connect: async (request, role, pass) => {
				if (role === "viewer" && !(await this.#knows(name))) {
					throw new ProblemError("not-found", `no bridge has pushed to "${name}" yet, so there is nothing to follow: ask again by and by`);
				}
				const headers = new Headers(request.headers);
				headers.set(ROLE, role);
				headers.set(PASS, JSON.stringify(pass));
				return this.#unlessRefused(`${name} ${pass.client}`, () => object().fetch(new Request(request, { headers })));
			},
			listen: async (listening, waitMs, pass, signal) => {
				const headers = { Upgrade: "websocket", [ROLE]: "listener", [PASS]: JSON.stringify(pass) };
				const response = await object().fetch("https://cluster/", { headers });
				if (response.webSocket) return hear(response.webSocket, listening, waitMs, signal);
				await requireConnected(response);
				return undefined;
			},
			audit: (entry) => object().audit(entry),
			dismiss: (grant) => object().dismiss(grant),
			erase: async (keepAudit) => {
				await object().erase(keepAudit);
				this.#known.delete(name);
			},
		};
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
		if (this.#known.get(name, now)) return true;
		const known = await this.#directory.getByName("store").knowsCluster(name);
		if (known) this.#known.set(name, true, now);
		return known;
	}
}
