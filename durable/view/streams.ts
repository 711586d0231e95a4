/** Streams: each at a glance, and of one all its operators, subtasks and checkpoints. */

import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Bottleneck, Heard, Most, OperatorRow, Rows, Spread, StreamRow, SubtaskRow } from "../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Checkpoint, Operator, Stream, Subtask } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { Records } from "../state/operator-rates.ts";

import type { OwnNumbers } from "./windowed-table.ts";

/** Held back for so much of its time, a stream cannot keep up. */
const HELD_BACK = 0.5;

/** Streams in trouble first. Lag changes with every push, so it does not order rows. */
export function streamRank(stream: Heard<Stream>): number {
	if (stream.status === "failed") return 0;
	if (stream.status === NOT_HEARD) return 1;
	if (stream.checkpoint?.status === "failed" || heldBack(stream)) return 1;
	return { paused: 2, running: 3, stopped: 4 }[stream.status];
}

/** @returns the operator that is held back most, where it is for so long that the stream cannot keep up. */
export function heldBack({ operators }: Pick<Stream, "operators">): Most | undefined {
	const held = most(operators, "backPressured");
	return held && held.share >= HELD_BACK ? held : undefined;
}

/** Names of back-pressured operators listed. */
const MOST_HELD = 3;

/**
 * The operator that those before it wait for: of those that take what a back-pressured one gives and are not held back themselves, the
 * busiest. Without inputs operators come one after the other.
 */
export function bottleneck(operators: readonly Operator[] = []): (Bottleneck & { id: string }) | undefined {
	const chained = operators.every(({ inputs }) => inputs === undefined);
	const shares = operators.map((operator) => ({
		held: most([operator], "backPressured")?.share ?? 0,
		busy: most([operator], "busy")?.share,
	}));
	const held = new Set(operators.flatMap(({ id }, i) => ((shares[i]?.held ?? 0) >= HELD_BACK ? id : [])));
	if (held.size === 0) return undefined;
	let found: { operator: Operator; share: number } | undefined;
	for (const [i, operator] of operators.entries()) {
		const { busy } = shares[i] ?? {};
		const inputs = chained ? operators.slice(Math.max(0, i - 1), i).map(({ id }) => id) : (operator.inputs ?? []);
		if (busy === undefined || held.has(operator.id) || !inputs.some((id) => held.has(id))) continue;
		if (!found || busy > found.share) found = { operator, share: busy };
	}
	if (!found) return undefined;
	const { operator, share } = found;
	// Those nearest to it first.
	const names = operators
		.filter(({ id }) => held.has(id))
		.map(({ name }) => name)
		.reverse();
	return {
		id: operator.id,
		operator: operator.name,
		share,
		waiting: names.slice(0, MOST_HELD),
		more: Math.max(0, names.length - MOST_HELD),
	};
}

export function streamRow(stream: Heard<Stream>, values: Record<string, number>, checkpoints: readonly Checkpoint[] = []): StreamRow {
	const { operators, checkpoints: _, ...rest } = stream;
	const count = (status: Checkpoint["status"]) => checkpoints.filter((checkpoint) => checkpoint.status === status).length;
	return {
		...rest,
		values,
		...(operators && { load: loadOf(operators) }),
		...(checkpoints.length > 0 && { checkpoints: { completed: count("completed"), failed: count("failed") } }),
	};
}

function loadOf(operators: readonly Operator[]): NonNullable<StreamRow["load"]> {
	const [busy, backPressured, bufferFill] = SHARES.map((share) => most(operators, share));
	const { id: _, ...narrowest } = bottleneck(operators) ?? {};
	return {
		operators: operators.length,
		subtasks: operators.reduce((sum, { subtasks = [] }) => sum + subtasks.length, 0),
		...(busy && { busy }),
		...(backPressured && { backPressured }),
		...(bufferFill && { bufferFill }),
		...("operator" in narrowest && { bottleneck: narrowest }),
	};
}

/** Sort fields of streams besides their plain ones: the share of the worst subtask, late records, the newest checkpoint's instant. */
export const STREAM_NUMBERS: OwnNumbers<Heard<Stream>> = {
	busy: ({ operators }) => most(operators, "busy")?.share,
	backpressured: ({ operators }) => most(operators, "backPressured")?.share,
	late: ({ windows }) => windows?.late,
	checkpoint: ({ checkpoint }) => checkpoint?.endedAt ?? checkpoint?.startedAt,
};

type Share = "busy" | "backPressured" | "bufferFill";
const SHARES: readonly Share[] = ["busy", "backPressured", "bufferFill"];

function most(operators: readonly Operator[] | undefined, name: Share): Most | undefined {
	let found: Most | undefined;
	for (const { name: operator, subtasks = [] } of operators ?? []) {
		for (const { [name]: share } of subtasks) if (share !== undefined && (!found || share > found.share)) found = { share, operator };
	}
	return found;
}

export function operatorRows(state: ClusterState, { stream, limit }: QueryOf<"operators">): Rows<"operators"> {
	const operators = operatorsOf(state, stream);
	const narrowest = bottleneck(operators)?.id;
	const { bridge = "" } = state.streams.get(stream) ?? {};
	const rates = state.operatorRates.of(stream, state.links.get(bridge)?.lastPushAt ?? 0);
	const rows = operators.slice(0, limit).map((operator) => ({
		...operatorRow(operator, rates(operator.id)),
		...(operator.id === narrowest && { bottleneck: true as const }),
	}));
	return { kind: "operators", total: operators.length, rows };
}

const operatorsOf = (state: ClusterState, stream: string): Operator[] => firstOfEach(state.streams.get(stream)?.value.operators ?? []);

/** Keeps the first of equal ids: a row is identified by its id. */
const firstOfEach = <T extends { id: string }>(all: readonly T[]): T[] => {
	const ids = new Set<string>();
	return all.filter(({ id }) => !ids.has(id) && ids.add(id));
};

function operatorRow({ id, name, inputs, subtasks = [] }: Operator, rate: Records): OperatorRow {
	const spread = (field: Exclude<keyof Subtask, "id" | "worker" | "watermark">) => {
		const values = subtasks.flatMap(({ [field]: value }) => value ?? []);
		return values.length > 0 ? { ...spreadOf(values), sum: values.reduce((a, b) => a + b) } : undefined;
	};
	const share = (field: "busy" | "idle" | "backPressured" | "bufferFill") => {
		const { median, max } = spread(field) ?? {};
		return median !== undefined && max !== undefined && { [field]: { median, max } };
	};
	const [recordsIn, recordsOut] = [spread("recordsIn"), spread("recordsOut")];
	const watermarks = subtasks.flatMap(({ watermark }) => watermark ?? []);
	return {
		id,
		name,
		...(inputs && { inputs }),
		subtasks: subtasks.length,
		...share("busy"),
		...share("idle"),
		...share("backPressured"),
		...share("bufferFill"),
		...(recordsIn && { recordsIn }),
		...(recordsOut && { recordsOut }),
		...(rate.in !== undefined && { inPerSecond: rate.in }),
		...(rate.out !== undefined && { outPerSecond: rate.out }),
		...(watermarks.length > 0 && { watermark: watermarks.reduce((a, b) => Math.min(a, b)) }),
	};
}

function spreadOf(values: readonly number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low, high] = [sorted[Math.ceil(middle) - 1] as number, sorted[Math.floor(middle)] as number];
	return { median: (low + high) / 2, max: sorted.at(-1) as number };
}

export function subtaskRows(state: ClusterState, { stream, operator, limit }: QueryOf<"subtasks">): Rows<"subtasks"> {
	const all = operatorsOf(state, stream)
		.filter(({ id }) => operator === undefined || id === operator)
		.flatMap(({ id, subtasks = [] }) => firstOfEach(subtasks).map((subtask): SubtaskRow => ({ ...subtask, ...placeOf(id, subtask.id) })));
	return { kind: "subtasks", total: all.length, rows: all.length > limit ? worst(all, limit) : all };
}

/** Ids are the colony's own: two together are told apart by how long the first is. */
const placeOf = (operator: string, subtask: string) => ({ id: `${operator.length}/${operator}/${subtask}`, operator, subtask });

/** In the order they were in. */
function worst(rows: readonly SubtaskRow[], limit: number): SubtaskRow[] {
	const trouble = ({ busy = 0, backPressured = 0 }: SubtaskRow) => Math.max(busy, backPressured);
	const shown = new Set([...rows].sort((a, b) => trouble(b) - trouble(a)).slice(0, limit));
	return rows.filter((row) => shown.has(row));
}

export function checkpointRows(state: ClusterState, { stream, limit }: QueryOf<"checkpoints">): Rows<"checkpoints"> {
	const all = state.checkpoints.get(stream) ?? [];
	const rows = all.slice(0, limit).map((checkpoint) => ({ ...checkpoint, checkpoint: checkpoint.id }));
	return { kind: "checkpoints", total: all.length, rows };
}
