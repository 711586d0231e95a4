/** The columns of a chart as text: one row a column, instants in ISO 8601. */
import { instantOf } from "../model.ts";
import type { Picture } from "../picture.ts";

/** RFC 4180. A cell that a spreadsheet would take for a formula is text. */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function pictureCsv({ model, layers }: Picture): string {
	const lines = layers.filter(({ hidden }) => !hidden).map(({ line }) => line);
	const rows = [["time", ...lines.map(({ name }) => (model.unit ? `${name} (${model.unit})` : name))].map(cell).join(",")];
	for (let i = 0; i < model.length; i++) {
		rows.push([new Date(instantOf(model, i)).toISOString(), ...lines.map(({ values }) => values[i] ?? "")].join(","));
	}
	return `${rows.join("\r\n")}\r\n`;
}
