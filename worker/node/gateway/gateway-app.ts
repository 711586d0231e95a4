/** The gateway's routes: a bridge's WebSocket and its HTTP fallback, with a cluster's name before them or without. */

import { PushTurns } from "../../../durable/work/push-turns.ts";
import { equalSecrets } from "../../access/bytes.ts";
import { readQuery } from "../../handler/query-parameters.ts";
import { jsonProblem, ProblemError, problemOf } from "../../http/problem.ts";
import { answerPush, Waiting } from "../../routes/bridge.ts";
import { joinCluster, longPoll } from "../clusters/sockets.ts";
import type { NodeUpgrades } from "../http/upgrades.ts";
import type { Gateway } from "./gateway.ts";

const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="bridge"' };

export interface GatewayAppOptions {
	gateway: Gateway;
	upgrades: NodeUpgrades;
	/** The cluster it collects for; absent: the dashboard's default one. */
	cluster: string | undefined;
	/** Token of local bridges. */
	token: string;
}

export class GatewayApp {
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
		const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
		if (given === undefined) throw new ProblemError("unauthorized", "send the bridge's token: Authorization: Bearer TOKEN", CHALLENGE);
		if (await equalSecrets(given, this.#options.token)) return;
		throw new ProblemError("unauthorized", "the bridge's token is not this gateway's: compare it with its token file", CHALLENGE);
	}
}
