/** Reads series as Prometheus' test language writes them: a metric, then points in the expanding notation. */

/** Pairs sorted by name, none of them empty. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];
/** `"histogram"` stands for any native histogram: which one does not matter to who refuses them all. */
export type Point = number | "missing" | "stale" | "histogram";

export interface SeriesLine {
	labels: LabelPairs;
	points: Point[];
}

const ESCAPES: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** @returns the string that a Go literal stands for; bytes written as `\x` are UTF-8. */
export function unquoted(literal: string): string {
	const quote = literal[0] ?? "";
	if (literal.length < 2 || !"\"'`".includes(quote) || !literal.endsWith(quote)) throw new Error(`not a quoted string: ${literal}`);
	const text = literal.slice(1, -1);
	if (quote === "`") return text;
	const bytes: number[] = [];
	const encoder = new TextEncoder();
	for (const [all, mark] of text.matchAll(/\\(x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^\\]+/gs)) {
		if (mark === undefined) bytes.push(...encoder.encode(all));
		else if (/^x./.test(mark)) bytes.push(Number.parseInt(mark.slice(1), 16));
		else if (/^[0-7]{3}$/.test(mark)) bytes.push(Number.parseInt(mark, 8));
		else if (/^[uU]./.test(mark)) bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt(mark.slice(1), 16))));
		else bytes.push(...encoder.encode(ESCAPES[mark] ?? mark));
	}
	return new TextDecoder().decode(new Uint8Array(bytes));
}

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;

/** `metric{label="value"} 1+2x5 _ stale`. */
export function parseSeries(line: string): SeriesLine {
	const [labels, end] = parseMetric(line);
	return { labels, points: parsePoints(line.slice(end)) };
}

/** @returns the labels, and where in the line they end. */
export function parseMetric(line: string): [LabelPairs, end: number] {
	let at = 0;
	const take = (pattern: RegExp): string | undefined => {
		pattern.lastIndex = at;
		const found = pattern.exec(line)?.[0];
		at += found?.length ?? 0;
		return found;
	};
	const must = (pattern: RegExp, expected: string): string => {
		const found = take(pattern);
		if (found === undefined) throw new Error(`expected ${expected} at column ${at + 1} of: ${line}`);
		return found;
	};
	const labels = new Map<string, string>();
	const name = take(NAME);
	if (name) labels.set("__name__", name);
	if (take(/\s*\{(?!\{)\s*/y)) {
		while (!take(/\}/y)) {
			const quoted = take(STRING);
			const label = quoted === undefined ? must(NAME, "a label") : unquoted(quoted);
			if (take(/\s*=\s*/y)) labels.set(label, unquoted(must(STRING, "a value")));
			else labels.set("__name__", label);
			take(/\s*,?\s*/y);
		}
	} else if (!name) throw new Error(`expected a metric: ${line}`);
	const pairs = [...labels].filter(([, value]) => value !== "");
	return [pairs.sort(([a], [b]) => (a < b ? -1 : 1)), at];
}

const NUMBER = /(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?|nan|inf/i.source;
const ITEM = new RegExp(`^(?:(_)|(stale)|([+-]?(?:${NUMBER})))(?:([+-](?:${NUMBER})))?(?:x([0-9]+))?$`, "i");

/** A number as the test language writes it, without hexadecimal digits: `0x8` is a repetition. */
export function parseNumber(text: string): number {
	const [, sign, digits = ""] = /^([+-]?)(.*)$/.exec(text) ?? [];
	const value = /^inf$/i.test(digits) ? Number.POSITIVE_INFINITY : /^nan$/i.test(digits) ? Number.NaN : Number(digits.replaceAll("_", ""));
	return sign === "-" ? -value : value;
}

function parsePoints(text: string): Point[] {
	const points: Point[] = [];
	for (const item of text.match(/(?:\{\{.*?\}\}|\S)+/g) ?? []) {
		const histogram = /^\{\{.*\}\}(?:x([0-9]+))?$/.exec(item);
		if (histogram) {
			repeat(points, Number(histogram[1] ?? 0) + 1, () => "histogram");
			continue;
		}
		const [whole, blank, stale, first, step, times] = ITEM.exec(item) ?? [];
		if (whole === undefined) throw new Error(`not a point: ${item}`);
		// A repetition has the first value and as many more; of missing points it is the count.
		if (blank) repeat(points, Number(times ?? 1), () => "missing");
		else if (stale) repeat(points, Number(times ?? 0) + 1, () => "stale");
		else {
			let value = parseNumber(first ?? "");
			repeat(points, Number(times ?? 0) + 1, () => {
				const point = value;
				value += step === undefined ? 0 : parseNumber(step);
				return point;
			});
		}
	}
	return points;
}

function repeat(points: Point[], times: number, next: () => Point): void {
	for (let i = 0; i < times; i++) points.push(next());
}
