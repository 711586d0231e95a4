/** Queries drawn at random, of right types, over the series of {@link RANDOM_SERIES}. */
import fc from "fast-check";
import { SIGNATURES } from "../../colony-bridge/protocol/promql/signatures.ts";
import type { ValueType } from "../../durable/promql/values.ts";

/** Metrics and labels that queries ask for. */
const METRICS = ["load", "requests_total", "up"];
const LABELS = ["host", "job", "zone"];
const VALUES = ["a", "b", "c", ""];

/** Of the query as a whole rather than of an instant of it; and those that ask for an order, or for metrics that are not there. */
const LEFT_OUT = new Set("start end range step sort sort_desc sort_by_label sort_by_label_desc info histogram_quantiles".split(" "));

const duration = fc.constantFrom("1s", "15s", "30s", "1m", "90s", "2m30s", "5m");
const grouping = fc.subarray(LABELS).map((labels) => `(${labels.join(", ")})`);
const modifier = fc.oneof(
	{ weight: 6, arbitrary: fc.constant("") },
	duration.map((offset) => ` offset ${offset}`),
	duration.map((offset) => ` offset -${offset}`),
	fc.integer({ min: 0, max: 600 }).map((at) => ` @ ${at}`),
);
const matcher = fc
	.tuple(
		fc.constantFrom(...LABELS),
		fc.constantFrom("=", "!=", "=~", "!~"),
		fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }),
	)
	.map(([name, type, values]) => `${name}${type}"${type.includes("~") ? values.join("|") : values[0]}"`);
const selector = fc
	.tuple(fc.constantFrom(...METRICS), fc.array(matcher, { maxLength: 2 }))
	.map(([name, matchers]) => (matchers.length > 0 ? `${name}{${matchers.join(",")}}` : name));
const number = fc.constantFrom("0", "1", "2.5", "-3", "0.5", "NaN", "Inf", "1e3", "30s");

const ofType = (type: ValueType) =>
	[...SIGNATURES].filter(([name, { returns }]) => returns === type && !LEFT_OUT.has(name)).map(([name, { args }]) => ({ name, args }));
const VECTOR_FUNCTIONS = ofType("vector").filter(({ args }) => !args.includes("string"));
const SCALAR_FUNCTIONS = ofType("scalar");

const { vector, scalar } = fc.letrec<{ vector: string; scalar: string; matrix: string }>((tie) => {
	const called = (functions: { name: string; args: readonly ValueType[] }[]) =>
		fc
			.constantFrom(...functions)
			.chain(({ name, args }) => fc.tuple(...args.map((type) => tie(type as "vector"))).map((texts) => `${name}(${texts.join(", ")})`));
	const matching = fc.tuple(fc.constantFrom("on", "ignoring"), grouping, fc.constantFrom("", "", " group_left()", " group_right()"));
	const matched = fc.option(
		matching.map(([how, labels, group]) => ` ${how} ${labels}${group}`),
		{ nil: "" },
	);
	const fill = fc.constantFrom("", "", " fill(0)", " fill_left(1)", " fill_right(2)");
	const binary = fc
		.tuple(
			tie("vector"),
			fc.constantFrom("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "< bool", ">= bool"),
			matched,
			fill,
			tie("vector"),
		)
		.map(([left, op, how, filled, right]) => `(${left}) ${op}${how}${filled} (${right})`);
	const sets = fc
		.tuple(tie("vector"), fc.constantFrom("and", "or", "unless"), fc.option(grouping, { nil: undefined }), tie("vector"))
		.map(([left, op, labels, right]) => `(${left}) ${op} ${labels ? `on ${labels} ` : ""}(${right})`);
	const grouped = fc.oneof(
		fc.constant(""),
		fc.tuple(fc.constantFrom("by", "without"), grouping).map(([how, labels]) => `${how} ${labels} `),
	);
	return {
		matrix: fc.oneof(
			{ weight: 3, arbitrary: fc.tuple(selector, duration, modifier).map(([text, range, shift]) => `${text}[${range}]${shift}`) },
			fc
				.tuple(tie("vector"), duration, fc.constantFrom("", "7s", "15s", "1m"), modifier)
				.map(([text, range, step, shift]) => `(${text})[${range}:${step}]${shift}`),
		),
		scalar: fc.oneof(
			{ weight: 4, arbitrary: number },
			called(SCALAR_FUNCTIONS),
			fc
				.tuple(tie("scalar"), fc.constantFrom("+", "*", "%", "> bool"), tie("scalar"))
				.map(([left, op, right]) => `(${left}) ${op} (${right})`),
		),
		vector: fc.oneof(
			{ maxDepth: 5, depthIdentifier: "query" },
			fc.tuple(selector, modifier).map((texts) => texts.join("")),
			called(VECTOR_FUNCTIONS),
			binary,
			sets,
			fc
				.tuple(tie("vector"), fc.constantFrom("+", "-", "*", "<", "== bool"), tie("scalar"))
				.map(([left, op, right]) => `(${left}) ${op} (${right})`),
			fc
				.tuple(fc.constantFrom("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"), grouped, tie("vector"))
				.map(([op, by, text]) => `${op} ${by}(${text})`),
			fc
				.tuple(fc.constantFrom("quantile", "topk", "bottomk", "limitk", "limit_ratio"), grouped, number, selector)
				.map(([op, by, k, text]) => `${op} ${by}(${k}, ${text})`),
			tie("vector").map((text) => `-(${text})`),
			fc.tuple(grouped, tie("vector")).map(([by, text]) => `count_values ${by}("value", ${text})`),
			tie("vector").map((text) => `label_replace(${text}, "job", "$1x", "host", "(.*)")`),
		),
	};
});

export const randomQuery = fc.oneof({ weight: 9, arbitrary: vector }, scalar);

/** Each series' values by 15 s, undefined: none there, from second 0 on. */
export const randomSeries = fc.array(
	fc.record({
		name: fc.constantFrom(...METRICS),
		labels: fc.tuple(...LABELS.map(() => fc.constantFrom(...VALUES))),
		values: fc.array(
			fc.option(fc.oneof(fc.integer({ min: -3, max: 50 }), fc.constantFrom(Number.NaN, 0.1, Number.POSITIVE_INFINITY)), {
				freq: 4,
				nil: undefined,
			}),
			{
				minLength: 5,
				maxLength: 40,
			},
		),
		/** Its last sample is a mark that it ended. */
		ends: fc.boolean(),
	}),
	{ maxLength: 8 },
);
export { LABELS };
