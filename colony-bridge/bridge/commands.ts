/**
 * Runs the cluster's commands on the colony, each once, and sends a result.
 *
 * A cluster asks again after a broken link, and only the run of the bridge that it asked before: a command with the id of an earlier one is running, or its
 * result is in the outbox, which keeps it until the cluster has it. Another run of the bridge is never asked the same.
 */
import type { Colony } from "../colony.ts";
import { keepNewest } from "../protocol/values/objects.ts";
import type { Command } from "../protocol/wire/down.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { Capability } from "../protocol/wire/up.ts";
import { cut } from "./event-buffer.ts";
import type { Frame } from "./outbox/outbox-entry.ts";
import { Signal } from "./timing.ts";
import { wordsOf } from "./warnings.ts";

/** Ids of commands that have ended. A cluster has 2,000 under way at most, and asks again for those only. */
const REMEMBERED = 20_000;

export function capabilities(colony: Colony): Capability[] {
	const can: Capability[] = [];
	if (colony.restartWorker) can.push("restart");
	if (colony.scale) can.push("scale");
	return can;
}

export class Commands {
	readonly #colony: Colony;
	readonly #answer: (result: Extract<Frame, { type: "result" }>) => void;
	readonly #running = new Set<string>();
	readonly #ended = new Set<string>();
	readonly #changed = new Signal();

	constructor(colony: Colony, answer: (result: Extract<Frame, { type: "result" }>) => void) {
		this.#colony = colony;
		this.#answer = answer;
	}

	async run(id: string, command: Command): Promise<void> {
		if (this.#running.has(id) || this.#ended.has(id)) return;
		this.#running.add(id);
		let ok = true;
		let message: unknown;
		try {
			message = await this.#carryOut(command);
		} catch (error) {
			ok = false;
			message = wordsOf(error);
		}
		const words = typeof message === "string" && message ? { message: cut(message, LIMITS.textChars) } : {};
		this.#running.delete(id);
		this.#ended.add(id);
		keepNewest(this.#ended, REMEMBERED);
		this.#answer({ type: "result", command: id, ok, ...words });
		this.#changed.notify();
	}

	/** Waits until no command runs, at most this long. */
	async settle(ms: number): Promise<void> {
		const deadline = performance.now() + ms;
		for (let left = ms; left > 0 && this.#running.size > 0; left = deadline - performance.now()) await this.#changed.next(left);
	}

	async #carryOut(command: Command): Promise<string | undefined> {
		if (command.action === "restart") {
			if (!this.#colony.restartWorker) throw new Error(`colony "${this.#colony.name}" cannot restart workers`);
			return this.#colony.restartWorker(command.worker);
		}
		if (!this.#colony.scale) throw new Error(`colony "${this.#colony.name}" cannot scale`);
		return this.#colony.scale(command.workers);
	}
}
