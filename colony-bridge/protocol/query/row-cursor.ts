/** Cursor of a paged list: a row's number, and its log, because numbers are unique within a log only. */
export interface RowCursor {
	row: number;
	log: number;
}

/** The cursor as text. @param log of the snapshot that the row is of. */
export const rowCursor = (row: number | string, log: number): string => `${row}-${log}`;
