/** A gateway at an address, with its store and its links to the dashboard. */
import type { Endpoint } from "../../../colony-bridge/bridge/endpoint.ts";
import { httpLink } from "../../../colony-bridge/bridge/http-link.ts";
import { fallbackLink } from "../../../colony-bridge/bridge/link.ts";
import { Warnings } from "../../../colony-bridge/bridge/warnings.ts";
import { webSocketLink } from "../../../colony-bridge/bridge/web-socket-link.ts";
import { NewerVersion, storageFault } from "../../../durable/storage/storage-fault.ts";
import { PushTurns } from "../../../durable/work/push-turns.ts";
import { equalSecrets } from "../../access/bytes.ts";
import { readQuery } from "../../handler/query-parameters.ts";
import { jsonProblem, ProblemError, problemOf } from "../../http/problem.ts";
import { answerPush, Waiting } from "../../routes/sockets.ts";
import { joinCluster, longPoll } from "../clusters/sockets.ts";
import { openNodeSql } from "../clusters/sql.ts";
import { type NodeServer, startNodeServer } from "../http/server.ts";
import { NodeUpgrades } from "../http/upgrades.ts";
import { Gateway } from "./gateway.ts";
import { Store } from "./store.ts";

/** An HTTP link makes room for a WebSocket after so long, ms. */
const HTTP_LIFE_MS = 10 * 60_000;
const LOOK_MS = 50;

export const DEFAULT_STORE_BYTES = 1_000_000_000;

export interface GatewayOptions {
	to: Endpoint;
	host: string;
	/** 0: any free one. */
	port: number;
	/** Token of local bridges. */
	localToken: string;
	/** A file, or ":memory:". */
	store: string;
	/** Bytes of frames kept at most; the oldest samples and events beyond become gaps. */
	storeBytes?: number;
	onError(error: Error): void;
}

export interface GatewayStats {
	/** Local bridges that are there, and links to the dashboard that are up. */
	bridges: number;
	live: number;
	held: { frames: number; bytes: number };
	/** Frames that have become part of gaps. */
	evicted: number;
	warnings: number;
	/** HTTP status with which the dashboard turns links away. */
	denied: number | undefined;
}

export class RunningGateway {
	readonly port: number;
	readonly #server: NodeServer;
	readonly #gateway: Gateway;
	readonly #store: Store;
	readonly #warnings: Warnings;
	readonly #close: () => void;

	/** @throws where the store or the address cannot be had, or the endpoint cannot be right. */
	static async start(options: GatewayOptions): Promise<RunningGateway> {
		const warnings = new Warnings(options.onError);
		const connect = () => fallbackLink(webSocketLink(options.to), httpLink(options.to, { lifeMs: HTTP_LIFE_MS }));
		connect();
		const sql = openNodeSql(options.store);
		let gateway: Gateway | undefined;
		try {
			const store = new Store(sql, options.storeBytes ?? DEFAULT_STORE_BYTES);
			gateway = new Gateway(store, connect, warnings);
			const upgrades = new NodeUpgrades();
			const app = new GatewayApp({ gateway, upgrades, cluster: options.to.cluster, token: options.localToken });
			const server = await startNodeServer({ app, upgrades, host: options.host, port: options.port, proxies: 0 });
			return new RunningGateway(server, gateway, store, warnings, () => sql.close());
		} catch (error) {
			gateway?.stop();
			sql.close();
			throw error instanceof NewerVersion ? storageFault(`the gateway's store "${options.store}"`, error, "read", "file") : error;
		}
	}

	private constructor(server: NodeServer, gateway: Gateway, store: Store, warnings: Warnings, close: () => void) {
		this.port = server.port;
		this.#server = server;
		this.#gateway = gateway;
		this.#store = store;
		this.#warnings = warnings;
		this.#close = close;
	}

	get stats(): GatewayStats {
		const forwarders = [...this.#gateway.forwarders];
		return {
			bridges: this.#gateway.present,
			live: forwarders.filter(({ session }) => session.state === "live").length,
			held: this.#store.held,
			evicted: this.#store.evicted,
			warnings: this.#warnings.count,
			denied: forwarders.find(({ session }) => session.denied !== undefined)?.session.denied,
		};
	}

	/** Takes nothing more, tells the dashboard what it can within `ms`, and leaves no handle open. What is left stays in the store. */
	async stop(ms = 2_000): Promise<void> {
		const closed = this.#server.close();
		const deadline = performance.now() + ms;
		const flowing = () => this.stats.live > 0 && this.stats.held.frames > 0 && performance.now() < deadline;
		while (flowing()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		this.#gateway.stop();
		await closed;
		this.#close();
	}
}

/** The gateway's routes: a bridge's WebSocket and its HTTP fallback, with a cluster's name before them or without. */
const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="bridge"' };

interface GatewayAppOptions {
	gateway: Gateway;
	upgrades: NodeUpgrades;
	/** The cluster it collects for; absent: the dashboard's default one. */
	cluster: string | undefined;
	/** Token of local bridges. */
	token: string;
}

class GatewayApp {
	readonly #options: GatewayAppOptions;
	readonly #pushes = new PushTurns((then) => void setImmediate(then));

	constructor(options: GatewayAppOptions) {
		this.#options = options;
	}

	async fetch(request: Request): Promise<Response> {
		try {
			return await this.#answer(request, new URL(request.url));
		} catch (error) {
			if (error instanceof ProblemError) return jsonProblem(problemOf(error.kind, error.message), error.headers);
			if (!request.signal.aborted) console.error("the gateway failed to answer:", error);
			return jsonProblem(problemOf("internal", "the gateway failed to answer; its log says why"));
		}
	}

	async #answer(request: Request, url: URL): Promise<Response> {
		const { gateway, upgrades, cluster } = this.#options;
		const [, named] = /^(?:\/clusters\/([^/]+))?\/api\/bridge$/.exec(url.pathname) ?? [url.pathname, url.pathname];
		if (named !== undefined && named !== cluster) {
			const home = cluster === undefined ? "/api/bridge" : `/api/bridge and /clusters/${cluster}/api/bridge`;
			throw new ProblemError("not-found", `this is a gateway for bridges: it answers at ${home}`);
		}
		if (request.method !== "GET" && request.method !== "POST") {
			throw new ProblemError("method", "bridges connect with GET and push with POST", { Allow: "GET, POST" });
		}
		await this.#admit(request);
		if (request.method === "POST") {
			return answerPush(request, readQuery(Waiting, url), {
				push: (body) => gateway.push(body),
				listen: (listening, waitMs) => longPoll(gateway, listening, waitMs, request.signal),
			});
		}
		const socket = upgrades.accept(request, "bridge");
		if (!socket) throw new ProblemError("upgrade", "open a WebSocket here, or push with POST", { Upgrade: "websocket" });
		joinCluster(socket, gateway, "bridge", {}, this.#pushes);
		// Nobody sends it: the connection is a socket by now.
		return new Response(null);
	}

	/** @throws ProblemError where the request does not carry the token. */
	async #admit(request: Request): Promise<void> {
		const token = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
		if (token === undefined) throw new ProblemError("unauthorized", "send the bridge's token: Authorization: Bearer TOKEN", CHALLENGE);
		if (await equalSecrets(token, this.#options.token)) return;
		throw new ProblemError("unauthorized", "the bridge's token is not this gateway's: compare it with its token file", CHALLENGE);
	}
}
