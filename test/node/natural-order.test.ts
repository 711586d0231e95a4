/** One natural order: the cluster's and the pages'. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { barsOf } from "../../colony-bridge/protocol/query/task-bars.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import { RowOrder } from "../../durable/rows/row-order.ts";
import { inNaturalOrder } from "../../durable/view/windowed-table.ts";
import { wholly } from "../../durable/work/work.ts";
import { Lanes } from "../../web/task-stream/lanes.ts";

const id = fc.oneof(
	fc.string({ unit: fc.constantFrom("w", "W", "é", "-", "0", "1", "2", "9"), minLength: 1, maxLength: 8 }),
	fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
);
const ids = fc.uniqueArray(id, { maxLength: 40 });

test("the same ids stand in the same order in the cluster's tables and in a task stream", () => {
	fc.assert(
		fc.property(ids, (given) => {
			const order = given.toSorted((a, b) => compareText(naturalKey(a), naturalKey(b)) || compareText(a, b));
			const entries = given.map((id) => ({ value: { id }, bridge: "b", at: 0 }));
			expect(wholly(inNaturalOrder(entries)).map(({ value }) => value.id)).toEqual(order);

			const nothing = { moves: false, read: () => undefined };
			const rows = new RowOrder<{ id: string }>({
				id: ({ id }) => id,
				rank: nothing,
				text:
					() =>
					({ id }) =>
						id,
				words: () => [],
				number: () => nothing,
			});
			const found = wholly(
				rows.window(
					given.map((id) => ({ id })),
					{ sort: "name", limit: given.length },
				),
			);
			expect(found.entries.map(({ id }) => id)).toEqual(order);

			const lanes = new Lanes();
			const bar = { name: "n", status: "completed" as const, startedAt: 1, endedAt: 2 };
			lanes.addEnded(barsOf(given.map((worker, i) => ({ ...bar, number: i + 1, id: `t${i}`, worker }))), 0);
			expect(lanes.sorted().map((place) => lanes.lanes[place]?.worker)).toEqual(order);
		}),
	);
});
