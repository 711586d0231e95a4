/** The queries of a report: a cluster as of one instant, with the charts of the time before it. */
import * as v from "valibot";
import { Query, type QueryInput } from "../query/query.ts";
import type { RunRow } from "../query/run-rows.ts";
import type { AnswerOf, Snapshot } from "../query/view.ts";
import { OVERVIEW_CHARTS, STREAM_CHARTS } from "./page-queries.ts";
import type { Plan } from "./plan.ts";

/** @param since of failed tasks, ms. @param run whose tasks are told by name, too */
const queriesOf = (since: number, run?: string) =>
	({
		cluster: { kind: "cluster" },
		statusChanges: { kind: "statusChanges", limit: 50 },
		...OVERVIEW_CHARTS,
		...STREAM_CHARTS,
		errorCounts: { kind: "errorCounts", range: "1h" },
		workers: { kind: "workers", limit: 200 },
		tasks: { kind: "tasks", limit: 50 },
		taskStats: { kind: "taskStats", limit: 100 },
		runTasks: { kind: "runTasks", limit: 100, ...(run !== undefined && { run }) },
		failed: { kind: "ended", status: "failed", since, limit: 60, stacks: true },
		errorGroups: { kind: "errorGroups", limit: 40, stacks: true },
		warnings: { kind: "logs", level: "WARNING", limit: 200 },
		logs: { kind: "logs", limit: 300 },
		checks: { kind: "checks", limit: 100 },
		streams: { kind: "streams", limit: 50 },
		marks: { kind: "marks", limit: 100 },
		runs: { kind: "runs", limit: 50 },
		names: { kind: "names", limit: 40, sparklines: 40, byRelevance: true },
	}) satisfies Record<string, QueryInput>;
type ReportQueries = ReturnType<typeof queriesOf>;

export type ReportName = keyof ReportQueries;
export type ReportAnswers = { [Name in ReportName]: AnswerOf<ReportQueries[Name]["kind"]> };

/** All that a report is drawn from. */
export interface ReportInput {
	plan: Plan;
	/** Its answers are in the order of the plan. */
	snapshot: Snapshot;
	/** Time that its charts show. */
	range: string;
	/** It is the report of this run. */
	run?: RunRow;
	/** When it was made, ms. */
	made: number;
	/** Names are numbered, and texts of the colony left out. */
	redacted?: boolean;
}

/** @param range that charts show, up to the instant. @param since from when on failed tasks are listed, ms. @param run id of the run that it is about */
export function reportPlan(range: string, since: number, run?: string): Plan {
	const queries = Object.entries<QueryInput>(queriesOf(since, run));
	const overTime = (query: QueryInput) => (query.kind === "metrics" || query.kind === "errorCounts" ? { ...query, range } : query);
	return Object.fromEntries(queries.map(([name, query]) => [name, v.parse(Query, overTime(query))]));
}

export function reportAnswers({ plan, snapshot }: Pick<ReportInput, "plan" | "snapshot">): ReportAnswers {
	return Object.fromEntries(Object.keys(plan).map((name, i) => [name, snapshot.answers[i]])) as unknown as ReportAnswers;
}
