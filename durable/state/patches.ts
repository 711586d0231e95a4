/** Keyed patches of workers, tasks, streams and checks: what one bridge says of its own. */
import type { Stream, Task } from "../../colony-bridge/protocol/state.ts";
import type { UpFrameOf } from "../../colony-bridge/protocol/up.ts";
import type { ClusterState } from "./cluster-state.ts";
import type { OwnedTable } from "./owned-table.ts";

/** Checkpoints remembered of each stream. */
const CHECKPOINTS = 10;

type StateFrame = UpFrameOf<"state">;
interface Patch<T> {
	replace?: boolean | undefined;
	set?: T[] | undefined;
	remove?: string[] | undefined;
}

export function reducePatches(state: ClusterState, bridge: string, frame: StateFrame): void {
	patchTable(state.workers, bridge, frame.workers, frame.at);
	patchTasks(state, bridge, frame.tasks, frame.at);
	patchStreams(state, bridge, frame.streams, frame.at);
	patchTable(state.checks, bridge, frame.checks, frame.at);
}

/** Everything the bridge ever said is unknown again. */
export function forgetPatches(state: ClusterState, bridge: string): void {
	const none = new Set<string>();
	for (const table of [state.workers, state.running, state.queued, state.checks]) table.keepOnly(bridge, none);
	for (const id of state.streams.keepOnly(bridge, none)) state.checkpoints.delete(id);
}

/** @returns ids that are gone. */
function patchTable<T extends { id: string }>(table: OwnedTable<T>, bridge: string, patch: Patch<T> | undefined, at: number): string[] {
	if (!patch) return [];
	const gone = patch.replace ? table.keepOnly(bridge, idsOf(patch)) : [];
	for (const value of patch.set ?? []) table.set(bridge, value, at);
	for (const id of patch.remove ?? []) if (table.remove(bridge, id)) gone.push(id);
	return gone;
}

function patchTasks(state: ClusterState, bridge: string, patch: Patch<Task> | undefined, at: number): void {
	if (!patch) return;
	const tables = { running: state.running, queued: state.queued };
	if (patch.replace) {
		const keep = idsOf(patch);
		for (const table of Object.values(tables)) table.keepOnly(bridge, keep);
	}
	for (const task of patch.set ?? []) {
		const other = task.status === "running" ? tables.queued : tables.running;
		const owner = other.get(task.id)?.bridge;
		if (owner !== undefined) other.remove(owner, task.id);
		tables[task.status].set(bridge, task, at);
	}
	for (const id of patch.remove ?? []) for (const table of Object.values(tables)) table.remove(bridge, id);
}

function patchStreams(state: ClusterState, bridge: string, patch: Patch<Stream> | undefined, at: number): void {
	for (const id of patchTable(state.streams, bridge, patch, at)) state.checkpoints.delete(id);
	for (const { id, checkpoint } of patch?.set ?? []) {
		if (!checkpoint || !state.streams.get(id)) continue;
		const before = (state.checkpoints.get(id) ?? []).filter((each) => each.id !== checkpoint.id);
		state.checkpoints.set(id, [checkpoint, ...before].slice(0, CHECKPOINTS));
	}
}

function idsOf<T extends { id: string }>(patch: Patch<T>): Set<string> {
	return new Set((patch.set ?? []).map(({ id }) => id));
}
