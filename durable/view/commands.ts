import type { CommandRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { CommandRecord } from "../state/commands.ts";
import type { QueryOf } from "./facts.ts";

/** Newest first. */
export function commands(state: ClusterState, query: QueryOf<"commands">): Rows<"commands"> {
	return { kind: "commands", total: state.commands.size, rows: state.commands.newest(query.limit).map(commandRow) };
}

/** The part of a command that viewers may see. */
export function commandRow(record: CommandRecord): CommandRow {
	const { id, command, bridge, state, by, at, deliveredAt, endedAt, message } = record;
	return {
		id,
		command,
		bridge,
		state,
		...(by.name && { by: by.name }),
		at,
		...(deliveredAt !== undefined && { deliveredAt }),
		...(endedAt !== undefined && { endedAt }),
		...(message !== undefined && { message }),
	};
}
