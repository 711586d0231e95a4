/** From the grammar's tree to ours: names and numbers are read, and what the grammar leaves open is decided. */

import { associated, type Item } from "./associate.ts";
import {
	AGGREGATIONS,
	type Aggregation,
	type AggregationOp,
	type BinaryOp,
	type Expr,
	type Extension,
	type FunctionCall,
	type Matching,
	type NumberLiteral,
	PARAMETERS,
	type Place,
	type Shift,
	type VectorSelector,
} from "./ast.ts";
import { DurationReader } from "./durations.ts";
import { fixedText } from "./go-float.ts";
import { childrenIn, type Tree } from "./grammar.ts";
import { unquoted } from "./literals.ts";
import { numberLiteral } from "./number-literal.ts";
import type { Refuse } from "./parse-error.ts";
import { type Matcher, METRIC_NAME } from "./terms.ts";

const placeOf = ({ from, to }: Tree): Place => ({ start: from, end: to });

export class TreeReader {
	readonly #query: string;
	readonly #refuse: Refuse;
	readonly #durations: DurationReader;

	constructor(query: string, refuse: Refuse) {
		this.#query = query;
		this.#refuse = refuse;
		this.#durations = new DurationReader(query, refuse);
	}

	expr(node: Tree): Expr {
		const items: Item[] = [];
		this.#flatten(node, items);
		return associated(items);
	}

	#text({ from, to }: Tree): string {
		return this.#query.slice(from, to);
	}

	/** Appends the operands and operators of a node, in their order. */
	#flatten(node: Tree, items: Item[]): void {
		const suffix = (applied: (operand: Expr) => Expr) => {
			this.#flatten(first, items);
			items.push({ is: "suffix", applied });
		};
		const [first, second, third] = childrenIn(node) as [Tree, Tree, Tree];
		switch (node.name) {
			case "BinaryExpr":
				this.#operator(node, items);
				break;
			case "UnaryExpr":
				items.push({ is: "sign", op: this.#text(first) as "+" | "-", start: node.from });
				this.#flatten(second, items);
				break;
			case "NumberDurationLiteral": {
				const sign = this.#text(node)[0] as string;
				if (sign === "+" || sign === "-") items.push({ is: "sign", op: sign, start: node.from });
				items.push({ is: "operand", expr: numberLiteral(this.#query, node, this.#refuse) });
				break;
			}
			case "OffsetExpr":
				suffix((operand) => this.#offset(operand, third, node.to));
				break;
			case "StepInvariantExpr":
				suffix((operand) => this.#at(operand, third, node.to));
				break;
			case "AnchoredExpr":
			case "SmoothedExpr":
				suffix((operand) => this.#extension(operand, node.name === "AnchoredExpr" ? "anchored" : "smoothed"));
				break;
			case "MatrixSelector":
				suffix((operand) => this.#matrix(operand, second, node.to));
				break;
			case "SubqueryExpr":
				suffix((operand) => {
					const range = this.#durations.positive(second);
					const step = third && { step: this.#durations.positive(third) };
					return { kind: "subquery", expr: operand, range, ...step, place: { start: operand.place.start, end: node.to } };
				});
				break;
			default:
				items.push({ is: "operand", expr: this.#operand(node) });
		}
	}

	#operator(node: Tree, items: Item[]): void {
		const [left, op, ...modifiers] = childrenIn(node) as [Tree, Tree, ...Tree[]];
		const right = modifiers.pop() as Tree;
		const matching: Matching = { card: "one-to-one", labels: [], on: false, include: [] };
		let bool = false;
		for (const modifier of modifiers) {
			if (modifier.name === "BoolModifier") bool = true;
			else if (modifier.name === "MatchingModifierClause") this.#matching(modifier, matching);
			else this.#fill(modifier, matching);
		}
		this.#flatten(left, items);
		items.push({ is: "operator", op: this.#text(op).toLowerCase() as BinaryOp, rest: { bool, matching }, place: placeOf(op) });
		this.#flatten(right, items);
	}

	#matching(clause: Tree, matching: Matching): void {
		for (const part of childrenIn(clause)) {
			if (part.name === "On") matching.on = true;
			else if (part.name === "GroupLeft") matching.card = "many-to-one";
			else if (part.name === "GroupRight") matching.card = "one-to-many";
			else if (part.name === "GroupingLabels") {
				if (matching.card === "one-to-one") matching.labels = this.#names(part);
				else matching.include = this.#names(part);
			}
		}
	}

	#fill(modifier: Tree, matching: Matching): void {
		for (const clause of childrenIn(modifier)) {
			const literal = childrenIn(clause)[1] as Tree;
			const { value } = numberLiteral(this.#query, literal, this.#refuse);
			const fill = this.#text(literal).startsWith("-") ? -value : value;
			if (clause.name !== "FillRightClause") matching.fillLeft = fill;
			if (clause.name !== "FillLeftClause") matching.fillRight = fill;
		}
	}

	#operand(node: Tree): Expr {
		const place = placeOf(node);
		switch (node.name) {
			case "VectorSelector":
				return this.#selector(node);
			case "StringLiteral":
				return { kind: "string", text: this.#string(node), place };
			case "ParenExpr":
				return { kind: "paren", expr: this.expr(childrenIn(node)[0] as Tree), place };
			case "FunctionCall": {
				const [name, body] = childrenIn(node) as [Tree, Tree];
				return { kind: "call", name: this.#text(name), args: childrenIn(body).map((arg) => this.expr(arg)), place } satisfies FunctionCall;
			}
			case "AggregateExpr":
				return this.#aggregation(node);
			default:
				throw new RangeError(`the grammar has an unknown node ${node.name}`);
		}
	}

	#aggregation(node: Tree): Aggregation {
		const place = placeOf(node);
		const parts = childrenIn(node);
		const op = this.#text(parts[0] as Tree).toLowerCase() as AggregationOp;
		if (!AGGREGATIONS.includes(op)) throw new RangeError(`the grammar has an unknown aggregation ${op}`);
		const modifier = parts.find(({ name }) => name === "AggregateModifier");
		const body = parts.find(({ name }) => name === "FunctionCallBody") as Tree;
		const args = childrenIn(body).map((arg) => this.expr(arg));
		const wanted = PARAMETERS[op] ? 2 : 1;
		if (args.length === 0) this.#refuse(place, "no arguments for aggregate expression provided");
		if (args.length !== wanted) {
			this.#refuse(place, `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`);
		}
		const [how, names] = modifier ? (childrenIn(modifier) as [Tree, Tree]) : [];
		return {
			kind: "aggregation",
			op,
			expr: args[wanted - 1] as Expr,
			...(wanted === 2 && { param: args[0] as Expr }),
			grouping: names ? this.#names(names) : [],
			without: how?.name === "Without",
			place,
		};
	}

	/** Label names of a grouping. */
	#names(node: Tree): string[] {
		return childrenIn(node).map((name) => {
			if (name.name !== "QuotedLabelName") return this.#text(name);
			const text = this.#string(name);
			if (text === "") this.#refuse(placeOf(name), 'invalid label name for grouping: ""');
			return text;
		});
	}

	#string(node: Tree): string {
		const read = unquoted(this.#text(node));
		if ("wrong" in read) this.#refuse(placeOf(node), read.wrong);
		return read.text;
	}

	#selector(node: Tree): VectorSelector {
		const parts = childrenIn(node);
		const identifier = parts.find(({ name }) => name === "Identifier");
		const list = parts.find(({ name }) => name === "LabelMatchers");
		const matchers: Matcher[] = [];
		for (const part of list ? childrenIn(list) : []) {
			if (part.name === "QuotedLabelName") matchers.push({ name: METRIC_NAME, type: "=", value: this.#string(part) });
			else {
				const [name, type, value] = childrenIn(part) as [Tree, Tree, Tree];
				const label = name.name === "QuotedLabelName" ? this.#string(name) : this.#text(name);
				matchers.push({ name: label, type: this.#text(type) as Matcher["type"], value: this.#string(value) });
			}
		}
		const name = identifier ? this.#text(identifier) : "";
		if (name !== "") matchers.push({ name: METRIC_NAME, type: "=", value: name });
		return { kind: "selector", name, matchers, place: placeOf(node) };
	}

	#matrix(operand: Expr, range: Tree, end: number): Expr {
		const brackets = { start: this.#query.lastIndexOf("[", range.from), end };
		if (operand.kind !== "selector") this.#refuse(brackets, "ranges only allowed for vector selectors");
		if (operand.offset) this.#refuse(brackets, "no offset modifiers allowed before range");
		if (operand.at !== undefined) this.#refuse(brackets, "no @ modifiers allowed before range");
		const place = { start: operand.place.start, end };
		return { kind: "matrix", selector: operand, range: this.#durations.positive(range), place };
	}

	/** Instant and offset that `offset` and `@` set. */
	#shifted(operand: Expr, what: string): Shift {
		if (operand.kind === "matrix") return operand.selector;
		if (operand.kind === "selector" || operand.kind === "subquery") return operand;
		this.#refuse(operand.place, `${what} must be preceded by an instant vector selector or range vector selector or a subquery`);
	}

	#offset(operand: Expr, duration: Tree, end: number): Expr {
		const shift = this.#shifted(operand, "offset modifier");
		if (shift.offset) this.#refuse(operand.place, "offset may not be set multiple times");
		shift.offset = this.#durations.offset(duration);
		return { ...operand, ...(operand.kind !== "matrix" && { offset: shift.offset }), place: { start: operand.place.start, end } };
	}

	#at(operand: Expr, instant: Tree, end: number): Expr {
		const shift = this.#shifted(operand, "@ modifier");
		if (shift.at !== undefined) this.#refuse(operand.place, "@ <timestamp> may not be set multiple times");
		if (instant.name === "AtModifierPreprocessors") shift.at = this.#text(instant).toLowerCase() as "start" | "end";
		else shift.at = this.#instant(operand, numberLiteral(this.#query, instant, this.#refuse), this.#text(instant).startsWith("-"));
		return { ...operand, place: { start: operand.place.start, end } };
	}

	#instant(operand: Expr, { value }: NumberLiteral, negative: boolean): number {
		const seconds = negative ? -value : value;
		if (!(Math.abs(seconds) < 2 ** 63)) this.#refuse(operand.place, `timestamp out of bounds for @ modifier: ${fixedText(seconds)}`);
		return Math.round(seconds * 1000);
	}

	#extension(operand: Expr, extension: Extension): Expr {
		const selector = operand.kind === "matrix" ? operand.selector : operand;
		if (selector.kind === "subquery") this.#refuse(operand.place, `${extension} modifier is not supported for subqueries`);
		if (selector.kind !== "selector") this.#refuse(operand.place, `${extension} modifier not implemented`);
		if (selector.extension && selector.extension !== extension) {
			this.#refuse(operand.place, "anchored and smoothed modifiers cannot be used together");
		}
		selector.extension = extension;
		return operand;
	}
}
