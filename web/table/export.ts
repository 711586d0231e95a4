/** Exports the shown columns of all matching rows, to a file or the clipboard. */
import { csvCell } from "../../colony-bridge/protocol/http/export-text.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { saveCsv } from "../components/save.ts";
import { copyText } from "../page/clipboard.ts";
import type { Page } from "../page/context.tsx";
import { type CellValue, type Column, columnId } from "./column.ts";

interface Table<Row> {
	caption: string;
	columns: readonly Column<Row>[];
	/** All rows, sorted and filtered, or a window of them if there is an `answer`. */
	rows: readonly Row[];
	answer: string | undefined;
}

/** @returns the number of rows. @throws with a message for the user */
export async function takeRows<Row extends { id: string }>(how: "download" | "copy", page: Page, table: Table<Row>): Promise<number> {
	const rows = table.answer === undefined ? table.rows : await allRows<Row>(page, table.answer);
	if (how === "download") saveCsv(table.caption.toLowerCase().replace(/[^a-z0-9]+/g, "-"), asText(table.columns, rows, ","));
	else if (!(await copyText(asText(table.columns, rows, "\t")))) throw new Error("The browser does not allow copying here: save the CSV.");
	return rows.length;
}

/** Fetches window by window. A row that moves between windows is exported once. */
async function allRows<Row extends { id: string }>(page: Page, name: string): Promise<Row[]> {
	const rows = new Map<string, Row>();
	const query = page.data.queries()[name];
	for (let offset = 0; ; offset += LIMITS.rows) {
		const queries = JSON.stringify([{ ...query, offset, limit: LIMITS.rows }]);
		const response = await fetch(`${page.links.reads("/api/view")}queries=${encodeURIComponent(queries)}`, { cache: "no-store" });
		if (!response.ok) throw new Error(`the server answered ${response.status}`);
		const { answers } = (await response.json()) as Snapshot;
		const [answer] = answers;
		if (!answer || !("rows" in answer)) throw new Error("unexpected answer from the server");
		for (const row of answer.rows) rows.set(row.id, row as unknown as Row);
		if (offset + LIMITS.rows >= answer.total) return [...rows.values()];
	}
}

export function asText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], separator: string): string {
	const valued = columns.filter(({ value }) => value);
	const lines = [valued.map((column) => fieldOf(columnId(column), separator))];
	for (const row of rows) lines.push(valued.map(({ value }) => fieldOf(value?.(row), separator)));
	return lines.map((line) => `${line.join(separator)}\r\n`).join("");
}

function fieldOf(value: CellValue, separator: string): string {
	if (value === undefined) return "";
	if (typeof value === "number") return String(value);
	return csvCell(value instanceof Date ? value.toISOString() : value, separator);
}
