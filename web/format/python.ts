/**
 * Python's format strings for one number: `{value:.1f}/s`, `{value:,.0f}`, `{value:.1%}`.
 *
 * The grammar is the format specification mini-language of the Python library reference,
 * `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`, for the types of numbers. d3-format derives from the same grammar
 * but has no fields, no `{{`, and other defaults (its `f` without precision has six decimals only by `.6f`), so it would need as much
 * code around it again.
 */
import { grouped } from "./number.ts";

const FIELD = /\{\{|\}\}|\{([^{}:!]*)(?::([^{}]*))?\}|[{}]/g;
const SPEC = /^(?:(.?)([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([deEfFgGn%])?$/su;

/**
 * @param format text with fields named `value`, or without a name
 * @returns undefined where the format is not one Python would take for a number
 */
export function formatNumber(format: string, value: number): string | undefined {
	let good = true;
	const text = format.replace(FIELD, (whole, name: string | undefined, spec: string | undefined) => {
		if (whole === "{{" || whole === "}}") return whole[0] ?? "";
		const known = name === "value" || name === "" || name === "0";
		const result = known && whole.length > 1 ? formatField(spec ?? "", value) : undefined;
		good &&= result !== undefined;
		return result ?? "";
	});
	return good ? text : undefined;
}

function formatField(spec: string, value: number): string | undefined {
	const match = SPEC.exec(spec);
	if (!match) return undefined;
	const [, fill, align, sign, z, , zero, width = "0", grouping, precision, type = ""] = match;
	if (Number(precision ?? 0) > 90 || Number(width) > 200) return undefined;
	const negative = value < 0 || Object.is(value, -0);
	let digits = Number.isFinite(value)
		? magnitude(Math.abs(value), type, precision === undefined ? undefined : Number(precision))
		: undefined;
	digits ??= Number.isNaN(value) ? "nan" : "inf";
	if (grouping) digits = grouped(digits, grouping);
	const shown = negative && !(z && !/[1-9]/.test(digits)) ? "-" : sign === "+" || sign === " " ? sign : "";
	const missing = Math.max(0, Number(width) - shown.length - [...digits].length);
	const pad = (fill || (zero && !align ? "0" : " ")).repeat(missing);
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

/** A number that is not negative, without sign and padding. */
function magnitude(value: number, type: string, precision: number | undefined): string {
	switch (type) {
		case "f":
		case "F":
			return fixed(value, precision ?? 6);
		case "%":
			return `${fixed(value * 100, precision ?? 6)}%`;
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

/** Ties go to the even digit, as in Python; JavaScript rounds them up. A hundred decimals show every tie as it is in binary. */
function tieToEven(exact: string, places: number): string | undefined {
	const end = exact.indexOf(".") + 1 + places;
	const kept = places === 0 ? exact.slice(0, end - 1) : exact.slice(0, end);
	return /^50*(e|$)/.test(exact.slice(end)) && /[02468]$/.test(kept) ? kept : undefined;
}

function scientific(value: number, places: number): string {
	const exact = value.toExponential(100);
	const kept = tieToEven(exact, places);
	return kept === undefined ? value.toExponential(places) : kept + exact.slice(exact.indexOf("e"));
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

/** `1.5e+3` to Python's two-digit exponent: `1.5e+03`. */
function exponent(text: string, letter: string): string {
	return text.replace(/e([+-])(\d)$/, "e$10$2").replace("e", letter);
}

const shortest = (value: number): string => exponent(String(value), "e");
