/** Labels made from labels: `label_replace`, `label_join`. */
import { RE2JS } from "re2js";
import { type Call, METRIC_NAME, type Series, type Value, type WholeFunction } from "../values.ts";
import { seriesOf, textOf } from "./instants.ts";

export const labelReplace: WholeFunction = (call) => {
	const [target, template, source, expression] = [1, 2, 3, 4].map((n) => textOf(call, n)) as [string, string, string, string];
	const pattern = compiled(call, expression);
	requireLabel(call, "destination", target);
	const replaced = new Map<string, string | undefined>();
	const replacementFor = (value: string): string | undefined => {
		if (!replaced.has(value)) {
			const matcher = pattern.matcher(value);
			replaced.set(value, matcher.find() ? expanded(template, (group) => groupOf(matcher, group)) : undefined);
		}
		return replaced.get(value);
	};
	return relabelled(seriesOf(call, 0), target, ({ labels }) => replacementFor(labels.get(source)));
};

export const labelJoin: WholeFunction = (call) => {
	const [target, separator] = [textOf(call, 1), textOf(call, 2)];
	const sources = call.args.slice(3).map((_, i) => textOf(call, i + 3));
	for (const source of sources) requireLabel(call, "source", source);
	requireLabel(call, "destination", target);
	return relabelled(seriesOf(call, 0), target, ({ labels }) => sources.map((source) => labels.get(source)).join(separator));
};

/** @param valueFor undefined: the series stays as it is */
function relabelled(series: readonly Series[], target: string, valueFor: (series: Series) => string | undefined): Value {
	return {
		type: "vector",
		series: series.map((one) => {
			const value = valueFor(one);
			// A name given by the query stays, whatever was computed before.
			return value === undefined
				? one
				: { ...one, labels: one.labels.with(target, value), dropName: target !== METRIC_NAME && one.dropName };
		}),
	};
}

function compiled(call: Call, expression: string): RE2JS {
	try {
		return RE2JS.compile(`^(?s:${expression})$`);
	} catch {
		return call.fail(`invalid regular expression in ${call.name}(): ${expression}`);
	}
}

/** A label may have any name but the empty one, of text that is UTF-8. */
function requireLabel(call: Call, which: string, name: string): void {
	if (name === "" || !name.isWellFormed() || name.includes("\ufffd")) call.fail(`invalid ${which} label name in ${call.name}(): ${name}`);
}

/** `$1`, `$name`, `${name}`; `$$` is a dollar. What has no such form stays as it is. */
const expanded = (template: string, groupOf: (name: string) => string): string =>
	template.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_, dollar?: string, braced?: string, plain?: string) =>
		dollar ? "$" : groupOf(braced ?? plain ?? ""),
	);

/** @returns "": there is no such group, or it took no part */
function groupOf(matcher: ReturnType<RE2JS["matcher"]>, name: string): string {
	if (!/^\d+$/.test(name)) return Object.hasOwn(matcher.pattern().namedGroups(), name) ? (matcher.group(name) ?? "") : "";
	return Number(name) <= matcher.groupCount() ? (matcher.group(Number(name)) ?? "") : "";
}
