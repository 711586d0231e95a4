/** The dictionary of series beside a map of what was put into it. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { Dictionary } from "../../durable/history/index/dictionary.ts";
import { HISTORY } from "../../durable/history/tiers/schema.ts";
import { createPart } from "../../durable/storage/sql.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const few = fc.constantFrom("a", "b", "worker", "__proto__", "constructor", "", "ü");
/** Some labels in another order, some names that are also values, descriptions that change. */
const definition: fc.Arbitrary<SeriesDefinition> = fc
	.record({
		name: fc.constantFrom("cpu", "memory", "a", "worker"),
		labels: fc.array(fc.tuple(few, few), { maxLength: 3 }),
		type: fc.constantFrom("gauge" as const, "counter" as const, "bucket" as const),
		unit: fc.option(few, { nil: undefined }),
		help: fc.option(few, { nil: undefined }),
	})
	.map(({ name, labels, type, unit, help }) => ({
		name,
		...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
		type,
		...(unit !== undefined && { unit }),
		...(help !== undefined && { help }),
	}));

const step = fc.oneof(
	{ weight: 8, arbitrary: definition.map((put) => ({ put })) },
	{ weight: 1, arbitrary: fc.array(fc.nat(60), { maxLength: 20 }).map((forget) => ({ forget })) },
);

const keyOf = ({ name, labels = {} }: SeriesDefinition) => JSON.stringify([name, Object.entries(labels).sort()]);

test("finds, tells and lets go of series as a map does, and comes back from its rows the same", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
			const sql = openNodeSql(":memory:");
			createPart(sql, HISTORY);
			const dictionary = new Dictionary();
			const model = new Map<number, SeriesDefinition>();
			const numbers = new Map<string, number>();
			let next = 0;
			for (const one of steps) {
				if ("put" in one) {
					const key = keyOf(one.put);
					expect(dictionary.find(one.put)).toBe(numbers.get(key));
					const number = numbers.get(key) ?? next++;
					expect(dictionary.put(one.put)).toBe(number);
					numbers.set(key, number);
					// The labels stay in the order in which they were first said; which is no difference.
					model.set(number, one.put);
				} else {
					dictionary.forget(one.forget, sql);
					for (const number of one.forget) {
						const gone = model.get(number);
						if (!gone || number === next - 1) continue;
						model.delete(number);
						numbers.delete(keyOf(gone));
					}
				}
			}
			dictionary.write(sql);
			const again = new Dictionary();
			again.load(sql);
			for (const each of [dictionary, again]) {
				expect([each.size, each.count]).toEqual([next, model.size]);
				for (let number = 0; number < next; number++) {
					const known = model.get(number);
					expect(each.has(number)).toBe(known !== undefined);
					if (!known) continue;
					expect(each.get(number)).toEqual(known);
					expect(Object.keys(each.get(number).labels ?? {}).sort()).toEqual(Object.keys(known.labels ?? {}).sort());
					expect(each.type(number)).toBe(known.type);
					expect(each.find(known)).toBe(number);
				}
				for (const name of ["cpu", "worker"])
					for (const labels of [{}, { a: "b" }, { ["__proto__"]: "a" }, { worker: "worker", b: "" }]) {
						const carries = ({ labels: own = {} }: SeriesDefinition) =>
							Object.entries(labels).every(([label, value]) => Object.hasOwn(own, label) && own[label] === value);
						const expected = [...model].filter(([, known]) => known.name === name && carries(known)).map(([number]) => number);
						expect(each.match(name, labels)).toEqual(expected.sort((a, b) => a - b));
					}
				expect([...each.names()].sort()).toEqual([...new Set([...model.values()].map(({ name }) => name))].sort());
			}
		}),
	);
});

test("series that come and go leave nothing behind in memory", () => {
	const sql = openNodeSql(":memory:");
	createPart(sql, HISTORY);
	const dictionary = new Dictionary();
	const round = (n: number): void => {
		const numbers = Array.from({ length: 2000 }, (_, i) =>
			dictionary.put({ name: "cpu", labels: { pod: `pod-${n}-${i}`, node: `node-${i % 7}` }, type: "gauge", help: `of ${i % 3}` }),
		);
		dictionary.write(sql);
		dictionary.forget(numbers, sql);
	};
	round(0);
	round(1);
	const { bytes } = dictionary;
	for (let n = 2; n < 12; n++) round(n);
	expect(dictionary.bytes).toBeLessThan(bytes * 1.2);
});
