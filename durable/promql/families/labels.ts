/** Labels made from labels: `label_replace`, `label_join`. */
import type { RE2JS } from "re2js";
import { compiledExpression, TooLarge } from "../../../colony-bridge/protocol/promql/matcher.ts";
import { Toll, type Work } from "../../work/work.ts";
import { type Call, METRIC_NAME, type Value, type WholeFunction } from "../values.ts";
import { seriesOf, textOf } from "./instants.ts";

type Matcher = ReturnType<RE2JS["matcher"]>;

/** Characters of a value: those made from values that were made could grow without end. */
const MOST_CHARACTERS = 10_000;
/** Characters that weigh as much as a value of a series. */
const CHARACTERS_A_VALUE = 8;

export const labelReplace: WholeFunction = function* (call): Work<Value> {
	const [target, template, source, expression] = [1, 2, 3, 4].map((n) => textOf(call, n)) as [string, string, string, string];
	const pattern = compiled(call, expression);
	requireLabel(call, "destination", target);
	const replaced = new Map<string, string | undefined>();
	const toll = new Toll();
	for (const { labels } of seriesOf(call, 0)) {
		const value = labels.get(source);
		if (replaced.has(value)) continue;
		const matcher = pattern.matcher(value);
		replaced.set(value, matcher.find() ? expanded(call, template, matcher) : undefined);
		if (toll.due(1 + (value.length * pattern.programSize()) / 4)) yield toll.taken();
	}
	return relabelled(call, target, (labelOf) => replaced.get(labelOf(source)));
};

export const labelJoin: WholeFunction = (call) => {
	const [target, separator] = [textOf(call, 1), textOf(call, 2)];
	const sources = call.args.slice(3).map((_, i) => textOf(call, i + 3));
	for (const source of sources) requireLabel(call, "source", source);
	requireLabel(call, "destination", target);
	return relabelled(call, target, (labelOf) => {
		const values = sources.map(labelOf);
		requireShort(call, values.reduce((sum, { length }) => sum + length + separator.length, 0) - separator.length);
		return values.join(separator);
	});
};

/** @param made from the series' other labels; undefined: the series stays as it is */
function relabelled(call: Call, target: string, made: (labelOf: (label: string) => string) => string | undefined): Value {
	const series = seriesOf(call, 0).map((one) => {
		const value = made((label) => one.labels.get(label));
		if (value === undefined) return one;
		call.spend(value.length / CHARACTERS_A_VALUE);
		// A name given by the query stays, whatever was computed before.
		return { ...one, labels: one.labels.with(target, value), dropName: target !== METRIC_NAME && one.dropName };
	});
	return { type: "vector", series };
}

function compiled(call: Call, expression: string): RE2JS {
	try {
		return compiledExpression(`^(?s:${expression})$`);
	} catch (error) {
		return call.fail(error instanceof TooLarge ? error.message : `invalid regular expression in ${call.name}(): ${expression}`);
	}
}

/** A label may have any name but the empty one, of text that is UTF-8. */
function requireLabel(call: Call, which: string, name: string): void {
	if (name === "" || !name.isWellFormed() || name.includes("\ufffd")) call.fail(`invalid ${which} label name in ${call.name}(): ${name}`);
}

function requireShort(call: Call, length: number): void {
	if (length > MOST_CHARACTERS) call.fail(`${call.name} makes a label of more than ${MOST_CHARACTERS} characters: take less of the others`);
}

/** `$1`, `$name`, `${name}`; `$$` is a dollar. What has no such form stays as it is. */
function expanded(call: Call, template: string, matcher: Matcher): string {
	let length = template.length;
	requireShort(call, length);
	return template.replace(
		/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
		(form, dollar?: string, braced?: string, plain?: string) => {
			const text = dollar ?? groupOf(matcher, braced ?? plain ?? "");
			length += text.length - form.length;
			requireShort(call, length);
			return text;
		},
	);
}

/** @returns "": there is no such group, or it took no part */
function groupOf(matcher: Matcher, name: string): string {
	if (!/^\d+$/.test(name)) return Object.hasOwn(matcher.pattern().namedGroups(), name) ? (matcher.group(name) ?? "") : "";
	return Number(name) <= matcher.groupCount() ? (matcher.group(Number(name)) ?? "") : "";
}
