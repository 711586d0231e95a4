import { COMMAND_STATES } from "../colony-bridge/protocol/command-words.ts";
import type { CommandAnswer } from "../colony-bridge/protocol/rest.ts";
import type { CommandRow } from "../colony-bridge/protocol/rows.ts";
import { isoField, isoInstant } from "./iso-instant.ts";

export function commandAnswer(row: CommandRow): CommandAnswer {
	const { id, command, bridge, state, by, at, deliveredAt, endedAt, message } = row;
	return {
		id,
		...command,
		bridge,
		state,
		detail: COMMAND_STATES[state],
		...(message !== undefined && { message }),
		...(by !== undefined && { by }),
		created_at: isoInstant(at),
		...isoField("delivered_at", deliveredAt),
		...isoField("ended_at", endedAt),
	};
}
