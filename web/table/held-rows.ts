/**
 * Rows do not jump under the reader's hand: as long as it is on the table they keep their places, whatever their order has become. One that
 * is gone stays with the last it said, one that is new waits at the end.
 */
import { createMemo, untrack } from "solid-js";

const NONE: ReadonlySet<string> = new Set();

interface Held<Row> {
	rows: readonly Row[];
	/** The order is another by now. */
	moved: boolean;
	/** Ids of rows that are not here any more. */
	gone: ReadonlySet<string>;
	of: unknown;
}

/**
 * @param of what the order is that of (a sort, a filter, a window): another one is taken at once
 * @param all rows that come may be shown; false: they are a window that is full
 */
export function createHeldRows<Row extends { id: string }>(
	rows: () => readonly Row[],
	held: () => boolean,
	of: () => unknown,
	all: boolean,
): () => Held<Row> {
	return createMemo<Held<Row>>(
		(before) => {
			const now = rows();
			const whose = of();
			if (!held() || before.of !== whose) return { rows: now, moved: false, gone: NONE, of: whose };
			return untrack(() => {
				const byId = new Map(now.map((row) => [row.id, row]));
				const kept = before.rows.map((row) => byId.get(row.id) ?? row);
				const known = new Set(kept.map(({ id }) => id));
				const fresh = now.filter(({ id }) => !known.has(id));
				if (all) kept.push(...fresh);
				const gone = kept.filter(({ id }) => !byId.has(id)).map(({ id }) => id);
				return {
					rows: kept,
					moved: fresh.length > 0 || gone.length > 0 || now.some((row, i) => row !== kept[i]),
					gone: gone.length > 0 ? new Set(gone) : NONE,
					of: whose,
				};
			});
		},
		{ rows: [], moved: false, gone: NONE, of: {} },
	);
}
