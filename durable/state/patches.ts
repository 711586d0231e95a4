/** Keyed patches of one bridge's workers, tasks, streams and checks. */

import { REMOVED } from "../../colony-bridge/protocol/query/rows.ts";
import { workerClass } from "../../colony-bridge/protocol/query/status.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { type Checkpoint, MOST_CHECKPOINTS, type Stream, type Task } from "../../colony-bridge/protocol/wire/state.ts";
import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";
import type { ClusterState } from "./cluster-state.ts";
import type { OwnedTable } from "./owned-table.ts";
import type { ReportedStatus, StatusChanges } from "./status-changes.ts";

/** Checkpoints remembered of all streams together, about; however many streams there are, so many of each. */
const ALL_CHECKPOINTS = 20_000;
const FEWEST_CHECKPOINTS = 10;
/** Streams that are gone and whose checkpoints are remembered all the same: their colony may be about to name them again. */
const FORGOTTEN_STREAMS = 100;

type StateFrame = UpFrameOf<"state">;
interface Patch<T> {
	replace?: boolean | undefined;
	set?: T[] | undefined;
	remove?: string[] | undefined;
}

export function reducePatches(state: ClusterState, bridge: string, frame: StateFrame): void {
	const { changes, workers, streams, checks } = state;
	const { at } = frame;
	const gone = {
		workers: patchTable(workers, bridge, frame.workers, at),
		streams: patchStreams(state, bridge, frame.streams, at),
		checks: patchTable(checks, bridge, frame.checks, at),
	};
	patchTasks(state, bridge, frame.tasks, at);
	noteChanges(changes.workers, workers, frame.workers, gone.workers, at, (worker) => ({
		id: worker.id,
		status: workerClass(worker),
		message: worker.message,
	}));
	noteChanges(changes.streams, streams, frame.streams, gone.streams, at, (stream) => stream);
	noteChanges(changes.checks, checks, frame.checks, gone.checks, at, (check) => check);
}

/** @param removed ids that the patch removed @param toldOf what a change of status is reported of */
function noteChanges<T extends { id: string }, S extends string>(
	changes: StatusChanges<S>,
	table: OwnedTable<T>,
	patch: Patch<T> | undefined,
	removed: readonly string[],
	at: number,
	toldOf: (entity: T) => ReportedStatus<S>,
): void {
	for (const id of removed) changes.note({ id, status: REMOVED }, at, table.size);
	for (const entity of patch?.set ?? []) if (table.get(entity.id)) changes.note(toldOf(entity), at, table.size);
	changes.sweep((id) => table.get(id) !== undefined, table.size);
}

/** Forgets everything the bridge reported. @returns ids of its streams: their checkpoints are still there. */
export function forgetPatches(state: ClusterState, bridge: string): string[] {
	const none = new Set<string>();
	for (const table of [state.workers, state.running, state.queued, state.checks]) table.keepOnly(bridge, none);
	return state.streams.keepOnly(bridge, none);
}

/** A colony that begins anew most likely has the same streams: what their checkpoints came to stays; those under way ended with the run. */
export function keepEndedCheckpoints(state: ClusterState, streams: readonly string[]): void {
	for (const id of streams) {
		const ended = state.checkpoints.get(id)?.filter(({ status }) => status !== "running");
		if (ended) state.checkpoints.set(id, ended);
	}
}

/** @returns ids that are gone. */
function patchTable<T extends { id: string }>(table: OwnedTable<T>, bridge: string, patch: Patch<T> | undefined, at: number): string[] {
	if (!patch) return [];
	const removed = patch.replace ? table.keepOnly(bridge, idsOf(patch)) : [];
	for (const value of patch.set ?? []) table.set(bridge, value, at);
	for (const id of patch.remove ?? []) if (table.remove(bridge, id)) removed.push(id);
	return removed;
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

/** @returns ids that are gone. */
function patchStreams(state: ClusterState, bridge: string, patch: Patch<Stream> | undefined, at: number): string[] {
	// The newest is known wherever the list is, or was before.
	const newest = ({ id, checkpoint, checkpoints }: Stream) => checkpoint ?? checkpoints?.[0] ?? state.checkpoints.get(id)?.[0];
	const set = patch?.set?.map((stream) => ({ ...stream, ...defined({ checkpoint: newest(stream) }) }));
	const removed = patchTable(state.streams, bridge, patch && { ...patch, set }, at);
	for (const id of removed) {
		state.checkpoints.delete(id);
		state.operatorRates.delete(id);
	}
	for (const stream of patch?.set ?? []) state.operatorRates.note(stream, at);
	for (const { id, checkpoint, checkpoints = [] } of patch?.set ?? []) {
		const reported = checkpoint && checkpoints[0]?.id !== checkpoint.id ? [checkpoint, ...checkpoints] : checkpoints;
		if (reported.length === 0 || !state.streams.get(id)) continue;
		const most = Math.max(FEWEST_CHECKPOINTS, Math.min(MOST_CHECKPOINTS, Math.floor(ALL_CHECKPOINTS / state.streams.size)));
		state.checkpoints.set(id, remembered(state.checkpoints.get(id) ?? [], reported).slice(0, most));
	}
	if (state.checkpoints.size > 2 * state.streams.size + FORGOTTEN_STREAMS)
		for (const id of state.checkpoints.keys()) if (!state.streams.get(id)) state.checkpoints.delete(id);
	return removed;
}

/** @param reported newest first: those come before all others. A later report of an id replaces the earlier. */
function remembered(existing: readonly Checkpoint[], reported: readonly Checkpoint[]): Checkpoint[] {
	const fresh = new Map(reported.map((checkpoint) => [checkpoint.id, checkpoint]));
	return [...fresh.values(), ...existing.filter(({ id }) => !fresh.has(id))];
}

function idsOf<T extends { id: string }>(patch: Patch<T>): Set<string> {
	return new Set((patch.set ?? []).map(({ id }) => id));
}
