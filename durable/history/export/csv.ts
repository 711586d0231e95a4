/** CSV after RFC 4180: a row a sample, `timestamp,name,labels,unit,value`, series after series. */
import { isoText } from "../../../colony-bridge/protocol/iso-text.ts";
import { digits, type Format } from "./format.ts";
import { labelsText } from "./labels.ts";

export const csv: Format = {
	begin: "timestamp,name,labels,unit,value\r\n",
	open: () => "",
	sample({ name, labels, unit = "" }) {
		const fixed = [name, labelsText(labels), unit].map(cell).join(",");
		return (at, value) => `${isoText(at)},${fixed},${digits(value)}\r\n`;
	},
	close: "",
	end: "",
};

/** A spreadsheet would run a text that begins like a formula: an apostrophe makes it a text again (OWASP, "CSV injection"). */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
