import type { JSX } from "solid-js";

/** The position of a table's rows within all: see `Rows` of the protocol. */
export interface Extent {
	total: number;
	all?: number;
	offset?: number;
	seen?: number;
}

/** A table's columns: what stands in them, and what they are known and sorted by. */
/** The cell's value as data; undefined: none. */
export type CellValue = string | number | Date | undefined;

export interface Column<Row> {
	head: string;
	/** The cell as text, where it has one. */
	text?: (row: Row) => string | undefined;
	/** What stands in the cell, where that is more than its text. Read inside: the cell follows what it reads. */
	cell?: (row: Row) => JSX.Element;
	/** Numbers stand right. */
	number?: boolean;
	/** The cell that names the row. */
	names?: boolean;
	/** The least width, half rems. */
	size: number;
	/** As wide as the longest text of the first rows, as far as the panel has room. What comes later moves nothing: it is cut in the cell. */
	fits?: boolean;
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

/** Half rems: beside a cell's text, of a letter of a cell and of a head, and of the sign of the order in the head. */
const ROOM = { padding: 2.25, letter: 0.94, headLetter: 0.86, sign: 1.6 };
/** The widest that text makes a column, half rems. */
const WIDEST = 60;

/** East Asian letters are twice as wide. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g;
const letters = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** Of a column with these rows, in half rems: a whole number, for which the style sheet has a class. */
export function columnSize<Row>({ head, text, size, fits, value }: Column<Row>, rows: readonly Row[]): number {
	let widest = Math.max(size, head.length * ROOM.headLetter + (value ? ROOM.sign : 0) + ROOM.padding);
	if (fits && text) for (const row of rows) widest = Math.max(widest, letters(text(row) ?? "") * ROOM.letter + ROOM.padding);
	return Math.ceil(Math.min(WIDEST, widest));
}
