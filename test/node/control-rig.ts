/** A bridge's run in this process, on a link whose every message can be held back or lost. Its outbox and its memory of commands are the real ones. */
import { Commands } from "../../colony-bridge/bridge/commands.ts";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import type { Colony } from "../../colony-bridge/colony.ts";
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { Command, DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Socket } from "../../durable/live/socket.ts";
import type { Order, Ordered } from "../../durable/port.ts";
import { hello, lines, type Rig } from "./cluster-rig.ts";

export const ANN: Actor = { name: "ann", role: "operator", via: "session", address: "198.51.100.7" };

/** One attempt of the colony to carry something out. */
export interface Execution {
	worker: string;
	epoch: number;
	finish(words: string, ok: boolean): void;
	/** Absent: it is under way. */
	outcome?: { ok: boolean; words: string };
}

/** Everything the colony was ever told to do, by worker. */
export class TestColony {
	readonly executions: Execution[] = [];

	/** As one run of the bridge sees it. */
	of(epoch: number): Colony {
		return {
			name: "production",
			snapshot: () => ({}),
			restartWorker: (worker) =>
				new Promise((resolve, reject) => {
					const execution: Execution = {
						worker,
						epoch,
						finish: (words, ok) => {
							execution.outcome = { ok, words };
							if (ok) resolve(words);
							else reject(new Error(words));
						},
					};
					this.executions.push(execution);
				}),
		};
	}

	times(worker: string): number {
		return this.executions.filter((each) => each.worker === worker).length;
	}
}

export class Run {
	readonly epoch: number;
	readonly #rig: Rig;
	readonly #name: string;
	readonly #outbox = new Outbox();
	readonly #commands: Commands;
	#socket: Socket | undefined;
	/** On their way, oldest first. */
	up: string[] = [];
	down: string[] = [];

	constructor(rig: Rig, colony: TestColony, epoch: number, name = "bridge-1") {
		this.#rig = rig;
		this.#name = name;
		this.epoch = epoch;
		this.#commands = new Commands(colony.of(epoch), (result) => {
			this.#outbox.put(result);
			this.#pump();
		});
	}

	get connected(): boolean {
		return this.#socket !== undefined;
	}

	hello(): object {
		return hello({ bridge: this.#name, epoch: this.epoch, capabilities: ["restart"], intervalMs: 10_000 });
	}

	connect(): void {
		this.cut();
		this.#socket = { send: (text) => this.down.push(text), close: () => this.cut(), attachment: undefined };
		this.#rig.cluster.open(this.#socket, "bridge");
		this.up.push(lines(this.hello()));
	}

	/** What is on its way is lost. */
	cut(): void {
		const socket = this.#socket;
		this.#socket = undefined;
		this.up = [];
		this.down = [];
		if (socket) this.#rig.cluster.closed(socket);
	}

	/** The next message arrives at the cluster. */
	stepUp(): void {
		const text = this.up.shift();
		if (text !== undefined && this.#socket) this.#rig.cluster.message(this.#socket, text);
	}

	/** The next message arrives here. */
	stepDown(): void {
		for (const line of this.down.shift()?.split("\n") ?? []) this.#receive(JSON.parse(line) as DownFrame);
	}

	/** A push and its answer over HTTP. @param lost the answer never arrives. */
	post(lost = false): void {
		const push = this.#outbox.next();
		const answer = this.#rig.push(this.hello(), ...(push === undefined ? [] : [push]));
		if (lost) this.#outbox.resume(this.#outbox.acked);
		else for (const frame of answer) this.#receive(frame, true);
	}

	/** Says something of its own. */
	say(frame: Parameters<Outbox["put"]>[0]): void {
		this.#outbox.put(frame);
		this.#pump();
	}

	#receive(frame: DownFrame, overHttp = false): void {
		if (frame.type === "welcome") this.#outbox.resume(frame.lastSeq);
		if (frame.type === "ack") this.#outbox.ack(frame.seq);
		if (frame.type === "command") void this.#commands.run(frame.id, frame.command);
		if (!overHttp) this.#pump();
	}

	#pump(): void {
		if (!this.#socket) return;
		for (let push = this.#outbox.next(); push !== undefined; push = this.#outbox.next()) this.up.push(push);
	}
}

/** Lets promises that are settled say so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Everything on its way arrives, both ways, until nothing more is. */
export async function flow(run: Run): Promise<void> {
	do {
		while (run.up.length > 0 || run.down.length > 0) {
			run.stepUp();
			run.stepDown();
		}
		await settled();
	} while (run.up.length > 0 || run.down.length > 0);
}

export function order(rig: Rig, command: Command, more: Partial<Order> = {}): Ordered {
	return rig.cluster.control.order({ command, actor: ANN, ...more });
}

export function restart(rig: Rig, worker: string, more: Partial<Order> = {}): CommandRow {
	const ordered = order(rig, { action: "restart", worker }, more);
	if (ordered.type === "refused") throw new Error(ordered.detail);
	return ordered.command;
}

/** The bridge comes back for a moment: for its next three intervals it counts as heard. */
export async function heardOnce(rig: Rig, run: Run): Promise<void> {
	run.connect();
	run.say({ type: "state", at: rig.now });
	await flow(run);
	run.cut();
}

export function commandsOf(rig: Rig): CommandRow[] {
	return rig.ask<"commands">({ kind: "commands", limit: 500 }).rows;
}
