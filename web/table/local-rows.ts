/** Sorting and filtering of rows that are all here. What the cluster sorts and filters never comes by. */
import { holds, parseFilter, type Term } from "../../colony-bridge/protocol/row-filter.ts";
import { type CellValue, type Column, columnId } from "./column.ts";
import type { Order } from "./look.ts";

/** What has no value comes last, either way; equals stay in the order they came in. */
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

const collator = new Intl.Collator("en", { numeric: true });
const compare = (a: Key, b: Key): number =>
	typeof a === "string" || typeof b === "string" ? collator.compare(String(a), String(b)) : Number(a) - Number(b);

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
