/**
 * The words of a query. The grammar takes a few that Prometheus refuses, and refuses a few that it takes: the former are refused here, the latter
 * stand in the text for the grammar as something of the same length that it knows. Positions stay, and texts are read from the query itself.
 */

import { AGGREGATIONS, type Place } from "./ast.ts";
import { durationOf, unquoted } from "./literals.ts";
import type { Refuse } from "./parse-error.ts";
import { SIGNATURES } from "./signatures.ts";

export interface Token extends Place {
	type: "word" | "number" | "duration" | "string" | "mark";
	text: string;
}

const KEYWORDS = new Set([
	...AGGREGATIONS,
	..."and or unless atan2 by without on ignoring group_left group_right bool offset anchored smoothed fill fill_left fill_right start end inf nan".split(
		" ",
	),
]);
const TOKEN = [
	/[ \t\r\n]+|#[^\n]*/,
	/"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`]*`/,
	/(?:\d+(?:ms|[smhdwy]))+(?![\w.])/,
	/(?:0[xX][\da-fA-F_]+|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)(?![\w.])/,
	/[a-zA-Z_:][\w:]*/,
	/==|!=|<=|>=|<\/|>\/|=~|!~|[-+*/%^=<>@(){}[\],:]/,
];
const SCAN = new RegExp(TOKEN.map(({ source }) => `(${source})`).join("|"), "y");
const TYPES = ["string", "duration", "number", "word", "mark"] as const;

/** Six letters, as `max_of` and `min_of` have, of a function the grammar knows. */
const KNOWN_FUNCTION = "minute";

/** @returns the words, and the query for the grammar */
export function tokensOf(query: string, refuse: Refuse): { tokens: Token[]; grammatical: string } {
	const tokens: Token[] = [];
	const open: Open[] = [];
	let grammatical = query;
	const standIn = ({ start, end }: Place, text: string) => {
		grammatical = grammatical.slice(0, start) + text + grammatical.slice(end);
	};
	const inOffset = offsetWatch();
	for (let at = 0; at < query.length; ) {
		const inBrackets = open.some(({ text }) => text === "[");
		const inBraces = open.at(-1)?.text === "{";
		SCAN.lastIndex = at;
		const match = SCAN.exec(query);
		if (!match) refuse({ start: at, end: query.length }, unscannable(query, at, inBraces));
		let text = match[0];
		const start = at;
		if (match[1] !== undefined) {
			at += text.length;
			continue;
		}
		const type = TYPES[match.findIndex((group, i) => i > 1 && group !== undefined) - 2] as Token["type"];
		// Between brackets a colon stands alone.
		if (type === "word" && inBrackets && text.includes(":")) text = text.startsWith(":") ? ":" : (text.split(":", 1)[0] as string);
		at += text.length;
		const token: Token = { type: text === ":" ? "mark" : type, text, start, end: at };
		const previous = tokens.at(-1);
		tokens.push(token);
		if (type === "string") {
			const read = unquoted(text);
			if ("wrong" in read) refuse(token, read.wrong);
		} else if (type === "duration") {
			if (durationOf(text) === undefined) refuse(token, `not a valid duration string: ${JSON.stringify(text)}`);
		} else if (type === "number") {
			const dot = text.indexOf(".");
			if (dot >= 0 && !/\d/.test(text[dot + 1] ?? "")) standIn(token, `0${text.slice(0, dot)}${text.slice(dot + 1)}`);
		} else if (type === "mark") {
			balance(open, token, refuse);
		}
		const offsetDuration = inOffset(token);
		if (type !== "word" || inBraces) continue;
		if (inBrackets || offsetDuration) standIn(token, text.toLowerCase());
		const called = /^\s*\(/.test(query.slice(at));
		if (text.toLowerCase() === "offset") {
			if (beginsOperand(previous)) standIn(token, "_".repeat(text.length));
		} else if (called && !inBrackets && !offsetDuration) {
			const known = SIGNATURES.has(text);
			if (!known && !KEYWORDS.has(text.toLowerCase())) refuse(token, `unknown function with name ${JSON.stringify(text)}`);
			if (text === "max_of" || text === "min_of") standIn(token, KNOWN_FUNCTION);
		}
	}
	const unclosed = open.at(-1);
	if (unclosed) {
		const end = { start: query.length, end: query.length };
		if (unclosed.text === "{") refuse(end, "unexpected end of input inside braces");
		refuse(end, unclosed.text === "(" ? "unclosed left parenthesis" : "unexpected end of input in duration expression");
	}
	return { tokens, grammatical };
}

/** An operand stands at the beginning, and after whatever is no end of one. */
const beginsOperand = (previous: Token | undefined): boolean =>
	!previous || (previous.type === "mark" && !")]}".includes(previous.text)) || /^(?:and|or|unless|atan2|bool)$/i.test(previous.text);

/** Far more than anybody writes. */
const MOST_OPEN = 200;
const MOST_PARTS = 200;
const CLOSES: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
const NAMES: Record<string, string> = { ")": "right parenthesis", "]": "right bracket", "}": "right brace" };

/** A bracket that is not closed yet, and the commas in it. */
interface Open {
	text: string;
	commas: number;
}

function balance(open: Open[], token: Token, refuse: Refuse): void {
	const inner = open.at(-1);
	if (token.text === "," && inner && ++inner.commas > MOST_PARTS) {
		refuse(token, `more than ${MOST_PARTS} arguments, labels or matchers in one list: split the query`);
	}
	if ("([{".includes(token.text)) {
		if (token.text === "{" && open.at(-1)?.text === "{") refuse(token, "unexpected left brace '{'");
		if (token.text === "[" && open.some(({ text }) => text === "[")) refuse(token, "unexpected left bracket '['");
		if (open.length >= MOST_OPEN) refuse(token, `parentheses nest deeper than ${MOST_OPEN}: split the query`);
		open.push({ text: token.text, commas: 0 });
	}
	const opens = CLOSES[token.text];
	if (opens === undefined) return;
	if (open.at(-1)?.text !== opens) refuse(token, `unexpected ${NAMES[token.text]} '${token.text}'`);
	open.pop();
}

/** @returns whether a token belongs to the duration after `offset`: signs, then a number, a call or what stands in parentheses. */
function offsetWatch(): (token: Token) => boolean {
	let depth: number | undefined;
	return ({ type, text }) => {
		if (type === "word" && text.toLowerCase() === "offset") {
			depth = 0;
			return false;
		}
		if (depth === undefined) return false;
		if (text === "(") depth++;
		else if (text === ")") depth--;
		const goesOn = depth > 0 || (depth === 0 && (text === "+" || text === "-" || type === "word"));
		if (!goesOn) depth = undefined;
		return true;
	};
}

function unscannable(query: string, at: number, inBraces: boolean): string {
	const rest = query.slice(at);
	const char = JSON.stringify(String.fromCodePoint(query.codePointAt(at) as number)).slice(1, -1);
	if (rest.startsWith("`")) return "unterminated raw string";
	if (/^["']/.test(rest)) return "unterminated quoted string";
	if (/^\.?\d/.test(rest)) return `bad number or duration syntax: ${JSON.stringify((/^[\w.]+/.exec(rest) as RegExpExecArray)[0])}`;
	return inBraces ? `unexpected character inside braces: '${char}'` : `unexpected character: '${char}'`;
}

/** Its name in an error. */
export function described(token: Token | undefined): string {
	if (!token) return "end of input";
	const { type, text } = token;
	if (type === "mark") return /^[,:(){}[\]]$/.test(text) || text === "=" ? JSON.stringify(text) : `<op:${text}>`;
	if (type === "word") {
		const word = text.toLowerCase();
		if (word === "inf" || word === "nan") return `number ${JSON.stringify(text)}`;
		if (KEYWORDS.has(word)) return `<${word}>`;
		return `${text.includes(":") ? "metric identifier" : "identifier"} ${JSON.stringify(text)}`;
	}
	return `${type} ${type === "string" ? text : JSON.stringify(text)}`;
}

const OPERATORS = new Set("+ - * / % ^ == != < > <= >= </ >/ and or unless atan2".split(" "));

export const operatorsIn = (tokens: readonly Token[]): number => tokens.filter(({ text }) => OPERATORS.has(text.toLowerCase())).length;
