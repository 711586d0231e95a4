/** Groups of workers, each a cell of a comb with many workers. */
import type { Worker } from "../wire/state.ts";

/** Common property of the workers of a group. `prefix`: that of their ids, up to the last sign, as in `rack-7/worker-`. */
export type GroupedBy = "host" | "prefix" | "role";

const NAME_IN: Record<GroupedBy, (worker: Pick<Worker, "id" | "host" | "role">) => string | undefined> = {
	host: ({ host }) => host,
	prefix: ({ id }) => id.replace(/[^-_/.:]*$/, "") || undefined,
	role: ({ role }) => role,
};
export const GROUPINGS = Object.keys(NAME_IN) as GroupedBy[];

/** @returns the name of the group that a worker is in */
export const groupOf = (by: GroupedBy, worker: Pick<Worker, "id" | "host" | "role">): string | undefined => NAME_IN[by](worker);
