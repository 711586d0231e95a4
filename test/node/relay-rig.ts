/** A cluster with relays in this process: calls between them take time, fail and get lost when the test says so. */
import { setImmediate as turn } from "node:timers/promises";
import type { Caller } from "../../durable/calls/calls.ts";
import { invoke } from "../../durable/calls/calls.ts";
import { Relay } from "../../durable/live/relay.ts";
import type { RelayCalls } from "../../durable/live/relays.ts";
import type { Socket } from "../../durable/live/socket.ts";
import { Rig, type SocketHolder, Watcher } from "./cluster-rig.ts";

/** One object: its memory goes, its sockets may stay. */
class RelayObject {
	relay: Relay;
	readonly sockets = new Set<Socket>();
	/** Calls from and to an earlier memory fail. */
	life = 0;
	readonly #world: RelayWorld;
	readonly #number: number;

	constructor(world: RelayWorld, number: number) {
		this.#world = world;
		this.#number = number;
		this.relay = this.#begin();
	}

	/** As a socket's other end sees it. */
	readonly cluster: SocketHolder = {
		open: (socket) => {
			this.sockets.add(socket);
			this.relay.open(socket);
		},
		message: (socket, text) => this.relay.message(socket, text),
		closed: (socket) => {
			this.sockets.delete(socket);
			this.relay.closed(socket);
		},
	};

	/** Memory is lost; sockets hibernate. */
	evict(): void {
		this.relay = this.#begin();
		this.relay.restore(this.sockets);
	}

	/** The object dies with its sockets. */
	kill(): void {
		for (const socket of [...this.sockets]) socket.close(1006, "");
		this.relay = this.#begin();
	}

	#begin(): Relay {
		const life = ++this.life;
		const world = this.#world;
		return new Relay({
			now: () => world.rig.now,
			defer: (work, ms) => world.later(ms, () => life === this.life && work()),
			say: (held) => world.call(() => world.rig.cluster.relay(this.#number, structuredClone(held))),
		});
	}
}

export class RelayWorld {
	readonly relays = new Map<number, RelayObject>();
	readonly rig: Rig;
	/** Next calls: `lost` is not carried out, `unanswered` is, and its caller does not know. */
	fates: ("lost" | "unanswered")[] = [];
	/** Calls of the cluster to relays, by name. */
	readonly calls: string[] = [];
	#numbers: number[] = [];
	#timers: { at: number; work: () => void }[] = [];

	constructor(viewersPerObject = 2) {
		this.rig = new Rig({}, undefined, "relayed", {
			now: () => this.rig?.now ?? 0,
			viewersPerObject,
			relay: (number) => this.#caller(number),
			load: () => this.#numbers,
			save: (numbers) => {
				this.#numbers = numbers;
			},
		});
	}

	/** A viewer, where the cluster sends it. */
	view(queries?: object[]): Watcher {
		const number = this.rig.cluster.relays?.take(this.rig.cluster.viewerSockets, "unknown");
		return new Watcher(number === undefined ? this.rig : this.relay(number), queries);
	}

	relay(number: number): RelayObject {
		const relay = this.relays.get(number) ?? new RelayObject(this, number);
		this.relays.set(number, relay);
		return relay;
	}

	later(ms: number, work: () => void): void {
		this.#timers.push({ at: this.rig.now + ms, work });
	}

	async call<T>(work: () => T): Promise<T> {
		const fate = this.fates.shift();
		await turn();
		if (fate === "lost") throw new Error("the call was lost");
		const answer = work();
		if (fate === "unanswered") throw new Error("the answer was lost");
		return answer;
	}

	/** Time passes, in steps, with the calls that are made meanwhile. */
	async pass(ms: number): Promise<void> {
		for (const end = this.rig.now + ms; this.rig.now < end; ) {
			this.rig.pass(Math.min(10, end - this.rig.now));
			const due = this.#timers.filter(({ at }) => at <= this.rig.now);
			this.#timers = this.#timers.filter(({ at }) => at > this.rig.now);
			for (const { work } of due) work();
			// As its alarm does.
			for (const { relay } of this.relays.values()) relay.sweep();
			for (let turns = 0; turns < 4; turns++) await turn();
		}
	}

	#caller(number: number): Caller<RelayCalls> {
		return ((name: string, ...given: unknown[]) => {
			this.calls.push(name);
			return this.call(() => structuredClone(invoke(this.relay(number).relay, name, given)));
		}) as Caller<RelayCalls>;
	}
}
