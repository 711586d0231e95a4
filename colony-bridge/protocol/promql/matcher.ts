/** Matchers of labels, ready to be asked. Regular expressions are RE2's, which take time in proportion to the text; the common ones need none. */
import { RE2JS } from "re2js";
import type { Matcher } from "./terms.ts";

export type Matches = (value: string) => boolean;

const SPECIAL = /[\\.+*?()|[\]{}^$]/;
/** Those asked for lately, by pattern. */
const compiled = new Map<string, Matches>();
const MOST_COMPILED = 500;

/** A test of texts, or the fault of the regular expression. */
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

/** Tests for `a|b|c`, `a.*`, `.*a` and `.+`, whose dot stands for any character, a new line included. */
function plainPattern(pattern: string): Matches | undefined {
	const literals = literalsOf(pattern);
	if (literals) {
		const set = new Set(literals);
		return (text) => set.has(text);
	}
	const [, before = "", between, after = ""] = /^(.*?)(\.[*+])(.*)$/s.exec(pattern) ?? [];
	if (between === undefined || SPECIAL.test(before) || SPECIAL.test(after)) return undefined;
	const least = before.length + after.length + (between === ".+" ? 1 : 0);
	return (text) => text.length >= least && text.startsWith(before) && text.endsWith(after);
}

/** All texts that a list of texts allows, as dashboards write what their user chose: `(a\.b|c)`, escaped. @returns undefined: it is no list */
export function literalsOf(pattern: string): string[] | undefined {
	const list = /^\((?!\?)(.*)\)$/s.exec(pattern)?.[1] ?? pattern;
	const texts = [""];
	for (let i = 0; i < list.length; i++) {
		let char = list[i] as string;
		if (char === "|") {
			texts.push("");
			continue;
		}
		if (char === "\\") {
			char = list[++i] ?? "";
			if (!/^[!-/:-@[-`{-~]$/.test(char)) return undefined;
		} else if (SPECIAL.test(char)) return undefined;
		texts[texts.length - 1] += char;
	}
	return texts;
}

function expression(pattern: string): Matches {
	const program = compiledExpression(pattern);
	return (text) => program.matches(text);
}

/** A match takes at most some 20 ns an instruction and character: 4 ms for a value of 200 characters. */
const MOST_INSTRUCTIONS = 1000;
/** Characters by their repetitions, counted before anything is compiled. */
const MOST_REPEATED = 4000;

/** A regular expression whose matches would take too long. */
export class TooLarge extends Error {
	override readonly name = "TooLarge";

	constructor(pattern: string) {
		const shown = JSON.stringify(pattern.length > 40 ? `${pattern.slice(0, 40)}…` : pattern);
		super(
			`the regular expression ${shown} has more than ${MOST_INSTRUCTIONS} instructions: shorten it, or list the texts it stands for (a|b|c)`,
		);
	}
}

/** @throws TooLarge; Error with what is wrong with it. */
export function compiledExpression(pattern: string): RE2JS {
	let repetitions = 1;
	for (const [, least = "0", most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) repetitions += Number(most || least);
	if (pattern.length * repetitions > MOST_REPEATED) throw new TooLarge(pattern);
	const program = RE2JS.compile(pattern, RE2JS.DOTALL);
	if (program.programSize() > MOST_INSTRUCTIONS) throw new TooLarge(pattern);
	return program;
}
