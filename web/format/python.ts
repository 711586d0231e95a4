/** Formats numbers by Python format strings, which `number-format.ts` of the protocol parses. */
import { type NumberFormat, type NumberSpec, readNumberFormat } from "../../colony-bridge/protocol/wire/number-format.ts";
import { grouped } from "./number.ts";

/** Parsed formats, by text. */
const formats = new Map<string, NumberFormat | undefined>();

/** @returns undefined if the format is invalid in Python */
export function formatNumber(format: string, value: number): string | undefined {
	if (!formats.has(format)) {
		const read = readNumberFormat(format);
		formats.set(format, "error" in read ? undefined : read);
	}
	return formats
		.get(format)
		?.map((piece) => (typeof piece === "string" ? piece : formatField(piece, value)))
		.join("");
}

function formatField({ fill, align, sign, z, zero, width, grouping, precision, type }: NumberSpec, value: number): string {
	const negative = value < 0 || Object.is(value, -0);
	let digits = Number.isFinite(value) ? magnitude(Math.abs(value), type, precision) : Number.isNaN(value) ? "nan" : "inf";
	if (grouping) digits = grouped(digits, grouping);
	const shown = negative && !(z && !/[1-9]/.test(digits)) ? "-" : sign === "+" || sign === " " ? sign : "";
	const missing = Math.max(0, width - shown.length - [...digits].length);
	const pad = fill.repeat(missing);
	switch (align ?? (zero ? "=" : ">")) {
		case "<":
			return shown + digits + pad;
		case "=":
			return shown + pad + digits;
		case "^":
			return pad.slice(0, missing >> 1) + shown + digits + pad.slice(missing >> 1);
		default:
			return pad + shown + digits;
	}
}

/** A non-negative number without sign and padding. */
function magnitude(value: number, type: string, precision: number | undefined): string {
	switch (type) {
		case "f":
		case "F":
			return fixed(value, precision ?? 6);
		case "%":
			return `${Number.isFinite(value * 100) ? fixed(value * 100, precision ?? 6) : "inf"}%`;
		case "e":
		case "E":
			return exponent(scientific(value, precision ?? 6), type);
		case "g":
		case "G":
		case "n":
			return general(value, precision ?? 6, type);
		case "d":
			return fixed(value, 0);
		default:
			return precision === undefined ? shortest(value) : general(value, precision, "g");
	}
}

function fixed(value: number, places: number): string {
	if (value >= 1e21) return BigInt(value).toString() + (places ? `.${"0".repeat(places)}` : "");
	return tieToEven(value.toFixed(100), places) ?? value.toFixed(places);
}

/** Rounds ties to even, as Python does and JavaScript does not. 100 decimals represent every tie exactly. */
function tieToEven(exact: string, places: number): string | undefined {
	const end = exact.indexOf(".") + 1 + places;
	const digits = places === 0 ? exact.slice(0, end - 1) : exact.slice(0, end);
	return /^50*(e|$)/.test(exact.slice(end)) && /[02468]$/.test(digits) ? digits : undefined;
}

function scientific(value: number, places: number): string {
	const exact = value.toExponential(100);
	const digits = tieToEven(exact, places);
	return digits === undefined ? value.toExponential(places) : digits + exact.slice(exact.indexOf("e"));
}

function general(value: number, precision: number, type: string): string {
	const digits = Math.max(1, precision);
	const [mantissa = "", power = "0"] = scientific(value, digits - 1).split("e");
	const tens = Number(power);
	if (tens < -4 || tens >= digits) {
		const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
		return exponent(`${short}e${power}`, type === "G" ? "E" : "e");
	}
	const text = fixed(value, digits - 1 - tens);
	return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** `1.5e+3` to `1.5e+03`: Python has at least two exponent digits. */
function exponent(text: string, letter: string): string {
	return text.replace(/e([+-])(\d)$/, "e$10$2").replace("e", letter);
}

const shortest = (value: number): string => exponent(String(value), "e");
