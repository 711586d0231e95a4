/** Tasks of one run by name, beside those of another: what the cluster's counts rose by from the run's first report to its end. */

import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { RunRow, RunTaskCounts, RunTaskRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { TaskStats } from "../state/task-stats.ts";
import { RefusedWork } from "../work/budget.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";
import { statRow } from "./tasks.ts";

/** Units of taking a name's counts before from those after. */
const NAME_UNITS = 30;

/** Names whose duration, failures or number moved most come first; of one run those that failed most, then those that took longest. */
export function* runTasks(facts: Facts, { run, with: other, limit }: QueryOf<"runTasks">): Work<Rows<"runTasks">> {
	const none = { kind: "runTasks" as const, total: 0, rows: [] };
	if (run === undefined) return none;
	try {
		const own = yield* countsOf(facts, run);
		const others = other === undefined ? undefined : yield* countsOf(facts, other);
		const names = [...new Set([...own.keys(), ...(others?.keys() ?? [])])];
		const rows = names.map(
			(name): RunTaskRow => ({ id: name, ...(own.get(name) ?? NOTHING), ...(others && { with: others.get(name) ?? NOTHING }) }),
		);
		const weigh = others ? moved : weight;
		const sorted = rows.map((row) => ({ row, by: weigh(row) })).sort((a, b) => b.by - a.by || (a.row.id < b.row.id ? -1 : 1));
		return { kind: "runTasks", total: rows.length, rows: sorted.slice(0, limit).map(({ row }) => row) };
	} catch (error) {
		if (!(error instanceof RefusedWork)) throw error;
		return { ...none, refused: error.refusal.detail };
	}
}

const NOTHING: RunTaskCounts = { completed: 0, failed: 0, cancelled: 0, no_result: 0 };

function* countsOf(facts: Facts, id: string): Work<Map<string, RunTaskCounts>> {
	const { state } = facts;
	const run = state.runs.all().find((each) => each.id === id);
	if (!run) throw refusal(`there is no run ${id}: the oldest are let go`);
	const after =
		run.ended === undefined || run.ended >= state.at ? { stats: state.taskStats, exact: true } : yield* statsAt(facts, run.ended);
	const before = run.reported <= state.began ? { stats: new TaskStats(), exact: true } : yield* statsAt(facts, run.reported - 1);
	const counts = new Map<string, RunTaskCounts>();
	for (const stat of after.stats.since(before.stats)) {
		const { completed, failed, cancelled, no_result, p50Ms, p95Ms, totalMs } = statRow(stat);
		counts.set(stat.name, { completed, failed, cancelled, no_result, ...defined({ p50Ms, p95Ms, totalMs }) });
	}
	yield after.stats.size * NAME_UNITS;
	// Kept states get fewer with age: those of other instants tell the run's tasks where they add up to what it counted itself.
	if (!(after.exact && before.exact) && !addsUp(counts, run)) {
		throw refusal(`the states before run ${id} and at its end are no longer kept as they were then`);
	}
	return counts;
}

function* statsAt({ past }: Facts, at: number): Work<{ stats: TaskStats; exact: boolean }> {
	const found = yield* past(at);
	return { stats: found.state.taskStats, exact: found.at === at };
}

function addsUp(counts: ReadonlyMap<string, RunTaskCounts>, run: RunRow): boolean {
	return (["completed", "failed", "cancelled", "no_result"] as const).every((status) => {
		let sum = 0;
		for (const each of counts.values()) sum += each[status];
		return sum === run[status];
	});
}

const refusal = (detail: string) => new RefusedWork({ type: "refused", kind: "not-found", detail });

const ended = ({ completed, failed, cancelled, no_result }: RunTaskCounts): number => completed + failed + cancelled + no_result;
const failing = (counts: RunTaskCounts): number => counts.failed / Math.max(1, ended(counts));
const weight = (row: RunTaskRow): number => row.failed * 1e12 + (row.totalMs ?? 0);

/** The largest of: how many times as long the slowest tasks took, the difference in failing tasks, how many times as many there were; as logarithms. */
function moved(row: RunTaskRow): number {
	const other = row.with ?? NOTHING;
	const times = (a: number, b: number) => Math.abs(Math.log((a + 1) / (b + 1)));
	const slower = row.p95Ms === undefined || other.p95Ms === undefined ? 0 : times(row.p95Ms, other.p95Ms);
	return Math.max(slower, 4 * Math.abs(failing(row) - failing(other)), times(ended(row), ended(other)) / 2);
}
