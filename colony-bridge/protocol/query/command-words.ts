/** Commands in words, for people: without the schemas, so that a page needs no schema library for it. */

import type { Command } from "../wire/down.ts";
import type { CommandState } from "./control.ts";

/** Description of each state. */
export const COMMAND_STATES: Record<CommandState, string> = {
	accepted: "The command waits for the colony.",
	delivered: "The colony has been given the command and has not answered yet.",
	done: "The colony carried it out.",
	failed: "The colony tried and failed.",
	"timed-out": "The colony was given the command and did not answer in time: it may still carry it out.",
	absent: "The colony was not there to take the command: it was not carried out and will not be.",
	unknown:
		"The command was given to a run of the bridge that ended without an answer: it may have been carried out or not, and is not tried again.",
};

/** True while the command is pending. */
export function isUnderWay(state: CommandState): boolean {
	return state === "accepted" || state === "delivered";
}

/** The command in a few words: `restart worker-3`, `scale to 15 workers`. */
export function commandWords(command: Command): string {
	return command.action === "restart" ? `restart ${command.worker}` : `scale to ${command.workers} workers`;
}
