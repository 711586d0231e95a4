/** Finding metrics and series by words, against a search that looks at everything each time; and at 100,000 series. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { START } from "./cluster-rig.ts";

const WORDS = ["cpu", "CPU load", "tasks", "worker", "w1", "w2", "queue", "__proto__"];
const definitions = fc.record({
	name: fc.constantFrom("cpu_percent", "tasks_total", "queue_depth", "__proto__"),
	labels: fc.dictionary(fc.constantFrom("worker", "queue"), fc.constantFrom("w1", "w2", "Other"), { maxKeys: 2 }),
	help: fc.option(fc.constantFrom("CPU load", "tasks of a worker"), { nil: undefined }),
});

function matches({ name, help = "", labels = {} }: SeriesDefinition, match: string): boolean {
	const texts = [name, help, ...Object.entries(labels).flat()].map((text) => text.toLowerCase());
	return match
		.toLowerCase()
		.split(/\s+/)
		.filter(Boolean)
		.every((word) => texts.some((text) => text.includes(word)));
}

describe("a search", () => {
	test("finds the same as a scan of every series, whatever is added and changed between two searches", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(definitions, fc.array(fc.constantFrom(...WORDS), { maxLength: 3 })), { maxLength: 25 }),
				fc.integer({ min: 1, max: 8 }),
				(steps, limit) => {
					const history = new History(openNodeSql(":memory:"));
					const known = new Map<number, SeriesDefinition>();
					for (const [i, [{ help, ...rest }, words]] of steps.entries()) {
						const definition: SeriesDefinition = { ...rest, type: "gauge", ...(help !== undefined && { help }) };
						const number = history.define(definition);
						known.set(number, definition);
						if (i % 2 === 0) history.append(START + i * 1000, [number], [i]);
						const match = words.join(" ");
						const expected = [...known].filter(([, each]) => matches(each, match));
						const found = wholly(history.list({ kind: "series", limit, match }));
						expect(found.total).toBe(expected.length);
						expect(found.rows).toHaveLength(Math.min(limit, expected.length));
						for (const row of found.rows) expect(matches(row, match)).toBe(true);
						const names = wholly(history.names({ kind: "names", limit: 100, match, sparklines: 100 }));
						const byName = Map.groupBy(expected, ([, { name }]) => name);
						expect(new Map(names.rows.map(({ id, total }) => [id, total]))).toEqual(
							new Map(Array.from(byName, ([name, series]) => [name, series.length])),
						);
						expect(names.total).toBe(byName.size);
					}
				},
			),
		);
	});

	test("of 100,000 series costs one look at each, and then what is new", () => {
		const history = new History(openNodeSql(":memory:"));
		const numbers = Array.from({ length: LIMITS.series }, (_, i) =>
			history.define({
				name: `metric_${i % 200}`,
				labels: { worker: `worker-${Math.floor(i / 200)}` },
				type: "gauge",
				help: "of a worker",
			}),
		);
		history.append(START, numbers, Float64Array.from(numbers));
		const timed = (work: () => unknown) => {
			const start = performance.now();
			work();
			return performance.now() - start;
		};
		const query = { kind: "names", limit: 60, match: "worker-49 metric_7", sparklines: 60 } as const;
		expect(wholly(history.names(query))).toMatchObject({ total: 11, unfiltered: 200 });
		const first = wholly(history.list({ kind: "series", limit: 100, match: "worker-499 metric_7" }));
		expect(first).toMatchObject({ total: 11, unfiltered: LIMITS.series });
		expect(first.rows[0]).toMatchObject({ id: 'metric_7{worker="worker-499"}', value: 99_807 });
		// Again after a push: far less than the first time, whatever machine this is.
		const cold = Math.min(
			...["worker-1 metric_1", "worker-2 metric_2", "worker-3 metric_3"].map((match) =>
				timed(() => wholly(history.names({ ...query, match }))),
			),
		);
		const warm = Math.min(...Array.from({ length: 5 }, () => timed(() => wholly(history.names(query)))));
		expect(warm).toBeLessThan(cold / 2);
		// Metrics with too many series to draw ahead have no trend, and are listed all the same.
		const all = wholly(history.names({ kind: "names", limit: 60, sparklines: 60 }));
		expect(all).toMatchObject({ total: 200 });
		expect(all.rows).toHaveLength(60);
		expect(all.rows.filter(({ sparkline }) => sparkline)).toHaveLength(10);
		expect(JSON.stringify(all).length).toBeLessThan(64_000);
	}, 60_000);
});

describe("the graphs of an address", () => {
	test("rows stand for queries by their number: a selector with the form's aggregations, any other text as PromQL; empty ones count for nothing", () => {
		const view: PageView = { q: ["cpu_percent", " ", "cpu{", 'tasks_total{worker="a"}'], agg: ["", "", "", "rate"], draw: ["bar"] };
		expect(explored(view)).toEqual([
			{ text: "cpu_percent", draw: "bar", graph: "graph.1" },
			{ text: "cpu{", draw: "line", graph: "expr.3" },
			{ text: 'tasks_total{worker="a"}', aggregation: "rate", draw: "line", graph: "graph.4" },
		]);
		expect(planPage("metrics", { widgets: [], pages: [] }, { ...view, range: "6h" })).toMatchObject({
			"graph.1": { kind: "metrics", selectors: ["cpu_percent"], range: "6h" },
			"expr.3": { kind: "promql", expr: "cpu{", range: "6h" },
			"graph.4": { kind: "metrics", selectors: ['tasks_total{worker="a"}'], aggregation: "rate" },
		});
	});
});
