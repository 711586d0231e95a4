/** CSV after RFC 4180: a row a sample, `timestamp,name,labels,unit,value`, series after series. */
import { csvCell } from "../../../colony-bridge/protocol/csv-cell.ts";
import { isoText } from "../../../colony-bridge/protocol/iso-text.ts";
import { digits, type Format } from "./format.ts";
import { labelsText } from "./labels.ts";

export const csv: Format = {
	begin: "timestamp,name,labels,unit,value\r\n",
	open: () => "",
	sample({ name, labels, unit = "" }) {
		const fixed = [name, labelsText(labels), unit].map((text) => csvCell(text)).join(",");
		return (at, value) => `${isoText(at)},${fixed},${digits(value)}\r\n`;
	},
	close: "",
	end: "",
};
