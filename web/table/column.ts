import type { JSX } from "solid-js";

/** The position of a table's rows within all: see `Rows` of the protocol. */
export interface Extent {
	total: number;
	all?: number;
	offset?: number;
	seen?: number;
}

/** A table's columns: what stands in them, and what they are known and sorted by. */
export type ColumnSize = 8 | 9 | 10 | 11 | 12 | 13 | 14 | 16 | 18 | 20 | 28 | 36 | 40;

/** The cell's value as data; undefined: none. */
export type CellValue = string | number | Date | undefined;

export interface Column<Row> {
	head: string;
	/** Read inside: the cell follows what it reads. */
	cell: (row: Row) => JSX.Element;
	/** Numbers stand right. */
	number?: boolean;
	/** The cell that names the row. */
	names?: boolean;
	/** Width in half rems, one the style sheet has. Space that is left is shared: what stands in a cell never moves its neighbours. */
	size: ColumnSize;
	/** Its name in addresses and files, and for the cluster where that sorts: a field's or a metric's. Absent: made from the head. */
	id?: string;
	/** The value for sorting and files; absent: neither. */
	value?: (row: Row) => CellValue;
	/** Shown where the reader chooses it. */
	optional?: boolean;
}

/** An instant as a cell says it as data. @param at ms */
export const instantOf = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

export const columnId = <Row>({ id, head }: Column<Row>): string =>
	id ??
	head
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");

/** The columns a reader has chosen, in their own order. None chosen, or none of them there any more: those that are not optional. */
export function chosenColumns<Row>(columns: readonly Column<Row>[], ids: readonly string[] | undefined): readonly Column<Row>[] {
	const chosen = ids && columns.filter((column) => column.names || ids.includes(columnId(column)));
	return chosen?.some(({ names }) => !names) ? chosen : columns.filter(({ optional }) => !optional);
}
