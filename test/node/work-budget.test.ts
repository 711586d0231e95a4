import fc from "fast-check";
import { expect, test } from "vitest";
import { quantile } from "../../colony-bridge/protocol/query/quantile.ts";
import { Fold, type Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Metrics, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
import { History } from "../../durable/history/history.ts";
import { quantileOf } from "../../durable/history/query/aggregation.ts";
import { BUDGET } from "../../durable/work/budget.ts";
import { Slices } from "../../durable/work/slices.ts";
import { Exclusive, sorted, type Work, wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { hello, Rig, Watcher } from "./cluster-rig.ts";
import { until } from "./until.ts";

const BEGIN = Date.UTC(2026, 0, 1);
const STEP_MS = 10_000;
const SERIES = 40;

/** Two histories that are told the same, one of them between the steps of an answer. */
function pairOf(pushes: number): { histories: [History, History]; push: (history: History, n: number) => void; numbers: number[] } {
	const histories: [History, History] = [new History(openNodeSql(":memory:")), new History(openNodeSql(":memory:"))];
	let numbers: number[] = [];
	const push = (history: History, n: number) => {
		history.append(
			BEGIN + n * STEP_MS,
			numbers,
			numbers.map((i) => ((i * 7919 + n * 104_729) % 1000) / 10),
		);
		history.commit(n + 1);
	};
	for (const history of histories) {
		numbers = Array.from({ length: SERIES }, (_, i) =>
			history.define({ name: i % 2 ? "gauge" : "count_total", labels: { worker: `w${i}` }, type: i % 2 ? "gauge" : "counter" }),
		);
		for (let n = 0; n < pushes; n++) push(history, n);
	}
	return { histories, push, numbers };
}

const metrics = fc.record({
	selectors: fc.constantFrom(["gauge"], ["count_total"], ["gauge", "count_total"]),
	range: fc.constantFrom("5m", "30m", "2h"),
	points: fc.constantFrom(1, 30, 180),
	aggregation: fc.option(fc.constantFrom(...Aggregation.options), { nil: undefined }),
	fold: fc.option(fc.constantFrom(...Fold.options), { nil: undefined }),
});

test("an answer in steps, with pushes between them, is that of the instant it began; asked again, that of now", () => {
	fc.assert(
		fc.property(metrics, fc.integer({ min: 50, max: 900 }), fc.integer({ min: 1, max: 4 }), (asked, pushes, every) => {
			const { histories, push } = pairOf(pushes);
			const [whole, stepwise] = histories;
			const query = { kind: "metrics" as const, ...asked, selectors: [...asked.selectors] };
			const end = BEGIN + pushes * STEP_MS;
			const wanted = wholly(whole.metrics(query, end));
			const work = stepwise.metrics(query, end);
			let next = pushes;
			let answer: Metrics | undefined;
			for (let step = 0; !answer; step++) {
				const { done, value } = work.next();
				if (done) answer = value;
				else if (step % every === 0 && next < pushes + 20) push(stepwise, next++);
			}
			expect(answer).toEqual(wanted);
			for (let n = pushes; n < next; n++) push(whole, n);
			const later = BEGIN + next * STEP_MS;
			expect(wholly(stepwise.metrics(query, later))).toEqual(wholly(whole.metrics(query, later)));
		}),
		{ numRuns: 40 },
	);
});

test("a quantile and an order in steps are those in one go", () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(few, q) => {
				const values = Array.from({ length: 60_000 / few.length }, (_, i) => few.map((value) => value + (i % 3) / 10)).flat();
				expect(wholly(quantileOf(values, q))).toBe(quantile([...values], q));
				const compare = (a: number, b: number) => a - b;
				expect(wholly(sorted(values, compare))).toEqual(values.toSorted(compare));
			},
		),
		{ numRuns: 6 },
	);
});

test("a client that waits for an answer runs its next steps, and work without clients is dropped", () => {
	const exclusive = new Exclusive<number>();
	let begun = 0;
	let ended = 0;
	function* work(): Work<number> {
		begun++;
		try {
			for (let i = 0; i < 3; i++) yield 1;
			return begun;
		} finally {
			ended++;
		}
	}
	const first = exclusive.run(work);
	first.next();
	const second = exclusive.run(work);
	second.next();
	expect(begun).toBe(1);
	expect(wholly(second)).toBe(2);
	expect(wholly(first)).toBe(2);
	const left = exclusive.run(work);
	left.next();
	left.return(0);
	expect([begun, ended]).toEqual([3, 3]);
});

function* laborious(units: number): Work<number> {
	for (let done = 0; done < units; done += 1000) yield 1000;
	return units;
}

test("C4: short work of one client goes before long work of another; past its bound a client is told when to come back", async () => {
	let now = BEGIN;
	const pauses: (() => void)[] = [];
	const slices = new Slices(
		(then) => pauses.push(then),
		() => now,
	);
	const over: string[] = [];
	const long = slices.run("a", laborious(BUDGET.client)).then(() => over.push("long"));
	const short = slices.run("b", laborious(50_000)).then(() => over.push("short"));
	while (over.length < 2) {
		pauses.shift()?.();
		await Promise.resolve();
	}
	await Promise.all([long, short]);
	expect(over).toEqual(["short", "long"]);
	expect(await slices.run("a", laborious(1000))).toMatchObject({ type: "refused", kind: "too-many", retryAfter: 2 });
	expect(await slices.run("c", laborious(1000))).toBe(1000);
	now += 2000;
	const again = slices.run("a", laborious(1000));
	while (pauses.length > 0) pauses.shift()?.();
	expect(await again).toBe(1000);
});

test("work is ended where nobody waits for it any more, and what it holds is let go", async () => {
	const pauses: (() => void)[] = [];
	const slices = new Slices(
		(then) => pauses.push(then),
		() => BEGIN,
	);
	let ended = false;
	function* endless(): Work<never> {
		try {
			for (;;) yield 1000;
		} finally {
			ended = true;
		}
	}
	const request = new AbortController();
	const answer = slices.run("a", endless(), request.signal);
	for (let turn = 0; turn < 10; turn++) pauses.shift()?.();
	expect(ended).toBe(false);
	request.abort();
	for (let turn = 0; turn < 3; turn++) pauses.shift()?.();
	expect(ended).toBe(true);
	expect(await answer).toMatchObject({ type: "refused" });
	expect(pauses).toEqual([]);
	expect(await slices.run("a", laborious(1000))).toBe(1000);
});

/** 1,000 series and half an hour of them: a pooled quantile of all takes a while, sixty of them more than a request may. */
function busyRig(): Rig {
	const rig = new Rig();
	const ids = Array.from({ length: 1000 }, (_, id) => id);
	rig.push(hello(), {
		type: "series",
		seq: 1,
		series: ids.map((id) => ({ id, name: "cpu", labels: { worker: `w${id}` }, type: "gauge" })),
	});
	for (let n = 0; n < 180; n++) {
		rig.now += STEP_MS;
		rig.push(hello(), { type: "tick", seq: n + 2, at: rig.now, ids, values: ids.map((id) => id + n) });
	}
	return rig;
}

const CLUSTER: Query = { kind: "cluster" };
const quantiles = (count: number, range = "30m"): Query[] =>
	Array.from({ length: count }, (_, n) => ({ kind: "metrics", selectors: ["cpu"], range, points: 100 + n, aggregation: "p99" }));

test("a request past its bound is refused by name; a page says so in place of the answer, and the others are there", () => {
	const rig = busyRig();
	expect(() => wholly(rig.cluster.reader.view([CLUSTER, ...quantiles(63)]))).toThrow(
		/the queries up to metrics \(p99\) of cpu over 30m take more work together/,
	);
	// Asked again, what is known is little work: others are asked.
	const { answers } = wholly(rig.cluster.reader.view([CLUSTER, ...quantiles(63, "29m")], true)) as Snapshot;
	expect(answers[0]).toMatchObject({ kind: "cluster" });
	expect(answers[1]).not.toHaveProperty("refused");
	expect(answers.at(-1)).toMatchObject({ kind: "metrics", series: [], refused: expect.stringMatching(/ask for fewer at once/) });
});

test("watched queries that take long come later and are right, and what is quick is not kept waiting", async () => {
	const rig = busyRig();
	const heavy = new Watcher(rig, quantiles(12));
	const light = new Watcher(rig, [{ kind: "logs", limit: 10 }]);
	rig.push(hello(), { type: "events", seq: 182, events: [{ type: "log", at: rig.now, level: "INFO", message: "hello" }] });
	rig.pass(100);
	expect(light.answers[0]).toMatchObject({ rows: [{ message: "hello" }] });
	expect(heavy.answers).toEqual([]);
	await until(() => {
		rig.pass(1000);
		return heavy.answers.length === 12;
	}, "answers to all that is watched");
	rig.pass(5000);
	expect(heavy.answers).toEqual((wholly(rig.cluster.reader.view(quantiles(12))) as Snapshot).answers);
});
