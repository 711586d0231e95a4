/** A chart as CSV: a row per column, instants in ISO 8601. */
import { csvCell } from "../../colony-bridge/protocol/http/export-text.ts";
import { instantOf } from "./model.ts";
import type { Picture } from "./picture.ts";

export function pictureCsv({ model, layers }: Picture): string {
	const lines = layers.filter(({ hidden }) => !hidden).map(({ line }) => line);
	const named = lines.map(({ name }) => csvCell(model.unit ? `${name} (${model.unit})` : name));
	const rows = [["time", ...named].join(",")];
	for (let i = 0; i < model.length; i++) {
		rows.push([new Date(instantOf(model, i)).toISOString(), ...lines.map(({ values }) => values[i] ?? "")].join(","));
	}
	return `${rows.join("\r\n")}\r\n`;
}
