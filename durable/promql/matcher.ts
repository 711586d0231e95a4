/** Matchers of labels, ready to be asked. Regular expressions are RE2's, which take time in proportion to the text; the common ones need none. */
import { RE2JS } from "re2js";
import type { Matcher } from "./source.ts";

export type Matches = (value: string) => boolean;

const SPECIAL = /[\\.+*?()|[\]{}^$]/;
/** Those asked for lately, by pattern. */
const compiled = new Map<string, Matches>();
const MOST_COMPILED = 500;

/** What matches, or what is wrong with the regular expression. */
export function matcherOf({ type, value }: Pick<Matcher, "type" | "value">): { matches: Matches } | { wrong: string } {
	if (type === "=") return { matches: (text) => text === value };
	if (type === "!=") return { matches: (text) => text !== value };
	try {
		const matches = patternOf(value);
		return { matches: type === "=~" ? matches : (text) => !matches(text) };
	} catch (error) {
		return { wrong: (error as Error).message };
	}
}

/** @throws Error with what is wrong with it. */
function patternOf(pattern: string): Matches {
	const known = compiled.get(pattern);
	if (known) return known;
	const matches = plainPattern(pattern) ?? expression(pattern);
	if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value as string);
	compiled.set(pattern, matches);
	return matches;
}

/** Of `a|b|c`, `a.*`, `.*a` and `.+`, whose dot stands for any character, that of a new line included. */
function plainPattern(pattern: string): Matches | undefined {
	const alternatives = pattern.split("|");
	if (!alternatives.some((text) => SPECIAL.test(text))) {
		const set = new Set(alternatives);
		return (text) => set.has(text);
	}
	const [, before = "", between, after = ""] = /^(.*?)(\.[*+])(.*)$/s.exec(pattern) ?? [];
	if (between === undefined || SPECIAL.test(before) || SPECIAL.test(after)) return undefined;
	const least = before.length + after.length + (between === ".+" ? 1 : 0);
	return (text) => text.length >= least && text.startsWith(before) && text.endsWith(after);
}

function expression(pattern: string): Matches {
	const program = RE2JS.compile(pattern, RE2JS.DOTALL);
	return (text) => program.matches(text);
}
