/** Cursor of a paged list, as text: a row's number, and its log, because numbers are unique within a log only. */
import * as v from "valibot";

const WORDS = "write next of the answer before, as it stands there";

export const RowCursor = v.pipe(
	v.string(WORDS),
	v.regex(/^\d{1,15}-\d{1,16}$/, WORDS),
	v.transform((text) => {
		const [row = 0, log = 0] = text.split("-").map(Number);
		return { row, log };
	}),
);
export type RowCursor = v.InferOutput<typeof RowCursor>;

/** @param log of the snapshot that the row is of. */
export const rowCursor = (row: number | string, log: number): string => `${row}-${log}`;
