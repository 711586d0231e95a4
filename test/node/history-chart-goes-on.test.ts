/** A chart that is asked again after every push says what one says that is drawn for the first time. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEGIN = Date.UTC(2026, 0, 5, 22, 31, 7, 45);
const OPTIONS = { rawMs: 4 * HOUR, minuteMs: 48 * HOUR, tenMinuteMs: 480 * HOUR, outOfOrderSamples: 60 };

type ChartQuery = Omit<Extract<Query, { kind: "metrics" }>, "kind">;
const CHARTS: ChartQuery[] = [
	{ selectors: ["cpu"], range: "2m", points: 60, fold: "together" },
	{ selectors: ["cpu", "jobs_total"], range: "5m", points: 30, fold: "together" },
	{ selectors: ["cpu"], range: "10m", points: 60, fold: "each" },
	{ selectors: ["jobs_total"], range: "10m", points: 60, fold: "sum", aggregation: "increase" },
	{ selectors: ["cpu"], range: "30m", points: 60, fold: "max", aggregation: "last" },
	{ selectors: ["jobs_total", "cpu"], range: "1h", points: 60, fold: "each" },
	{ selectors: ["cpu", 'cpu{worker="1"}'], range: "1h", points: 30, fold: "together", aggregation: "p95" },
	{ selectors: ["cpu"], range: "3h", points: 20, fold: "avg" },
	{ selectors: ["cpu"], range: "5m", points: 1, fold: "together" },
];
const WORKERS = 5;

const tick = fc.record({
	gap: fc.oneof(
		{ weight: 20, arbitrary: fc.integer({ min: 200, max: 15 * SECOND }) },
		{ weight: 4, arbitrary: fc.integer({ min: 15 * SECOND, max: 4 * MINUTE }) },
		{ weight: 1, arbitrary: fc.integer({ min: 4 * MINUTE, max: 25 * MINUTE }) },
	),
	/** How long before the newest sample it was measured. */
	back: fc.oneof(
		{ weight: 8, arbitrary: fc.constant(0) },
		{ weight: 3, arbitrary: fc.integer({ min: 1, max: 30 * SECOND }) },
		{ weight: 2, arbitrary: fc.integer({ min: 1, max: 50 * MINUTE }) },
	),
	/** One bit a series. */
	there: fc.integer({ min: 0, max: 4 ** WORKERS - 1 }),
	value: fc.integer({ min: 0, max: 100 }),
	/** Lead of the clock, which charts end with, over the newest sample. */
	lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * SECOND }), fc.integer({ min: 0, max: 8 * MINUTE })),
	times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 8 })),
});
type Tick = typeof tick extends fc.Arbitrary<infer T> ? T : never;

class Colony {
	readonly sql = openNodeSql(":memory:");
	readonly history = new History(this.sql, OPTIONS);
	#position = 0;
	#total = 0;
	#clock = BEGIN;
	#looks = 0;
	#asked = 0;
	compared = 0;
	skipped = 0;

	push({ gap, back, there, value }: Tick): void {
		this.#total += value;
		const at = Math.max(BEGIN, Math.max(BEGIN, this.history.newest) + (back === 0 ? gap : -back));
		this.sql.transaction(() => {
			const numbers: number[] = [];
			const values: number[] = [];
			for (let i = 0; i < 2 * WORKERS; i++) {
				if (!(there & (1 << i))) continue;
				const counter = i >= WORKERS;
				const name = counter ? "jobs_total" : "cpu";
				numbers.push(this.history.define({ name, labels: { worker: String(i % WORKERS) }, type: counter ? "counter" : "gauge" }));
				values.push(counter ? this.#total + i : value + i);
			}
			this.history.append(at, numbers, values);
			this.history.commit(++this.#position);
		});
	}

	look(lag: number): void {
		this.#clock = Math.max(this.#clock, this.history.newest + lag);
		this.#looks++;
		for (const [i, asked] of CHARTS.entries()) {
			const query = { kind: "metrics" as const, ...asked };
			const live = wholly(this.history.metrics(query, this.#clock));
			// All go on at each look; a few are drawn anew.
			if ((this.#looks + i) % 4 === 0) this.#compare(query, live);
		}
	}

	#compare(query: ChartQuery & { kind: "metrics" }, live: Metrics): void {
		// Another text is another chart.
		const fresh = wholly(this.history.metrics({ ...query, fresh: ++this.#asked } as typeof query, this.#clock));
		// A chart that has had long steps keeps them.
		if (live.step !== fresh.step) {
			this.skipped++;
			return;
		}
		this.compared++;
		expect(whole(live), JSON.stringify(query)).toEqual(whole(fresh));
	}
}

/** Without a long column that is not over: it is not drawn anew at every push. */
function whole(answer: Metrics): unknown {
	if (answer.step <= 10 * MINUTE) return answer;
	const series = answer.series.map(({ key, values }) => ({ key, values: values.slice(0, -1) }));
	const drawn = series.filter(({ values }) => values.some((value) => value !== null));
	return { ...answer, series: drawn.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

test("a continued chart equals a new one", { timeout: 120_000 }, () => {
	const sum = { compared: 0, skipped: 0 };
	const any = fc.property(fc.array(tick, { maxLength: 40, size: "max" }), (ticks) => {
		const colony = new Colony();
		for (const one of ticks) {
			for (let i = 0; i < one.times; i++) {
				colony.push(one);
				colony.look(one.lag);
			}
		}
		sum.compared += colony.compared;
		sum.skipped += colony.skipped;
		colony.sql.close();
	});
	fc.assert(any, { numRuns: Number(process.env.RUNS ?? 12) });
	// 45 to 70 % of a hundred draws are compared; fewer than a third would mean that the test looks away.
	expect(sum.compared).toBeGreaterThan((sum.compared + sum.skipped) / 3);
});

test("a continued chart has a line for a series with out-of-order samples only", () => {
	const colony = new Colony();
	const one: Tick = { gap: 30 * SECOND, back: 0, there: 1, value: 5, lag: 0, times: 1 };
	for (let i = 0; i < 240; i++) colony.push(one);
	for (let i = 0; i < CHARTS.length; i++) colony.look(0);
	colony.push({ ...one, back: 40 * MINUTE, there: 2 });
	colony.push(one);
	for (let i = 0; i < CHARTS.length; i++) colony.look(0);
	expect(colony.compared).toBeGreaterThan(0);
	colony.sql.close();
});
