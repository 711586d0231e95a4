/** A table's rows: fetching windows, keeping the order while in use, sorting and filtering. */

import { createMemo, untrack } from "solid-js";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import { holds, isWindowed, parseFilter, type Term, type WindowedQuery } from "../../colony-bridge/protocol/query/row-filter.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import type { Page } from "../page/context.tsx";
import { type CellValue, type Column, columnId } from "./column.ts";
import type { Order } from "./table-state.ts";
import type { Span } from "./viewport.ts";

const windowed = (query: Query): query is WindowedQuery => isWindowed(query.kind);

/** Requests the window around `wanted`. @param name of the table's query */
export function askForRows(page: Page, name: string, wanted: Span, total: number): void {
	const query = page.data.queries()[name];
	if (!query || !windowed(query)) return;
	const [first, end] = [Math.min(wanted.first, total), Math.min(wanted.end, total)];
	const offset = query.offset ?? 0;
	if (end <= first || (first >= offset && end <= offset + query.limit)) return;
	// Centred: readers scroll back too.
	const next = Math.max(0, Math.round((first + end - query.limit) / 2));
	if (next !== offset) page.data.ask(name, { ...query, offset: next });
}

const NONE: ReadonlySet<string> = new Set();

interface StableRows<Row> {
	rows: readonly Row[];
	/** The current order differs. */
	moved: boolean;
	/** Ids of rows that were removed. */
	removed: ReadonlySet<string>;
	key: unknown;
}

/**
 * Rows keep their positions while the table is in use: removed ones stay with their last values, new ones are appended.
 * @param key identifies sort, filter and window; a new key is applied at once
 * @param all new rows may be appended; false for a window, which is full
 */
export function createStableRows<Row extends { id: string }>(
	rows: () => readonly Row[],
	inUse: () => boolean,
	key: () => unknown,
	all: boolean,
): () => StableRows<Row> {
	return createMemo<StableRows<Row>>(
		(before) => {
			const now = rows();
			const current = key();
			if (!inUse() || before.key !== current) return { rows: now, moved: false, removed: NONE, key: current };
			return untrack(() => {
				const byId = new Map(now.map((row) => [row.id, row]));
				const stable = before.rows.map((row) => byId.get(row.id) ?? row);
				const ids = new Set(stable.map(({ id }) => id));
				const fresh = now.filter(({ id }) => !ids.has(id));
				if (all) stable.push(...fresh);
				const removed = stable.filter(({ id }) => !byId.has(id)).map(({ id }) => id);
				return {
					rows: stable,
					moved: fresh.length > 0 || removed.length > 0 || now.some((row, i) => row !== stable[i]),
					removed: removed.length > 0 ? new Set(removed) : NONE,
					key: current,
				};
			});
		},
		{ rows: [], moved: false, removed: NONE, key: {} },
	);
}

/** Sorts naturally. Rows without a value come last in both directions; the order of equal rows is kept. */
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

/** Terms match in any column; `name=text` and `name>5` in the column of that name. */
export function filterRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], filter: string): readonly Row[] {
	const terms = parseFilter(filter);
	if (terms.length === 0) return rows;
	const readers = columns.flatMap((column) => (column.value ? [[columnId(column), column.value] as const] : []));
	const named = (name: string) => readers.find(([id]) => id.toLowerCase() === name.toLowerCase())?.[1];
	const contains = (row: Row, text: string) => readers.some(([, value]) => textOf(value(row)).includes(text));
	const test = (term: Term): ((row: Row) => boolean) => {
		if (term.type === "text") return (row) => contains(row, term.text);
		const value = named(term.field);
		if (term.type === "number") return (row) => holds(numberOf(value?.(row)), term.sign, term.value);
		return value ? (row) => textOf(value(row)) === term.value : (row) => contains(row, term.text);
	};
	const tests = terms.map(test);
	return rows.filter((row) => tests.every((passes) => passes(row)));
}

const textOf = (value: CellValue): string => (value instanceof Date ? value.toISOString() : String(value ?? "")).toLowerCase();
const numberOf = (value: CellValue): number | undefined => (typeof value === "number" ? value : undefined);
