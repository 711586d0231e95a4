/** Asks the cluster for the rows that a reader has come to. */

import { createMemo, untrack } from "solid-js";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import { holds, isWindowed, parseFilter, type Term, type WindowedQuery } from "../../colony-bridge/protocol/query/row-filter.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/natural-order.ts";
import type { Page } from "../page/context.tsx";
import { type CellValue, type Column, columnId } from "./column.ts";
import type { Order } from "./table-state.ts";
import type { Span } from "./viewport.ts";

const windowed = (query: Query): query is WindowedQuery => isWindowed(query.kind);

/** @param name of the table's query */
export function askForRows(page: Page, name: string, wanted: Span, total: number): void {
	const query = page.data.queries()[name];
	if (!query || !windowed(query)) return;
	const [first, end] = [Math.min(wanted.first, total), Math.min(wanted.end, total)];
	const offset = query.offset ?? 0;
	if (end <= first || (first >= offset && end <= offset + query.limit)) return;
	// As much above as below: people turn back.
	const next = Math.max(0, Math.round((first + end - query.limit) / 2));
	if (next !== offset) page.data.ask(name, { ...query, offset: next });
}

/**
 * Rows do not jump under the reader's hand: as long as it is on the table they keep their places, whatever their order has become. One that
 * is gone stays with the last it said, one that is new waits at the end.
 */
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

/** For rows that are all here; others the cluster sorts. Rows without a value come last in either order; equal rows keep their order. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | undefined): readonly Row[] {
	const value = order && columns.find((column) => columnId(column) === order.id)?.value;
	if (!value) return rows;
	return rows
		.map((row) => ({ row, key: value(row) }))
		.sort((a, b) => {
			if (a.key === undefined || b.key === undefined) return a.key === b.key ? 0 : a.key === undefined ? 1 : -1;
			return order.descending ? compare(b.key, a.key) : compare(a.key, b.key);
		})
		.map(({ row }) => row);
}

type Key = NonNullable<CellValue>;

const compare = (a: Key, b: Key): number =>
	typeof a === "string" || typeof b === "string" ? compareText(naturalKey(String(a)), naturalKey(String(b))) : Number(a) - Number(b);

/** Words are looked for in all columns, `name=text` and `name>5` in the column of that name. */
export function filterRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], filter: string): readonly Row[] {
	const terms = parseFilter(filter);
	if (terms.length === 0) return rows;
	const readers = columns.flatMap((column) => (column.value ? [[columnId(column), column.value] as const] : []));
	const named = (name: string) => readers.find(([id]) => id.toLowerCase() === name.toLowerCase())?.[1];
	const says = (row: Row, text: string) => readers.some(([, value]) => textOf(value(row)).includes(text));
	const test = (term: Term): ((row: Row) => boolean) => {
		if (term.type === "text") return (row) => says(row, term.text);
		const value = named(term.field);
		if (term.type === "number") return (row) => holds(numberOf(value?.(row)), term.sign, term.value);
		return value ? (row) => textOf(value(row)) === term.value : (row) => says(row, term.text);
	};
	const tests = terms.map(test);
	return rows.filter((row) => tests.every((passes) => passes(row)));
}

const textOf = (value: CellValue): string => (value instanceof Date ? value.toISOString() : String(value ?? "")).toLowerCase();
const numberOf = (value: CellValue): number | undefined => (typeof value === "number" ? value : undefined);
