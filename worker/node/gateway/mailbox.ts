/** Commands and refusals for one local bridge, held until it has received them. */
import type { DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";

type CommandFrame = Extract<DownFrame, { type: "command" }>;
type ErrorFrame = Extract<DownFrame, { type: "error" }>;

/** An order that nobody took for so long, ms, is not carried out any more: the dashboard has given it up. */
const COMMAND_MS = 30_000;
const MOST_REFUSALS = 20;

export class Mailbox {
	#commands: { epoch: number; frame: CommandFrame; until: number }[] = [];
	#refusals: { epoch: number; frame: ErrorFrame }[] = [];

	command(epoch: number, frame: CommandFrame): void {
		this.#commands = this.#commands.filter((each) => each.frame.id !== frame.id);
		this.#commands.push({ epoch, frame, until: performance.now() + COMMAND_MS });
	}

	/** Its result is in the store. */
	answered(id: string): void {
		this.#commands = this.#commands.filter(({ frame }) => frame.id !== id);
	}

	/** Commands of a run without a result: a bridge knows those it has heard before by their ids. */
	commands(epoch: number): CommandFrame[] {
		const now = performance.now();
		this.#commands = this.#commands.filter(({ until }) => until > now);
		return this.#commands.filter((each) => each.epoch === epoch).map(({ frame }) => frame);
	}

	refusal(epoch: number, frame: ErrorFrame): void {
		this.#refusals = [...this.#refusals, { epoch, frame }].slice(-MOST_REFUSALS);
	}

	/** Takes them out. */
	refusals(epoch: number): ErrorFrame[] {
		const kept = this.#refusals.filter((each) => each.epoch === epoch).map(({ frame }) => frame);
		this.#refusals = [];
		return kept;
	}
}
