/** Matchers together, and the texts that one of them allows. */

import { literalsOf, type Matches, matcherOf } from "../../../colony-bridge/protocol/promql/matcher.ts";
import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import type { Labels } from "../labels.ts";
import { QueryError } from "../values.ts";

/** @throws QueryError where its pattern is none. */
export function predicateOf(matcher: Pick<Matcher, "type" | "value">): Matches {
	const found = matcherOf(matcher);
	if ("wrong" in found) throw new QueryError(found.wrong);
	return found.matches;
}

/** @returns whether labels satisfy all matchers. */
export function matching(matchers: readonly Matcher[]): (labels: Labels) => boolean {
	const tests = matchers.map((matcher) => ({ name: matcher.name, matches: predicateOf(matcher) }));
	return (labels) => tests.every(({ name, matches }) => matches(labels.get(name)));
}

/** All texts that a matcher allows; undefined: they cannot be listed. */
export function listed({ type, value }: Pick<Matcher, "type" | "value">): readonly string[] | undefined {
	if (type === "=") return [value];
	return type === "=~" ? literalsOf(value) : undefined;
}
