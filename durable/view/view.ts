/** Answers queries from the state and the history as they stand. */

import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Heard } from "../../colony-bridge/protocol/query/rows.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Stream, Worker } from "../../colony-bridge/protocol/wire/state.ts";
import type { StreamAsk } from "../tasks/task-log.ts";
import { answerBytes, residentBytes } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import { ActiveTasks } from "./active-tasks.ts";
import { ClusterCounts, clusterView } from "./cluster.ts";
import { Comb } from "./comb.ts";
import { Expressions } from "./expressions.ts";
import type { Facts } from "./facts.ts";
import { assess } from "./health.ts";
import { LabelledRows } from "./labelled-rows.ts";
import { html, mergeLayouts } from "./layout.ts";
import { CheckRows, commands, runs } from "./lists.ts";
import { annotations, errorGroups, errors, logLines, marks, statusChanges } from "./recent-events.ts";
import { runTasks } from "./run.ts";
import { checkpointRows, operatorRows, STREAM_NUMBERS, streamRank, streamRow, subtaskRows } from "./streams.ts";
import { endedTasks, taskAnswer, taskStats, taskStream } from "./tasks.ts";

/** Units of an answer, and of each of its rows: to find, to compare, to write out. */
const ANSWER_UNITS = 100;
const ROW_UNITS = 40;

/** Answers remembered while what they came from does not change. */
const REMEMBERED = 500;

/** Steps of time that errors are counted by: a chart's width has room for as many. */
const ERROR_STEPS = 90;

export class View {
	readonly #facts: Facts;
	readonly #counts = new ClusterCounts();
	readonly #workers: LabelledRows<Worker, "workers">;
	readonly #comb: Comb;
	readonly #active: ActiveTasks;
	readonly #streams: LabelledRows<Stream, "streams">;
	readonly #checkRows: CheckRows;
	readonly #expressions: Expressions;
	readonly #remembered = new Map<string, { version: number; answer: Answer; bytes: number }>();

	constructor(facts: Facts) {
		this.#facts = facts;
		const { state, history, hearing } = facts;
		this.#active = new ActiveTasks(facts);
		this.#expressions = new Expressions(facts);
		this.#workers = new LabelledRows("workers", "worker", state.workers, facts, workerRank, ({ value, bridge, at }, values) => ({
			...value,
			at,
			bridge,
			values,
		}));
		this.#comb = new Comb(state.workers, hearing, history, (filter) => this.#workers.matching(filter));
		this.#streams = new LabelledRows(
			"streams",
			"stream",
			state.streams,
			facts,
			streamRank,
			({ value }, values) => streamRow(value, values, state.checkpoints.get(value.id)),
			STREAM_NUMBERS,
		);
		this.#checkRows = new CheckRows(facts);
	}

	/** Estimated resident bytes, heap and buffers, of what is kept to answer again. */
	get bytes(): number {
		return residentBytes([this.#workers, this.#streams, this.#comb, this.#expressions, ...this.#remembered.values()]);
	}

	/** @param now the cluster's clock, ms: who is heard depends on it, and where charts end */
	*answer(query: Query, now: number): Work<Answer> {
		const answer = yield* this.#answer(query, now);
		yield ANSWER_UNITS + ("rows" in answer ? answer.rows.length * ROW_UNITS : 0);
		return answer;
	}

	*#answer(query: Query, now: number): Work<Answer> {
		const { state, history, tasks, hearing } = this.#facts;
		hearing.judge(now);
		switch (query.kind) {
			case "cluster":
				return { kind: "cluster", view: clusterView(this.#facts, this.#counts, now) };
			case "layout":
				return this.#remember(query, state.layoutVersion, () => ({ kind: "layout", layout: mergeLayouts(state) }));
			case "workers":
				return query.worker === undefined ? yield* this.#workers.answer(query) : this.#workers.one(query.worker, query.changes);
			case "comb":
				return yield* this.#comb.answer(query);
			case "streams":
				return query.stream === undefined ? yield* this.#streams.answer(query) : this.#streams.one(query.stream, query.changes);
			case "operators":
				// Rates are of the time up to the newest push.
				return this.#remember(query, state.streams.version + state.intake.pushes, () => operatorRows(state, query));
			case "subtasks":
				return this.#remember(query, state.streams.version, () => subtaskRows(state, query));
			case "checkpoints":
				return this.#remember(query, state.streams.version, () => checkpointRows(state, query));
			case "checks":
				return yield* this.#checkRows.answer(query);
			case "tasks":
				return yield* this.#active.answer(query);
			case "ended":
				return yield* this.#rememberWork(query, tasks.version, () => endedTasks(this.#facts, query));
			case "task": {
				const version = tasks.version + state.running.version + state.queued.version + hearing.version;
				return yield* this.#rememberWork(query, version, () => taskAnswer(this.#facts, query));
			}
			case "taskStats":
				return this.#remember(query, state.taskStats.version, () => taskStats(state, query));
			case "logs":
				return this.#remember(query, sumOf(Object.values(state.recentEvents.logs)), () => logLines(state, query));
			case "errors":
				return this.#remember(query, state.recentEvents.errorCounts.version, () => errors(state, query));
			case "errorGroups":
				return this.#remember(query, state.recentEvents.errorGroups.version, () => errorGroups(state, query));
			case "errorCounts":
				// While no other comes, what was counted stays true: the time since then has none.
				return this.#remember(query, state.recentEvents.errorCounts.version, () => ({
					kind: "errorCounts",
					...state.recentEvents.errorCounts.over(durationMs(query.range), query.end ?? now, ERROR_STEPS),
				}));
			case "marks":
				return this.#remember(query, state.recentEvents.marks.total + state.annotations.version, () => marks(state, query));
			case "annotations":
				return this.#remember(query, state.annotations.version, () => annotations(state, query));
			case "statusChanges":
				return this.#remember(query, state.verdicts.version, () => statusChanges(state, query));
			case "commands":
				return this.#remember(query, state.commands.version, () => commands(state, query));
			case "runs":
				return this.#remember(query, state.runs.version, () => runs(state, query));
			case "runTasks":
				return yield* this.#rememberWork(query, state.runs.version, () => runTasks(this.#facts, query));
			case "html":
				return html(state, query);
			case "series":
				return query.expr === undefined ? yield* history.list(query) : yield* this.#expressions.rows(query, now);
			case "names":
				return yield* history.names(query, now);
			case "metrics":
				return yield* history.metrics(query, now);
			case "promql":
				return yield* this.#expressions.chart(query, now);
			case "explain":
				return yield* this.#expressions.explain(query, now);
			case "samples":
				return yield* history.samples(query, now);
		}
	}

	/** @returns how the cluster is judged now */
	assess(now: number): ReturnType<typeof assess> {
		this.#facts.hearing.judge(now);
		return assess(this.#facts, now);
	}

	/** The same bytes as long as nothing changed. */
	*stream(ask: StreamAsk, now: number): Work<Uint8Array> {
		this.#facts.hearing.judge(now);
		return yield* taskStream(this.#facts, ask);
	}

	#remember(query: Query, version: number, compute: () => Answer): Answer {
		const key = JSON.stringify(query);
		const known = this.#remembered.get(key);
		return known?.version === version ? known.answer : this.#keep(key, version, compute());
	}

	*#rememberWork(query: Query, version: number, compute: () => Work<Answer>): Work<Answer> {
		const key = JSON.stringify(query);
		const known = this.#remembered.get(key);
		return known?.version === version ? known.answer : this.#keep(key, version, yield* compute());
	}

	#keep(key: string, version: number, answer: Answer): Answer {
		setNewest(this.#remembered, key, { version, answer, bytes: key.length + answerBytes(answer) }, REMEMBERED);
		return answer;
	}
}

function sumOf(lists: { total: number }[]): number {
	return lists.reduce((sum, { total }) => sum + total, 0);
}

function workerRank({ status, health }: Heard<Worker>): number {
	if (status === "failed" || health === "unhealthy") return 0;
	return status === NOT_HEARD || health === "degraded" ? 1 : 2;
}
