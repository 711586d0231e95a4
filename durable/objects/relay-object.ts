/** A relay on a Durable Object: a door, not a room. Its name is its number and its cluster's; it stores nothing. */
import { DurableObject } from "cloudflare:workers";
import { refusedUpgrade } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { answerCall, callerOf, type Door } from "../calls/calls.ts";
import { Relay } from "../live/relay.ts";
import type { RelayCalls, RelayedCalls } from "../live/relays.ts";
import { ObjectSockets, upgradeOf } from "./object-sockets.ts";

/** The name of a relay's object. */
export const relayName = (cluster: string, number: number): string => `${number}/${cluster}`;

interface Env {
	CLUSTERS: { getByName(name: string): Door };
}

export class RelayObject extends DurableObject<Env> {
	readonly #relay: Relay;
	readonly #sockets: ObjectSockets;
	#sweepAt = Number.POSITIVE_INFINITY;
	/** Build of the pages that are served; the Worker's subclass sets it. */
	protected get build(): string | undefined {
		return undefined;
	}

	constructor(context: DurableObjectState, environment: Env) {
		super(context, environment);
		this.#sockets = new ObjectSockets(context);
		const [number = "", cluster = ""] = (context.id.name ?? "").split("/", 2);
		this.#relay = new Relay({
			now: () => Date.now(),
			defer: (work, ms) => void setTimeout(work, ms),
			build: this.build,
			say: (held) => callerOf<RelayedCalls>(this.env.CLUSTERS.getByName(cluster))("relay", Number(number), held),
		});
		this.#relay.restore(this.#sockets.all);
	}

	/** Estimated resident bytes. */
	protected get bytes(): number {
		return this.#relay.bytes;
	}

	/** A call of the cluster. */
	call(version: number, name: string, given: unknown[]): unknown {
		return answerCall(this.#calls, version, name, given);
	}

	readonly #calls: RelayCalls = {
		tell: (...given) => this.#relay.tell(...given),
		reset: () => this.#relay.reset(),
		end: (...given) => this.#relay.end(...given),
		dismiss: (credential) => this.#sockets.dismiss(credential, (socket) => this.#relay.closed(socket)),
	};

	override fetch(request: Request): Response {
		const upgrade = upgradeOf(request);
		if (upgrade instanceof Response) return upgrade;
		if (this.#sockets.isUsedUp(upgrade.lease)) return new Response(null, { status: 429 });
		const flood = this.#relay.refusal(upgrade.lease.client);
		if (flood) return refusedUpgrade(flood);
		return this.#sockets.accept(upgrade, (socket) => {
			this.#relay.open(socket);
			this.#sweepLater(Date.now() + 10_000);
		});
	}

	override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void {
		if (!this.#sockets.isHeard(webSocket)) return;
		if (typeof message === "string") this.#relay.message(this.#sockets.of(webSocket), message);
		else webSocket.close(1003, "send text frames");
	}

	override webSocketClose(webSocket: WebSocket, code: number): void {
		this.#relay.closed(this.#sockets.of(webSocket));
		this.#sockets.finish(webSocket, code);
	}

	override webSocketError(webSocket: WebSocket): void {
		this.#relay.closed(this.#sockets.of(webSocket));
	}

	override alarm(): void {
		this.#sweepAt = Number.POSITIVE_INFINITY;
		this.#sweepLater(this.#relay.sweep());
	}

	/** @param at when the first socket that has said nothing is to be closed, ms. */
	#sweepLater(at: number): void {
		if (at >= this.#sweepAt) return;
		this.#sweepAt = at;
		void this.ctx.storage.setAlarm(at);
	}
}
