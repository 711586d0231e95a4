/** Runs what the cluster asks of the colony, each command once, and answers with a result. */
import type { Colony } from "../colony.ts";
import type { Command } from "../protocol/down.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Capability } from "../protocol/up.ts";
import { wordsOf } from "./complaints.ts";
import { cut } from "./event-buffer.ts";
import type { Frame } from "./outbox-entry.ts";

const REMEMBERED = 1_000;

export function capabilities(colony: Colony): Capability[] {
	const can: Capability[] = [];
	if (colony.restartWorker) can.push("restart");
	if (colony.scale) can.push("scale");
	return can;
}

export class Commands {
	readonly #colony: Colony;
	readonly #answer: (result: Extract<Frame, { type: "result" }>) => void;
	/** A cluster asks again after a broken link; the answer to the first time is on its way. */
	readonly #known = new Set<string>();

	constructor(colony: Colony, answer: (result: Extract<Frame, { type: "result" }>) => void) {
		this.#colony = colony;
		this.#answer = answer;
	}

	async run(id: string, command: Command): Promise<void> {
		if (this.#known.has(id)) return;
		this.#known.add(id);
		if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value as string);
		let ok = true;
		let message: unknown;
		try {
			message = await this.#carryOut(command);
		} catch (error) {
			ok = false;
			message = wordsOf(error);
		}
		const words = typeof message === "string" && message ? { message: cut(message, LIMITS.textChars) } : {};
		this.#answer({ type: "result", command: id, ok, ...words });
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
