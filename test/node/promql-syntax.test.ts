/** Queries as text: what they are read as, what is refused and where, how they are written. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseSelector, STOCK_SYNTAX } from "../../colony-bridge/protocol/promql/parse.ts";
import { ParseError } from "../../colony-bridge/protocol/promql/parse-error.ts";
import { pretty } from "../../colony-bridge/protocol/promql/pretty.ts";
import { printed } from "../../colony-bridge/protocol/promql/print.ts";
import { randomQuery } from "../promql/random-query.ts";
import "../property-seed.ts";

const written = (query: string) => printed(parse(query));
function refused(query: string, syntax?: typeof STOCK_SYNTAX): string {
	try {
		parse(query, syntax);
	} catch (error) {
		if (error instanceof ParseError) return error.message;
		throw error;
	}
	throw new Error(`${query} is taken`);
}

describe("a query is read", () => {
	test.each([
		// Operators bind as in Prometheus, whatever the grammar of its editor makes of them.
		["-2^2", { kind: "unary", expr: { kind: "binary", op: "^" } }],
		["-2*3", { kind: "binary", op: "*", left: { kind: "number", value: -2 } }],
		["2^3^2", { op: "^", left: { value: 2 }, right: { op: "^" } }],
		["1-2-3", { op: "-", left: { op: "-" }, right: { value: 3 } }],
		["a or b and c", { op: "or", right: { op: "and" } }],
		["a + b @ 2 * c offset 1m", { op: "+", right: { op: "*", left: { at: 2000 }, right: { offset: { value: 60 } } } }],
		["-a offset 1m", { kind: "unary", expr: { offset: { value: 60 } } }],
		["a > bool b == c", { op: "==", left: { op: ">", bool: true } }],
		["foo offset -2^2", { op: "^", left: { offset: { value: -2 } } }],
		// Numbers, durations and strings.
		["0x1F", { value: 31 }],
		["017", { value: 15 }],
		["5.", { value: 5 }],
		["1_000.5e1", { value: 10_005 }],
		["-iNF", { value: Number.NEGATIVE_INFINITY }],
		["1h30m", { value: 5400, duration: true }],
		['"a\\n\\x41\\u00e9\\303\\251\\\\"', { text: "a\nAéé\\" }],
		["'it\\'s'", { text: "it's" }],
		["`a\\n`", { text: "a\\n" }],
		// Names.
		[
			'{"a.b", "x y"="z"}',
			{
				matchers: [
					{ name: "__name__", value: "a.b" },
					{ name: "x y", value: "z" },
				],
			},
		],
		['offset{on="1",by!="2"}', { name: "offset", matchers: [{ name: "on" }, { name: "by", type: "!=" }, { name: "__name__" }] }],
		['sum by (group, "a b") (x)', { grouping: ["group", "a b"] }],
		["SUM(x) BY (job)", { op: "sum", grouping: ["job"] }],
		["max_of(1, 2)", { kind: "call", name: "max_of" }],
		// Durations with arithmetic.
		[
			"x[5m + STEP() * 2:max_of(1m, 2m)] offset -(5m)",
			{ kind: "subquery", range: { op: "+", right: { op: "*" } }, step: { op: "max_of" }, offset: { op: "-" } },
		],
		[
			"a / on (x) group_left (y) fill_left(1) fill_right(-2) b",
			{ matching: { card: "many-to-one", on: true, labels: ["x"], include: ["y"], fillLeft: 1, fillRight: -2 } },
		],
	])("%s", (query, tree) => {
		expect(parse(query)).toMatchObject(tree);
	});

	test("places are those of the text, comments and lines included", () => {
		const query = "sum( # all of it\n  rate(x[5m] offset 1m)\n)";
		const expr = parse(query);
		if (expr.kind !== "aggregation" || expr.expr.kind !== "call") throw new Error(expr.kind);
		expect(query.slice(expr.expr.place.start, expr.expr.place.end)).toBe("rate(x[5m] offset 1m)");
		expect(refused("sum(\n  foo{)")).toMatch(/^2:7: parse error: /);
	});
});

describe("a query is refused, with the place", () => {
	test.each([
		["", "1:1: parse error: no expression found in input"],
		["# nothing", "1:1: parse error: no expression found in input"],
		["foo bar", '1:5: parse error: unexpected identifier "bar"'],
		["1 + ", "1:5: parse error: unexpected end of input"],
		["(1", "1:3: parse error: unclosed left parenthesis"],
		['"a', "1:1: parse error: unterminated quoted string"],
		['"\\c"', '1:1: parse error: unknown escape sequence "\\\\c"'],
		["5mm", '1:1: parse error: bad number or duration syntax: "5mm"'],
		["x[5m:1m:2m]", null],
		["nope(x)", '1:1: parse error: unknown function with name "nope"'],
		["rate(x)", '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
		["sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar"],
		["topk(x, y)", "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"],
		["sum(1, x)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2"],
		["clamp(x, 1)", '1:1: parse error: expected 3 argument(s) in call to "clamp", got 2'],
		["1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"],
		["a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"],
		["1 and 2", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
		["a and on(x) group_left b", '1:1: parse error: no grouping allowed for "and" operation'],
		["a + on(x) group_left(x) b", '1:3: parse error: label "x" must not occur in ON and GROUP clause at once'],
		["a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors"],
		["x[5m] + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types"],
		["-x[5m]", '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
		["x[5m][1m:]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"],
		["(x)[5m]", "1:4: parse error: ranges only allowed for vector selectors"],
		["x offset 1m[5m]", "1:12: parse error: no offset modifiers allowed before range"],
		["x offset 1m offset 2m", "1:1: parse error: offset may not be set multiple times"],
		["x @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"],
		["x @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"],
		["x[0s]", "1:3: parse error: duration must be greater than 0"],
		["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
		['{a=~".*"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
		['x{__name__="y"}', '1:1: parse error: metric name must not be set twice: "x" or "y"'],
		['x{a=~"("}', null],
		["x anchored smoothed", null],
	])("%s", (query, message) => {
		const told = refused(query);
		if (message !== null) expect(told).toBe(message);
	});

	test("what is longer than can be read is told as that", () => {
		expect(parse(`a${" + rate(b[5m])".repeat(150)}`)).toMatchObject({ kind: "binary" });
		expect(refused(`a${" or a".repeat(1000)}`)).toBe("1:1: parse error: 1000 operators are more than can be read in one query: split it");
		expect(refused(`sum by (${"a,".repeat(1000)}) (x)`)).toMatch(/more than 200 arguments, labels or matchers in one list/);
		expect(refused(`x{${'a="b",'.repeat(1000)}}`)).toMatch(/more than 200 arguments, labels or matchers in one list/);
	});

	test.each([
		["limitk(1, x)", /^1:1: parse error: limitk\(\) is experimental/],
		["info(x)", /^1:1: parse error: function "info" is not enabled/],
		["x[5m+1m]", /^1:3: parse error: experimental duration expression is not enabled/],
		["rate(x[5m] anchored)", /^1:6: parse error: anchored modifier is experimental and not enabled/],
		["a + fill(0) b", /^1:1: parse error: binop fill modifiers are experimental and not enabled/],
	])("%s, where nothing experimental is on", (query, message) => {
		expect(refused(query, STOCK_SYNTAX)).toMatch(message);
		parse(query);
	});

	test("a selector alone is asked for by whoever lists series", () => {
		expect(parseSelector('up{job="a"}')).toEqual([
			{ name: "job", type: "=", value: "a" },
			{ name: "__name__", type: "=", value: "up" },
		]);
		expect(() => parseSelector("sum(up)")).toThrow(/expected a series selector/);
	});
});

describe("a query is written", () => {
	test.each([
		["sum(x)by(a)", "sum by (a) (x)"],
		["x{b='1',a=~`2`}[5m]offset-1m@3", 'x{a=~"2",b="1"}[5m] @ 3.000 offset -1m'],
		["a/ignoring(b)group_right()c", "a / ignoring (b) group_right () c"],
		["90s + 1e6 + .5", "1m30s + 1000000 + 0.5"],
	])("%s", (query, text) => expect(written(query)).toBe(text));

	test("over lines where it is long", () => {
		const long = `sum by (job) (rate(${"a".repeat(60)}[5m])) / sum by (job) (rate(b[5m]))`;
		expect(pretty(parse(long))).toBe(`  sum by (job) (rate(${"a".repeat(60)}[5m]))\n/\n  sum by (job) (rate(b[5m]))`);
	});

	test("what is written reads as the same, and is written so again", () => {
		fc.assert(
			fc.property(randomQuery, (query) => {
				const text = written(query);
				expect(written(text)).toBe(text);
				expect(written(pretty(parse(query), 20))).toBe(text);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("any text", () => {
	const WORDS =
		"sum rate topk by on offset @ start end step min_of anchored fill group_left bool x a:b ( ) [ ] { } , : = =~ != + - * ^ == < 5m 1e3 0x1 . \" ' ` \\ # \n 5m: inf é \u0000".split(
			" ",
		);
	const text = fc.oneof(
		fc.string({ maxLength: 60, unit: "grapheme" }),
		fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((words) => words.join(" ")),
		fc
			.tuple(randomQuery, fc.nat(), fc.constantFrom(...WORDS))
			.map(([query, at, word]) => query.slice(0, at % query.length) + word + query.slice((at % query.length) + 1)),
	);

	test("is a query, or is refused at a place of it", () => {
		fc.assert(
			fc.property(text, (query) => {
				try {
					written(query);
				} catch (error) {
					if (!(error instanceof ParseError)) throw error;
					expect(error.place.start).toBeLessThanOrEqual(query.length);
					expect(error.reason).not.toBe("");
				}
			}),
			{ numRuns: 1000 },
		);
	});

	test.each(["(", "-", "1+", "1^", "sum(", "x[5m:][", "{", '"', "a or b and ", "x @ 1 "])("however deep: %s", (part) => {
		expect(() => parse(part.repeat(20_000 / part.length))).toThrow(ParseError);
		expect(() => parse(`${part.repeat(5000 / part.length)}1`)).toThrow(ParseError);
	});
});
