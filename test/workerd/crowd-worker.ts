/**
 * The deployed worker, which also counts what Cloudflare bills of all its objects, and beside them a bare object that sends what it is told to all
 * of its sockets. `GET /counted` tells; `POST /dropped` ends all objects at once, as a deploy does; `/bare` is the bare object.
 */
import worker, { ClusterObject as Deployed, RelayObject as DeployedRelay } from "../../worker/cloudflare/index.ts";
import type { Crowded } from "../bench/crowd/crowded.ts";

// Whatever other objects the worker has.
export * from "../../worker/cloudflare/index.ts";

/** One isolate has them all here. */
const counted: Crowded = { rows: 0, messages: 0, calls: 0, connects: [], relays: {} };
const objects = new Map<string, { kind: "CLUSTERS" | "RELAYS"; name: string }>();
const BARE = "bare";

export class ClusterObject extends Deployed {
	constructor(...given: ConstructorParameters<typeof Deployed>) {
		const [{ storage, id }] = given;
		const { sql } = storage;
		const exec = sql.exec.bind(sql);
		let last: SqlStorageCursor<Record<string, SqlStorageValue>> | undefined;
		// A cursor's count is whole once it was read to its end, which its caller has done when the next statement comes.
		sql.exec = ((text: string, ...bindings: unknown[]) => {
			counted.rows += last?.rowsWritten ?? 0;
			last = exec(text, ...bindings);
			return last;
		}) as typeof sql.exec;
		super(...given);
		objects.set(`cluster ${id.name}`, { kind: "CLUSTERS", name: id.name ?? "" });
	}

	override call(version: number, name: string, given: unknown[]): unknown {
		counted.calls++;
		return super.call(version, name, given);
	}

	override webSocketMessage(...given: Parameters<Deployed["webSocketMessage"]>): void {
		counted.messages++;
		super.webSocketMessage(...given);
	}

	drop(): void {
		this.ctx.abort("dropped");
	}
}

export class RelayObject extends DeployedRelay {
	constructor(...given: ConstructorParameters<typeof DeployedRelay>) {
		super(...given);
		const { name = "" } = given[0].id;
		if (name !== BARE) objects.set(`relay ${name}`, { kind: "RELAYS", name });
	}

	override fetch(request: Request): Response {
		if (this.ctx.id.name !== BARE) return super.fetch(request);
		const { 0: client, 1: server } = new WebSocketPair();
		this.ctx.acceptWebSocket(server);
		return new Response(null, { status: 101, webSocket: client });
	}

	override call(version: number, name: string, given: unknown[]): unknown {
		counted.calls++;
		const answer = super.call(version, name, given);
		counted.relays[this.ctx.id.name ?? ""] = { bytes: this.bytes, sockets: this.ctx.getWebSockets().length };
		return answer;
	}

	override webSocketMessage(...given: Parameters<DeployedRelay["webSocketMessage"]>): void {
		if (this.ctx.id.name === BARE) return;
		counted.messages++;
		super.webSocketMessage(...given);
	}

	spread(text: string): void {
		for (const socket of this.ctx.getWebSockets()) socket.send(text);
	}

	drop(): void {
		this.ctx.abort("dropped");
	}
}

interface Env {
	CLUSTERS: DurableObjectNamespace<ClusterObject>;
	RELAYS: DurableObjectNamespace<RelayObject>;
}

export default {
	async fetch(request: Request, env: Env) {
		const { pathname } = new URL(request.url);
		const bare = () => env.RELAYS.getByName(BARE);
		if (pathname === "/counted") return Response.json(counted);
		if (pathname === "/bare" && request.method === "POST") {
			await bare().spread(await request.text());
			return new Response();
		}
		const upgrades = request.headers.get("upgrade") !== null;
		if (pathname === "/bare") return bare().fetch(request);
		if (pathname === "/dropped") {
			counted.connects = [];
			await Promise.allSettled([...objects.values()].map(({ kind, name }) => env[kind].getByName(name).drop()));
			return new Response();
		}
		if (upgrades) counted.connects.push(Date.now());
		return worker.fetch(request as Parameters<typeof worker.fetch>[0], env as never);
	},
};
