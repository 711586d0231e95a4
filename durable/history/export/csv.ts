/** CSV after RFC 4180: a row a sample, `timestamp,name,labels,unit,value`, series after series. */
import { labelsText } from "./labels.ts";
import { digits, type Exportable, measured, type Range, slices } from "./measurements.ts";

export function* csv(from: Exportable, range: Range): Generator<string> {
	yield "timestamp,name,labels,unit,value\r\n";
	for (const { definition, points } of measured(from, range)) {
		const fixed = [definition.name, labelsText(definition.labels), definition.unit ?? ""].map(cell).join(",");
		yield* slices(points, (at, value) => `${new Date(at).toISOString()},${fixed},${digits(value)}\r\n`);
	}
}

/** A spreadsheet would run a text that begins like a formula: an apostrophe makes it a text again (OWASP, "CSV injection"). */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
