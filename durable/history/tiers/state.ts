/** The few numbers a history needs to go on after a cold start: one row of JSON. */
import type { Sql } from "../../storage/sql.ts";
import type { SealedWindow } from "../blocks/partition-rows.ts";
import type { Beginning } from "./head.ts";
import type { LateState } from "./out-of-order.ts";

export interface State {
	/** Windows before this one are on disk. */
	sealedBefore: number;
	/** Spans before this one are merged. */
	mergedBefore: number;
	/** Days before this one have their ten-minute buckets. */
	daysBefore: number;
	/** Sealed windows that are not merged. */
	windows: SealedWindow[];
	/** Where the replay of each window that is not on disk begins. */
	beginnings: Beginning[];
	/** Absent: there never was a late sample. */
	late?: LateState;
}

const READ = "SELECT state FROM history_state WHERE id = 1";
const WRITE = "INSERT INTO history_state (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state";

export function loadState(sql: Sql): State | undefined {
	const row = sql.all<{ state: string }>(READ)[0];
	return row && (JSON.parse(row.state) as State);
}

export function saveState(sql: Sql, state: State): void {
	sql.run(WRITE, JSON.stringify(state));
}
