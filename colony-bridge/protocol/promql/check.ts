/** Types and rules that the grammar does not know, as strict as Prometheus has them. */

import {
	type Aggregation,
	type Binary,
	COMPARISONS,
	type Duration,
	type Expr,
	type FunctionCall,
	PARAMETERS,
	type Place,
	SET_OPERATORS,
	type Shift,
	typeOf,
	type VectorSelector,
} from "./ast.ts";
import { matcherOf } from "./matcher.ts";
import type { Refuse } from "./parse-error.ts";
import { SIGNATURES } from "./signatures.ts";
import { METRIC_NAME, type ValueType } from "./terms.ts";

/** Parts of the language that a stock Prometheus has off. */
export interface Syntax {
	/** Functions and aggregations. */
	experimentalFunctions: boolean;
	durationExpressions: boolean;
	/** `anchored` and `smoothed`. */
	extendedRanges: boolean;
	fillModifiers: boolean;
}

const TOLD: Record<ValueType, string> = { scalar: "scalar", vector: "instant vector", matrix: "range vector", string: "string" };

export class Checker {
	readonly #query: string;
	readonly #syntax: Syntax;
	readonly #refuse: Refuse;

	constructor(query: string, syntax: Syntax, refuse: Refuse) {
		this.#query = query;
		this.#syntax = syntax;
		this.#refuse = refuse;
	}

	check(expr: Expr): ValueType {
		switch (expr.kind) {
			case "aggregation":
				this.#aggregation(expr);
				break;
			case "binary":
				this.#binary(expr);
				break;
			case "call":
				this.#call(expr);
				break;
			case "paren":
				this.check(expr.expr);
				break;
			case "unary": {
				const type = this.check(expr.expr);
				if (type !== "scalar" && type !== "vector") {
					this.#refuse(expr.place, `unary expression only allowed on expressions of type scalar or instant vector, got "${TOLD[type]}"`);
				}
				break;
			}
			case "subquery": {
				const type = this.check(expr.expr);
				if (type !== "vector") this.#refuse(expr.place, `subquery is only allowed on instant vector, got ${type} instead`);
				this.#durations(expr, expr.range, expr.step);
				break;
			}
			case "matrix":
				this.check(expr.selector);
				this.#durations(expr.range);
				break;
			case "selector":
				this.#selector(expr);
				break;
		}
		return typeOf(expr);
	}

	#expect(expr: Expr, wanted: ValueType, context: string): void {
		const type = this.check(expr);
		if (type !== wanted) this.#refuse(expr.place, `expected type ${TOLD[wanted]} in ${context}, got ${TOLD[type]}`);
	}

	#aggregation({ op, expr, param, place }: Aggregation): void {
		if ((op === "limitk" || op === "limit_ratio") && !this.#syntax.experimentalFunctions) {
			this.#refuse(place, `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`);
		}
		this.#expect(expr, "vector", "aggregation expression");
		const wanted = PARAMETERS[op];
		if (wanted && param) this.#expect(param, wanted, "aggregation parameter");
	}

	#binary(expr: Binary): void {
		const { op, left, right, bool, matching, place } = expr;
		const [leftType, rightType] = [this.check(left), this.check(right)];
		const scalars = leftType === "scalar" && rightType === "scalar";
		const vectors = leftType === "vector" && rightType === "vector";
		if (bool && !COMPARISONS.has(op)) this.#refuse(this.#between(expr), "bool modifier can only be used on comparison operators");
		if (COMPARISONS.has(op) && !bool && scalars) this.#refuse(this.#between(expr), "comparisons between scalars must use BOOL modifier");
		const filled = matching?.fillLeft !== undefined || matching?.fillRight !== undefined;
		if (filled && !this.#syntax.fillModifiers) this.#refuse(place, "binop fill modifiers are experimental and not enabled");
		const twice = matching?.on && matching.labels.find((label) => matching.include.includes(label));
		if (twice) this.#refuse(this.#between(expr), `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
		for (const [operand, type] of [
			[left, leftType],
			[right, rightType],
		] as const) {
			if (type !== "scalar" && type !== "vector") {
				this.#refuse(operand.place, "binary expression must contain only scalar and instant vector types");
			}
		}
		if (!vectors) {
			if (matching && matching.labels.length > 0) this.#refuse(place, "vector matching only allowed between instant vectors");
			if (filled) this.#refuse(place, "filling in missing series only allowed between instant vectors");
			if (SET_OPERATORS.has(op)) this.#refuse(place, `set operator "${op}" not allowed in binary scalar expression`);
			if (scalars && (op === "</" || op === ">/")) this.#refuse(this.#between(expr), `operator "${op}" not allowed for Scalar operations`);
			delete expr.matching;
		} else if (SET_OPERATORS.has(op) && matching) {
			if (matching.card !== "one-to-one") this.#refuse(place, `no grouping allowed for "${op}" operation`);
			if (filled) this.#refuse(place, "filling in missing series not allowed for set operators");
			matching.card = "many-to-many";
		}
	}

	/** Operator and modifiers of it, without the spaces around them. */
	#between({ left, right }: Binary): Place {
		const [from, to] = [left.place.end, right.place.start];
		const text = this.#query.slice(from, to);
		return { start: from + (text.length - text.trimStart().length), end: to - (text.length - text.trimEnd().length) };
	}

	#call({ name, args, place }: FunctionCall): void {
		const signature = SIGNATURES.get(name);
		if (!signature) this.#refuse(place, `unknown function with name ${JSON.stringify(name)}`);
		if (signature.experimental && !this.#syntax.experimentalFunctions) {
			this.#refuse({ start: place.start, end: place.start + name.length }, `function ${JSON.stringify(name)} is not enabled`);
		}
		const { variadic } = signature;
		const [count, given] = [signature.args.length, args.length];
		const wrong = (how: string, wanted: number) =>
			this.#refuse(place, `expected ${how}${wanted} argument(s) in call to ${JSON.stringify(name)}, got ${given}`);
		if (variadic === 0 && given !== count) wrong("", count);
		if (variadic !== 0 && given < count - 1) wrong("at least ", count - 1);
		if (variadic > 0 && given > count - 1 + variadic) wrong("at most ", count - 1 + variadic);
		if (name === "info" && args[1]) this.#infoMatchers(args[1], place);
		args.forEach((arg, i) => {
			const wanted = signature.args[Math.min(i, count - 1)] as ValueType;
			const type = this.check(arg);
			if (type !== wanted) {
				this.#refuse(arg.place, `expected type ${TOLD[wanted]} in call to function ${JSON.stringify(name)}, got ${TOLD[type]}`);
			}
		});
	}

	#infoMatchers(arg: Expr, call: Place): void {
		const type = typeOf(arg);
		if (type !== "vector") this.#refuse(call, `expected type instant vector in call to function "info", got ${TOLD[type]}`);
		if (arg.kind !== "selector") this.#refuse(arg.place, "expected label selectors only");
		if (arg.name !== "") this.#refuse(arg.place, "expected label selectors only, got vector selector instead");
		arg.mayMatchAll = true;
	}

	#selector(selector: VectorSelector): void {
		const { name, matchers, extension, place } = selector;
		this.#durations(selector);
		if (extension && !this.#syntax.extendedRanges) this.#refuse(place, `${extension} modifier is experimental and not enabled`);
		let matchesNothing = false;
		for (const matcher of matchers) {
			const compiled = matcherOf(matcher);
			if ("wrong" in compiled) this.#refuse(place, compiled.wrong);
			matchesNothing ||= !compiled.matches("");
		}
		if (name !== "") {
			const other = matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
			if (other) this.#refuse(place, `metric name must not be set twice: ${JSON.stringify(name)} or ${JSON.stringify(other.value)}`);
		} else if (!matchesNothing && !selector.mayMatchAll) {
			this.#refuse(place, "vector selector must contain at least one non-empty matcher");
		}
	}

	#durations(...places: (Shift | Duration | undefined)[]): void {
		if (this.#syntax.durationExpressions) return;
		for (const given of places) {
			const duration =
				given && "kind" in given && (given.kind === "duration" || given.kind === "number") ? given : (given as Shift | undefined)?.offset;
			if (duration?.kind === "duration") this.#refuse(duration.place, "experimental duration expression is not enabled");
		}
	}
}
