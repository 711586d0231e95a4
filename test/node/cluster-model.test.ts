/**
 * Whatever bridges do (repeat, jump, drop, come back, begin anew, send nonsense) and whenever memory is lost, the cluster says the same as a
 * naive model, as a cluster that never lost its memory, and as what a viewer has put together from deltas.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { wholly } from "../../durable/work/work.ts";
import { advancedBy, stepsBehind } from "../../web/live/clock.ts";
import { ClusterModel, KEPT, type ModelFrame } from "./cluster-model.ts";
import { hello, Line, lines, Rig, Watcher } from "./cluster-rig.ts";

const id = (prefix: string, most: number) => fc.integer({ min: 1, max: most }).map((n) => `${prefix}-${n}`);
const patch = <T extends { id: string }>(prefix: string, most: number, fields: fc.Arbitrary<Omit<T, "id">>) =>
	fc.record(
		{
			replace: fc.boolean(),
			set: fc.array(
				fc.tuple(id(prefix, most), fields).map(([name, rest]) => ({ id: name, ...rest })),
				{ maxLength: 4 },
			),
			remove: fc.array(id(prefix, most), { maxLength: 2 }),
		},
		{ requiredKeys: [], noNullPrototype: true },
	);

const worker = fc.record(
	{
		status: fc.constantFrom("running", "idle", "busy", "failed", "stopped"),
		role: fc.constantFrom("scout", "onlooker"),
		restarts: fc.nat(3),
	},
	{ requiredKeys: ["status"], noNullPrototype: true },
);
const task = fc.record({ name: fc.constantFrom("count", "sum"), status: fc.constantFrom("queued", "running") }, { noNullPrototype: true });
const check = fc.record({ status: fc.constantFrom("ok", "warning", "failed") }, { noNullPrototype: true });

const frame = fc.oneof(
	fc.record(
		{
			type: fc.constant("state" as const),
			workers: patch("worker", 12, worker),
			tasks: patch("task", 8, task),
			checks: patch("check", 3, check),
			queued: fc.nat(20),
			health: fc.record({ status: fc.constantFrom("healthy", "degraded", "unhealthy") }, { noNullPrototype: true }),
		},
		{ requiredKeys: ["type"], noNullPrototype: true },
	),
	fc.record(
		{
			type: fc.constant("series" as const),
			ids: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
		},
		{ noNullPrototype: true },
	),
	fc.record(
		{
			type: fc.constant("tick" as const),
			samples: fc.uniqueArray(fc.tuple(fc.nat(5), fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(-0, 1e308, 5e-324))), {
				selector: ([series]) => series,
				maxLength: 4,
			}),
		},
		{ noNullPrototype: true },
	),
	fc.record(
		{
			type: fc.constant("events" as const),
			ends: fc.array(fc.tuple(id("task", 8), fc.constantFrom("completed", "failed", "cancelled", "no_result"), fc.nat(5000)), {
				maxLength: 3,
			}),
			logs: fc.array(fc.tuple(fc.constantFrom("INFO", "ERROR"), fc.string({ maxLength: 10 })), { maxLength: 3 }),
		},
		{ noNullPrototype: true },
	),
	fc.constant({ type: "nonsense" as const }),
) as fc.Arbitrary<ModelFrame>;

type Step =
	| { do: "push"; bridge: number; frames: ModelFrame[]; http: boolean }
	| { do: "repeat"; bridge: number; back: number }
	| { do: "jump"; bridge: number; by: number }
	| { do: "drop"; bridge: number; frames: number }
	| { do: "epoch"; bridge: number }
	| { do: "hangUp"; bridge: number }
	| { do: "watch" }
	/** Written, or changed or deleted where there are so many. */
	| { do: "annotate"; nth: number; text: string; back: number; gone: boolean }
	/** `queries` by their places: what all who watch ask from now on, keeping what they have. */
	| { do: "ask"; queries: number[] }
	| { do: "restart"; hibernate: boolean }
	| { do: "pass"; ms: number };

const bridge = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			do: fc.constant("push" as const),
			bridge,
			frames: fc.array(frame, { minLength: 1, maxLength: 4 }),
			http: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("repeat" as const), bridge, back: fc.integer({ min: 1, max: 4 }) }) },
	fc.record({ do: fc.constant("jump" as const), bridge, by: fc.integer({ min: 1, max: 3 }) }),
	fc.record({ do: fc.constant("drop" as const), bridge, frames: fc.integer({ min: 1, max: 3 }) }),
	fc.record({ do: fc.constant("epoch" as const), bridge }),
	fc.record({ do: fc.constant("hangUp" as const), bridge }),
	fc.record({ do: fc.constant("watch" as const) }),
	fc.record({
		do: fc.constant("annotate" as const),
		nth: fc.nat(3),
		text: fc.constantFrom("one", "two"),
		back: fc.constantFrom(0, 10, 60_000),
		gone: fc.boolean(),
	}),
	fc.record({ do: fc.constant("ask" as const), queries: fc.uniqueArray(fc.nat({ max: 13 }), { minLength: 1 }) }),
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("restart" as const), hibernate: fc.boolean() }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(10, 5_000, 60_000, 900_000) }) },
);

const QUERIES: Query[] = [
	{ kind: "cluster" },
	{ kind: "workers", limit: 5 },
	{ kind: "workers", limit: 100 },
	{ kind: "tasks", limit: 100 },
	{ kind: "ended", limit: 5 },
	{ kind: "ended", limit: 100, status: "failed" },
	{ kind: "taskStats", limit: 100 },
	{ kind: "checks", limit: 100 },
	{ kind: "logs", limit: 3 },
	{ kind: "errors", limit: 100 },
	{ kind: "errorGroups", limit: 100 },
	{ kind: "marks", limit: 100 },
	{ kind: "runs", limit: 100 },
	{ kind: "annotations", limit: 100 },
	{ kind: "series", limit: 100 },
];
const CHART: Query = { kind: "metrics", selectors: ["cpu_0", "cpu_1"], range: "5m", points: 20 };

/** One of the clusters, with a bridge's links to it and who watches. */
class Side {
	readonly rig: Rig;
	readonly #links = new Map<number, Line>();
	readonly watchers: Watcher[] = [];

	constructor(rig: Rig) {
		this.rig = rig;
	}

	/** @returns what the bridge is answered. */
	push(bridge: number, greeting: object, frames: object[], http: boolean): object[] {
		if (http) return this.rig.push(greeting, ...frames);
		let link = this.#links.get(bridge);
		if (!link || link.closedWith !== undefined) {
			link = new Line(this.rig, "bridge");
			this.#links.set(bridge, link);
		}
		link.take();
		link.say(lines(greeting, ...frames));
		return link.take<{ type: string }>().filter(({ type }) => type !== "viewers");
	}
	hangUp(bridge: number): void {
		this.#links.get(bridge)?.hangUp();
		this.#links.delete(bridge);
	}
	watch(): void {
		this.watchers.push(new Watcher(this.rig, [...QUERIES, CHART]));
	}
	restart(hibernate: boolean): void {
		const open = [...this.#links.values(), ...this.watchers].filter((line) => line.closedWith === undefined);
		this.rig.restart(hibernate ? open : []);
		if (hibernate) return;
		this.#links.clear();
		this.watchers.length = 0;
	}
}

/** What a page makes of an answer as time goes on without another: charts end with the clock. */
const asOf = (answer: Answer, now: number): Answer => (answer.kind === "metrics" ? advancedBy(answer, stepsBehind(answer, now)) : answer);

/**
 * Without what only says how often something was sent (a restart forgets what it has not written), and without the end of a chart that has
 * nothing in it, which is now.
 */
function comparable(answers: readonly Answer[]): unknown {
	return answers.map((answer) => {
		if (answer.kind === "cluster") return { ...answer.view, intake: answer.view.intake.pushes };
		const empty = answer.kind === "metrics" && answer.series.every(({ values }) => values.every((value) => value === null));
		return empty ? { ...answer, start: 0, series: [] } : answer;
	});
}

test("C2, C3: the cluster answers as its model does, whatever happens", () => {
	fc.assert(
		fc.property(
			fc.array(step, { maxLength: 40 }),
			fc.record({
				soonest: fc.integer({ min: 1, max: 6 }),
				latest: fc.integer({ min: 2, max: 10 }),
				large: fc.integer({ min: 100, max: 5000 }),
			}),
			fc.record({ entries: fc.integer({ min: 1, max: 12 }), chars: fc.integer({ min: 500, max: 20_000 }) }),
			fc.integer({ min: 1, max: 5 }),
			fc.nat(6),
			(steps, keyframes, log, blockTasks, unwritten) => {
				const ring = { ends: KEPT, bytes: 1e6, blockTasks, blockChars: 1000 };
				const tried = new Side(new Rig({ keyframes, log, tasks: { all: ring, failed: ring, unwritten } }));
				const steady = new Side(new Rig({ tasks: { all: ring, failed: ring } }));
				const model = new ClusterModel();
				const seen: { at: number; position: number; answers: readonly Answer[] }[] = [];
				for (const each of steps) {
					// What comes now was not there at the instant before.
					for (const { rig } of [tried, steady]) rig.now++;
					take(each, tried, steady, model);
					for (const { rig } of [tried, steady]) {
						rig.pass(60);
						// Who watches hears of a silence sooner than the log does: here both are on time.
						rig.cluster.alarm();
						rig.pass(60);
					}
					const answers = wholly(tried.rig.cluster.reader.view([...QUERIES, CHART])).answers;
					model.expectSame(answers, tried.rig.now);
					seen.push({ at: tried.rig.now, position: tried.rig.position, answers });
					expect(comparable(answers)).toEqual(comparable(wholly(steady.rig.cluster.reader.view([...QUERIES, CHART])).answers));
					for (const watcher of tried.watchers) {
						watcher.seen();
						// A viewer that hibernated hears of the next change; it had everything before.
						if (watcher.position !== tried.rig.position) continue;
						const { answers, at } = wholly(tried.rig.cluster.reader.view(watcher.queries as Query[]));
						expect(comparable(watcher.answers.map((answer) => asOf(answer, at)))).toEqual(comparable(answers));
					}
				}
				expectSamePast(tried.rig, seen);
				tried.restart(false);
				expectSamePast(tried.rig, seen);
			},
		),
		{ numRuns: 150 },
	);
});

/** Each instant is answered as it was then, or from an earlier state, which says so, or refused where none is kept. */
function expectSamePast(rig: Rig, seen: readonly { at: number; position: number; answers: readonly Answer[] }[]): void {
	const ended = rig.ask<"ended">({ kind: "ended", limit: 100 }).rows.at(-1)?.id;
	const kept = (answers: readonly Answer[]) =>
		stillKept(comparable(answers), ended === undefined ? Number.POSITIVE_INFINITY : Number(ended));
	for (const { at, position, answers } of seen) {
		if (position === 0) continue;
		let past: Snapshot;
		try {
			past = wholly(rig.cluster.reader.view([...QUERIES, CHART], false, at));
		} catch (error) {
			expect(error).toMatchObject({ refusal: { kind: "not-found" } });
			continue;
		}
		expect(past.past?.asked).toBe(at);
		expect(past.position).toBeLessThanOrEqual(position);
		if (past.past?.at !== at) continue;
		expect(past.position).toBe(position);
		expect(kept(past.answers)).toEqual(kept(answers));
	}
}

/** Who had a socket is written nowhere, so a bridge that had nothing else is not listed; ended tasks are let go at some time. */
function stillKept(answers: unknown, oldest: number): unknown {
	return JSON.parse(JSON.stringify(answers), (name, value) => {
		if (["connected", "bridges", "retained", "retainedSince"].includes(name)) return undefined;
		if (name === "links") return (value as { unreported?: true }[]).filter(({ unreported }) => !unreported);
		const answer = value as Answer | undefined;
		// Those of today are shown, see `annotations.test.ts`.
		if (answer?.kind === "annotations") return undefined;
		if (answer?.kind === "marks") return answer.rows.filter(({ written }) => !written);
		if (answer?.kind !== "ended") return value;
		const { total: _, offset: __, unfiltered: ___, ...ended } = answer;
		return { ...ended, rows: ended.rows.filter(({ id }) => Number(id) >= oldest) };
	});
}

function annotate({ cluster, now }: Rig, { nth, text, back, gone }: Extract<Step, { do: "annotate" }>): void {
	const rows = wholly(cluster.reader.view([{ kind: "annotations", limit: 100 }])).answers.flatMap((answer) =>
		answer.kind === "annotations" ? answer.rows : [],
	);
	const id = rows[nth]?.id;
	const actor = { name: "ann", role: "viewer", via: "session", address: "" } as const;
	const request = { text, kind: "note", at: now - back };
	cluster.control.annotate({ actor, ...(id !== undefined && { id }), ...(!(gone && id !== undefined) && { request }) });
}

function take(step: Step, tried: Side, steady: Side, model: ClusterModel): void {
	const sides = [tried, steady];
	switch (step.do) {
		case "push": {
			const { greeting, frames, expected } = model.push(step.bridge, step.frames, tried.rig.now);
			for (const side of sides) expect(side.push(step.bridge, hello(greeting), frames, step.http)).toEqual(expected);
			return;
		}
		case "repeat": {
			const { greeting, frames, expected } = model.repeat(step.bridge, step.back);
			for (const side of sides) expect(side.push(step.bridge, hello(greeting), frames, true)).toEqual(expected);
			return;
		}
		case "jump": {
			const { greeting, frames, expected } = model.jump(step.bridge, step.by, tried.rig.now);
			for (const side of sides) expect(side.push(step.bridge, hello(greeting), frames, false)).toEqual(expected);
			return;
		}
		case "drop": {
			const { greeting, frames, expected } = model.drop(step.bridge, step.frames, tried.rig.now);
			for (const side of sides) expect(side.push(step.bridge, hello(greeting), frames, true)).toEqual(expected);
			return;
		}
		case "epoch":
			model.epoch(step.bridge);
			return;
		case "hangUp":
			for (const side of sides) side.hangUp(step.bridge);
			return;
		case "annotate":
			for (const { rig } of sides) annotate(rig, step);
			return;
		case "watch":
			tried.watch();
			return;
		case "ask": {
			const queries = [...QUERIES, CHART];
			for (const watcher of tried.watchers)
				watcher.watch(
					step.queries.map((place) => queries[place] as Query),
					true,
				);
			return;
		}
		case "restart":
			tried.restart(step.hibernate);
			if (!step.hibernate) for (const each of [0, 1]) steady.hangUp(each);
			return;
		case "pass":
			for (const side of sides) side.rig.pass(step.ms);
	}
}
