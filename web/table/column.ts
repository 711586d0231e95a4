import type { JSX } from "solid-js";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { SharedEnds } from "../format/shared-ends.ts";

/** Position of a table's rows within all rows. */
export type Extent = Pick<Rows, "total" | "unfiltered" | "offset" | "overall">;

/** A cell as data, for sorting and export. */
export type CellValue = string | number | Date | undefined;

export interface Column<Row> {
	head: string;
	text?: (row: Row) => string | undefined;
	/**
	 * Renders the cell if it is more than text. Runs in a tracking scope.
	 * @param among what the names of the column share
	 */
	cell?: (row: Row, among: () => SharedEnds | undefined) => JSX.Element;
	/** Aligned right. */
	number?: boolean;
	/** The row header. */
	names?: boolean;
	/** Minimum width, half rems. A column is as wide as the longest text of the first rows, if the panel has the space. */
	size: number;
	/** The text is sentences: it may be cut, and the title has all of it. */
	prose?: boolean;
	/** Its name in the URL, in files, and in the cluster's sort: a field or a metric. By default made from the head. */
	id?: string;
	/** Value for sorting and export; absent: neither. */
	value?: (row: Row) => CellValue;
	/** Hidden until chosen. */
	optional?: boolean;
	/** Hidden where the panel has no room for it, those with the highest number first. Absent: never. */
	minor?: number;
}

export const instantOf = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

export const columnId = <Row>({ id, head }: Column<Row>): string =>
	id ??
	head
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");

/** The chosen columns, in table order; without a valid choice all that are not optional. */
export function chosenColumns<Row>(columns: readonly Column<Row>[], ids: readonly string[] | undefined): readonly Column<Row>[] {
	const chosen = ids && columns.filter((column) => column.names || ids.includes(columnId(column)));
	return chosen?.some(({ names }) => !names) ? chosen : columns.filter(({ optional }) => !optional);
}

/** Estimates in half rems: cell padding, a letter of a cell, a letter of a head, the sort sign of a head, the growth of a number. */
const WIDTHS = { padding: 2.25, letter: 0.94, headLetter: 0.86, sign: 1.6, growth: 2 };
/** Maximum width, half rems. */
const WIDEST = 60;

/** East Asian characters are twice as wide. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g;
const letters = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

export type ColumnKind = "prose" | "name" | "text" | "other";
export const kindOf = <Row>({ prose, names, text, number }: Column<Row>): ColumnKind =>
	prose ? "prose" : names ? "name" : text && !number ? "text" : "other";

/** Maximum widths of text, half rems, and the share of the panel, or of a wide one, that it may have anyway: `table-columns.css` has the same. */
const TEXT_WIDTHS: Record<Exclude<ColumnKind, "other">, { rems: number; share: number; wide: number }> = {
	name: { rems: 23, share: 0.18, wide: 0.18 },
	text: { rems: 16.5, share: 0.18, wide: 0.18 },
	prose: { rems: 32, share: 0.2, wide: 0.28 },
};
/** A wide panel, half rems. */
const WIDE_PANEL = 180;
/** Widths of panels, rem, below which columns can be hidden: `table-room.css` has a rule for each. In narrower ones rows are cards. */
const STEPS = Array.from({ length: 31 }, (_, i) => (i < 16 ? 30 + 2 * i : 60 + 4 * (i - 15)));
/** Room of the scrollbar and of the padding at both ends, and further padding of text, half rems. */
const BESIDE = 4;
const TEXT_PADDING = 1;

/**
 * @param sizes of the columns, half rems
 * @returns by column the width of the panel below which it is hidden, so that what tells more fits without scrolling
 */
export function hiddenBelow<Row>(columns: readonly Column<Row>[], sizes: readonly number[]): Map<Column<Row>, number> {
	const widthIn = (panel: number, least: number) =>
		columns.reduce((sum, column, i) => {
			if ((column.minor ?? 0) > least) return sum;
			const size = sizes[i] ?? 0;
			const kind = kindOf(column);
			if (kind === "other") return sum + size;
			const { rems, share, wide } = TEXT_WIDTHS[kind];
			return sum + Math.min(size + TEXT_PADDING, Math.max(rems, (panel < WIDE_PANEL ? share : wide) * panel));
		}, BESIDE);
	return new Map(
		columns.flatMap((column) => {
			const { minor } = column;
			if (minor === undefined) return [];
			const step = STEPS.find((rem) => widthIn(2 * rem, minor) <= 2 * rem) ?? STEPS[STEPS.length - 1];
			return step === STEPS[0] ? [] : [[column, step as number]];
		}),
	);
}

/**
 * @param had the width until now, which is kept unless a number has outgrown it
 * @returns the width in whole half rems, each of which has a CSS class
 */
export function columnSize<Row>({ head, text, size, number, value }: Column<Row>, rows: readonly Row[], had: number | undefined): number {
	if (had && !number) return had;
	let widest = 0;
	if (text) for (const row of rows) widest = Math.max(widest, letters(text(row) ?? "") * WIDTHS.letter + WIDTHS.padding);
	if (had && widest <= had) return had;
	const least = Math.max(size, head.length * WIDTHS.headLetter + (value ? WIDTHS.sign : 0) + WIDTHS.padding);
	return Math.ceil(Math.min(WIDEST, Math.max(least, widest + (number ? WIDTHS.growth : 0))));
}
