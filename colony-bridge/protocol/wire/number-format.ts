/**
 * Python's format strings for one number, read: `{value:.1f}/s`, `{value:,.0f}`, `{value:.1%}`.
 *
 * The grammar is the format specification mini-language of the Python library reference,
 * `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`, for the types of numbers. d3-format derives from the same grammar
 * but has no fields, no `{{`, and other defaults (its `f` without precision has six decimals only by `.6f`), so it would need as much
 * code around it again.
 */

/** Number format of one field. */
export interface NumberSpec {
	fill: string;
	align?: string;
	sign: string;
	/** No minus before what rounds to zero. */
	z: boolean;
	/** Zeros fill the width, behind the sign. */
	zero: boolean;
	width: number;
	grouping: string;
	precision?: number;
	type: string;
}

/** Text as it stands, and fields. */
export type NumberFormat = readonly (string | NumberSpec)[];

/** Nothing that is read needs more, and a browser writes no more decimals. */
const MOST_WIDTH = 200;
const MOST_PRECISION = 90;

const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;
const SPEC = /^(?:(.?)([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([deEfFgGn%])?$/su;

const ALLOWED = "write {value}, or {value:.1f}, {value:,.0f}, {value:.1%}: [fill and align][sign][width][, or _][.precision][e, f, g or %]";

/**
 * @param format text with fields named `value`, or without a name; `{{` and `}}` stand for braces
 * @returns its pieces, or what is wrong, where, and what is allowed
 */
export function readNumberFormat(format: string): NumberFormat | { error: string } {
	const pieces: (string | NumberSpec)[] = [];
	const wrong = (at: number, what: string) => ({ error: `"${format}", character ${at + 1}: ${what}; ${ALLOWED}` });
	for (const match of format.matchAll(PIECE)) {
		const [piece, field] = match;
		const at = match.index;
		if (piece === "{{" || piece === "}}") pieces.push(piece[0] as string);
		else if (piece === "{") return wrong(at, 'a "{" that no "}" closes (a brace itself is "{{")');
		else if (piece === "}") return wrong(at, 'a "}" that no "{" opens (a brace itself is "}}")');
		else if (field === undefined) pieces.push(piece);
		else {
			const colon = field.indexOf(":");
			const name = colon < 0 ? field : field.slice(0, colon);
			if (name !== "value" && name !== "" && name !== "0") return wrong(at, `"${name}" is unknown`);
			const spec = readSpec(colon < 0 ? "" : field.slice(colon + 1));
			if (typeof spec === "string") return wrong(at + colon + 2, `"${field.slice(colon + 1)}" ${spec}`);
			pieces.push(spec);
		}
	}
	return pieces.some((piece) => typeof piece !== "string") ? pieces : wrong(0, "it has no {value}");
}

/** @returns what is wrong with a format, where, and what is allowed; undefined where nothing is. */
export function numberFormatError(format: string): string | undefined {
	const read = readNumberFormat(format);
	return "error" in read ? read.error : undefined;
}

/** @returns a text: what is wrong with it. */
function readSpec(spec: string): NumberSpec | string {
	const match = SPEC.exec(spec);
	if (!match) return "formats no number";
	const [, fill, align, sign = "", z, , zero, width = "0", grouping = "", precision, type = ""] = match;
	if (Number(width) > MOST_WIDTH) return `is wider than ${MOST_WIDTH} characters`;
	if (Number(precision ?? 0) > MOST_PRECISION) return `has more than ${MOST_PRECISION} decimals`;
	return {
		fill: fill || (zero && !align ? "0" : " "),
		...(align && { align }),
		sign,
		z: z !== undefined,
		zero: zero !== undefined,
		width: Number(width),
		grouping,
		...(precision !== undefined && { precision: Number(precision) }),
		type,
	};
}
