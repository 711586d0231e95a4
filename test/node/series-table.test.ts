/** Series as the rows of tables: sorted, filtered and windowed as plain lists would be, and what an aggregation makes of each. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { SeriesRow } from "../../colony-bridge/protocol/query/rows.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;

type Asked = Partial<Extract<Query, { kind: "series" }>>;
const ask = (history: History, asked: Asked) => wholly(history.list({ kind: "series", limit: 100, ...asked }));

describe("a table of series", () => {
	test("is sorted by a number, a text or a label, filtered and cut as a plain list of all would be; what has none comes last", () => {
		const series = fc.record({
			name: fc.constantFrom("cpu", "tasks"),
			zone: fc.option(fc.constantFrom("z2", "z10", "a"), { nil: undefined }),
			value: fc.integer({ min: -3, max: 3 }),
			lives: fc.boolean(),
		});
		const window = fc.record({
			sort: fc.constantFrom("value", "zone", "name", "id", "at", "nonsense"),
			descending: fc.boolean(),
			filter: fc.constantFrom(undefined, "zone=z2", "cpu", "value>0", "zone=z10 value<=1", "nothing"),
			offset: fc.nat(6),
			limit: fc.integer({ min: 1, max: 8 }),
		});
		fc.assert(
			fc.property(fc.array(series, { maxLength: 25 }), fc.array(window, { minLength: 1, maxLength: 4 }), (all, windows) => {
				const history = new History(openNodeSql(":memory:"));
				// Each has a label that makes it another.
				const rows = all.map(({ name, zone, value, lives }, i) => {
					const labels = { n: String(i), ...(zone && { zone }) };
					const number = history.define({ name, labels, type: "gauge" });
					if (lives) history.append(START, [number], [value]);
					return { id: `${name}{n="${i}"${zone ? `,zone="${zone}"` : ""}}`, name, zone, value: lives ? value : undefined, lives };
				});
				for (const asked of windows) {
					const { sort, descending, filter, offset, limit } = asked;
					const matching = rows.filter(
						({ id, zone, value }) =>
							filter === undefined ||
							filter.split(" ").every((term) => {
								if (term.startsWith("zone=")) return zone === term.slice(5);
								if (term.startsWith("value>")) return value !== undefined && value > 0;
								if (term.startsWith("value<=")) return value !== undefined && value <= 1;
								return id.includes(term);
							}),
					);
					const keyOf = (row: (typeof rows)[number]): string | number | undefined =>
						sort === "value" ? row.value : sort === "at" ? (row.lives ? START : undefined) : row[sort as "zone" | "name" | "id"];
					const sorted = matching
						.map((row) => ({ row, key: keyOf(row) }))
						.sort(({ key: a }, { key: b }) => {
							if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
							const order = typeof a === "number" ? a - Number(b) : compareText(naturalKey(a), naturalKey(String(b)));
							return descending ? -order : order;
						});
					const answer = ask(history, { ...asked, filter });
					expect(answer.rows.map(({ id }) => id)).toEqual(sorted.slice(offset, offset + limit).map(({ row }) => row.id));
					expect(answer.total).toBe(matching.length);
					expect(answer.unfiltered ?? answer.total).toBe(rows.length);
				}
			}),
		);
	});

	test("without an order active series come first, and a later window is part of the same list", () => {
		const history = new History(openNodeSql(":memory:"));
		const numbers = Array.from({ length: 30 }, (_, i) => history.define({ name: "m", labels: { n: String(i) }, type: "gauge" }));
		history.append(START, numbers.slice(10), numbers.slice(10));
		const all = ask(history, {}).rows.map(({ id }) => id);
		expect(all.slice(0, 2)).toEqual(['m{n="10"}', 'm{n="11"}']);
		expect(all).toHaveLength(30);
		const part = ask(history, { offset: 15, limit: 10 });
		expect(part).toMatchObject({ total: 30, offset: 15 });
		expect(part.rows.map(({ id }) => id)).toEqual(all.slice(15, 25));
		expect(ask(history, { selectors: ["m"], offset: 28 }).rows.map(({ id }) => id)).toEqual(all.slice(28));
	});
});

describe("a table of a query", () => {
	/** @param values of each series at 0, 10, 20 ... s */
	function read(definitions: SeriesDefinition[], values: (number | undefined)[][], asked: Asked): SeriesRow[] {
		const history = new History(openNodeSql(":memory:"));
		const numbers = definitions.map((definition) => history.define(definition));
		for (const [i, row] of values.entries()) {
			const there = numbers.filter((_, n) => row[n] !== undefined);
			history.append(
				START + i * 10 * SECOND,
				there,
				row.filter((value) => value !== undefined),
			);
		}
		return ask(history, asked).rows;
	}
	const gauge = (worker: string): SeriesDefinition => ({ name: "cpu_percent", labels: { worker }, type: "gauge", unit: "percent" });

	test("a row a series: its value, and the change against the stretch before", () => {
		const values = [
			[1, 10],
			[1, 20],
			[3, undefined],
			[3, undefined],
			[5, 40],
			[7, 40],
		];
		// The newest lies at 50 s: the last 20 s are those at 40 and 50, before them those at 20 and 30.
		const rows = read([gauge("a"), gauge("b")], values, { selectors: ["cpu_percent"], range: "20s", aggregation: "avg", sort: "value" });
		expect(rows).toMatchObject([
			{ id: 'cpu_percent{worker="a"}', labels: { worker: "a" }, unit: "percent", value: 6, change: 3 },
			{ id: 'cpu_percent{worker="b"}', value: 40 },
		]);
		expect(rows[1]).not.toHaveProperty("change");
		expect(read([gauge("a"), gauge("b")], values, { selectors: ["cpu_percent"], range: "20s" })).toMatchObject([
			{ value: 7, change: 4 },
			{ value: 40 },
		]);
	});

	test("sorted by change or by label, the largest first; a filter narrows by value", () => {
		const values = Array.from({ length: 6 }, (_, i) => [i, 10 * i, -i]);
		const definitions = [gauge("a"), gauge("b"), gauge("c")];
		const asked: Asked = { selectors: ["cpu_percent"], range: "20s", aggregation: "max" };
		const workers = (more: Asked) => read(definitions, values, { ...asked, ...more }).map(({ labels }) => labels?.worker);
		expect(workers({ sort: "change", descending: true })).toEqual(["b", "a", "c"]);
		expect(workers({ sort: "worker", descending: true })).toEqual(["c", "b", "a"]);
		expect(workers({ filter: "value>4" })).toEqual(["a", "b"]);
		expect(workers({ selectors: ['cpu_percent{worker="c"}', "cpu_percent"] })).toEqual(["c", "a", "b"]);
	});

	test("counters have a rate, buckets a quantile of each histogram", () => {
		const counter: SeriesDefinition = { name: "tasks_total", labels: { kind: "x" }, type: "counter" };
		const rate = read([counter], [[0], [50], [100], [150], [200], [250]], {
			selectors: ["tasks_total"],
			range: "30s",
			aggregation: "rate",
		});
		expect(rate).toMatchObject([{ value: 5 }]);
		const bucket = (worker: string, le: string): SeriesDefinition => ({ name: "took_bucket", labels: { worker, le }, type: "bucket" });
		const rows = read(
			[bucket("a", "1"), bucket("a", "+Inf"), bucket("b", "1"), bucket("b", "+Inf")],
			[
				[0, 0, 0, 0],
				[0, 0, 0, 0],
				[10, 10, 5, 5],
				[20, 20, 5, 10],
			],
			{ selectors: ["took_bucket"], range: "20s", aggregation: "p50" },
		);
		expect(rows.map(({ id }) => id)).toEqual(['took_bucket{worker="a"}', 'took_bucket{worker="b"}']);
		expect(rows[0]?.value).toBeCloseTo(0.5);
	});

	test("more series than are read are counted; rows stay the same objects' ids over pushes", () => {
		const history = new History(openNodeSql(":memory:"));
		const numbers = Array.from({ length: 2100 }, (_, i) => history.define(gauge(`w${i}`)));
		history.append(START, numbers, numbers);
		const asked: Asked = { selectors: ["cpu_percent"], range: "5m", aggregation: "max", sort: "value", descending: true, limit: 3 };
		expect(ask(history, asked)).toMatchObject({ total: 2000, overall: 2100, rows: [{ value: 1999 }, { value: 1998 }, { value: 1997 }] });
		history.append(START + 20 * SECOND, [numbers[0] as number], [9999]);
		expect(ask(history, asked).rows[0]).toMatchObject({ id: 'cpu_percent{worker="w0"}', value: 9999 });
	});
});
