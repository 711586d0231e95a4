/**
 * The part of Helm's templates that the chart uses, so that what comes out of it can be read in a test without Helm: actions, `if`, `with`,
 * `define`, variables, pipelines and the functions below. An unknown function, or a value that values.yaml does not have, is an error.
 */
import { createHash } from "node:crypto";
import { stringify } from "yaml";

type Value = unknown;
type Fields = Record<string, Value>;
type Node =
	| { kind: "text"; text: string }
	| { kind: "action"; words: string[]; assign?: string }
	| { kind: "if" | "with" | "define"; words: string[]; body: Node[]; otherwise: Node[] };

interface Scope {
	dot: Value;
	root: Value;
	variables: Map<string, Value>;
}

const empty = (value: Value): boolean => !value || (typeof value === "object" && Object.keys(value).length === 0);
const indent = (count: number, text: string) => text.replace(/^/gm, " ".repeat(count));
const withoutEnd = (end: string, text: string) => (text.endsWith(end) ? text.slice(0, -end.length) : text);

/** The last argument is what a pipeline hands on. */
// biome-ignore lint/suspicious/noExplicitAny: the templates are typed by nobody.
const FUNCTIONS: Record<string, (...args: any[]) => Value> = {
	add: (...all) => all.reduce((sum, each) => sum + each, 0),
	contains: (part, text) => text.includes(part),
	default: (otherwise, value) => (empty(value) ? otherwise : value),
	dict: (...pairs) => Object.fromEntries(pairs.flatMap((key, i) => (i % 2 ? [] : [[key, pairs[i + 1]]]))),
	empty,
	eq: (a, b) => a === b,
	merge: (first, second) => ({ ...second, ...first }),
	nindent: (count, text) => `\n${indent(count, text)}`,
	not: empty,
	print: (...all) => all.join(""),
	printf: (format, ...all) => format.replace(/%s/g, () => String(all.shift())),
	quote: (value) => JSON.stringify(String(value)),
	sha256sum: (text) => createHash("sha256").update(text).digest("hex"),
	ternary: (yes, no, condition) => (condition ? yes : no),
	toYaml: (value) => stringify(value).trimEnd(),
	trimSuffix: withoutEnd,
	trunc: (length, text) => text.slice(0, length),
	urlquery: (text) => encodeURIComponent(text),
};

/** A chart's templates by name, of which partials begin with `_`. */
export class ChartTemplates {
	readonly #files = new Map<string, Node[]>();
	readonly #defined = new Map<string, Node[]>();

	constructor(templates: Record<string, string>) {
		for (const [name, text] of Object.entries(templates)) this.#files.set(name, this.#parse(text));
	}

	/** @param values `.Values`, `.Chart`, `.Release` */
	render(name: string, values: Fields): string {
		const root = { ...values, Template: { BasePath: "templates" } };
		return this.#run(this.#files.get(name) ?? [], { dot: root, root, variables: new Map() });
	}

	#parse(text: string): Node[] {
		const tokens = [...text.matchAll(/([\s\S]*?)(?:\{\{(-?)\s*([\s\S]*?)\s*(-?)\}\}|$)/g)];
		let trims = false;
		const root: Node[] = [];
		const open: { nodes: Node[]; block?: Extract<Node, { body: Node[] }> }[] = [{ nodes: root }];
		for (const [, before = "", left, inside, right] of tokens) {
			let plain = trims ? before.trimStart() : before;
			if (left) plain = plain.trimEnd();
			const top = open.at(-1) as (typeof open)[number];
			if (plain) top.nodes.push({ kind: "text", text: plain });
			trims = Boolean(right);
			if (inside === undefined) continue;
			const words = inside.match(/"(?:[^"\\]|\\.)*"|:=|[()|]|[^\s()|]+/g) ?? [];
			const [first = "", ...rest] = words;
			if (first === "end") {
				open.pop();
				if (top.block?.kind === "define") this.#defined.set(JSON.parse(top.block.words[0] ?? ""), top.block.body);
			} else if (first === "else") {
				open[open.length - 1] = { nodes: top.block?.otherwise ?? [], ...(top.block && { block: top.block }) };
			} else if (first === "if" || first === "with" || first === "define") {
				const block = { kind: first, words: rest, body: [], otherwise: [] } as Extract<Node, { body: Node[] }>;
				if (first !== "define") top.nodes.push(block);
				open.push({ nodes: block.body, block });
			} else if (rest[0] === ":=") top.nodes.push({ kind: "action", words: rest.slice(1), assign: first });
			else top.nodes.push({ kind: "action", words });
		}
		if (open.length !== 1) throw new Error(`${open.length - 1} blocks without an end`);
		return root;
	}

	#run(nodes: readonly Node[], scope: Scope): string {
		let text = "";
		for (const node of nodes) {
			if (node.kind === "text") text += node.text;
			else if (node.kind === "action") {
				const value = this.#pipeline([...node.words], scope);
				if (node.assign) scope.variables.set(node.assign, value);
				else text += String(value);
			} else {
				const value = this.#pipeline([...node.words], scope);
				const inner = { ...scope, dot: node.kind === "with" && !empty(value) ? value : scope.dot };
				text += this.#run(empty(value) ? node.otherwise : node.body, inner);
			}
		}
		return text;
	}

	/** Takes words up to the closing parenthesis or the end. */
	#pipeline(words: string[], scope: Scope): Value {
		let handed: Value[] = [];
		for (;;) {
			const terms: Value[] = [];
			let call: ((...args: Value[]) => Value) | undefined;
			while (words.length > 0 && words[0] !== "|" && words[0] !== ")") {
				const word = words.shift() as string;
				if (word === "(") terms.push(this.#pipeline(words, scope));
				else if (word === "include") call = (name, dot) => this.#include(String(name), dot, scope);
				else if (/^[a-zA-Z]/.test(word) && word !== "true" && word !== "false") {
					call = FUNCTIONS[word];
					if (!call) throw new Error(`the function ${word} is unknown here`);
				} else terms.push(term(word, scope));
			}
			const all = [...terms, ...handed];
			handed = [call ? call(...all) : all[0]];
			if (words.shift() !== "|") return handed[0];
		}
	}

	#include(name: string, dot: Value, scope: Scope): string {
		const nodes = this.#defined.get(name) ?? this.#files.get(name.replace(/^templates\//, ""));
		if (!nodes) throw new Error(`there is no template ${name}`);
		return this.#run(nodes, { dot, root: scope.root, variables: new Map() });
	}
}

function term(word: string, scope: Scope): Value {
	if (/^["\d]|^(true|false)$/.test(word)) return JSON.parse(word);
	const [, start = "", path = ""] = /^(\$\w*|(?=\.))(.*)$/.exec(word) ?? [];
	let value = start === "$" ? scope.root : start ? scope.variables.get(start) : scope.dot;
	for (const name of path.split(".").filter(Boolean)) {
		if (typeof value !== "object" || value === null || !(name in value)) throw new Error(`there is no ${word}`);
		value = (value as Fields)[name];
	}
	return value;
}
