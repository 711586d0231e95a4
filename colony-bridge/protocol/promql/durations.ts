/** Durations of ranges, steps and offsets, with their arithmetic. */
import type { Duration, DurationExpression, Place } from "./ast.ts";
import { childrenIn, type Tree } from "./grammar.ts";
import { MOST_SECONDS } from "./literals.ts";
import { numberLiteral } from "./number-literal.ts";
import type { Refuse } from "./parse-error.ts";

type Op = DurationExpression["op"];
const CALLS: Record<string, Op> = { DurationStep: "step", DurationRange: "range", DurationMinOf: "min_of", DurationMaxOf: "max_of" };

export class DurationReader {
	readonly #query: string;
	readonly #refuse: Refuse;

	constructor(query: string, refuse: Refuse) {
		this.#query = query;
		this.#refuse = refuse;
	}

	/** Duration of a range or a step. */
	positive(node: Tree): Duration {
		const duration = this.#read(node);
		if (duration.kind === "number" && !(duration.value > 0)) this.#refuse(duration.place, "duration must be greater than 0");
		return duration;
	}

	offset(node: Tree): Duration {
		return this.#read(node);
	}

	#read(node: Tree): Duration {
		const place = { start: node.from, end: node.to };
		const [first, second, third] = childrenIn(node) as [Tree, Tree?, Tree?];
		const call = CALLS[first.name];
		if (call && second && third) return made(call, place, this.#read(second), this.#read(third));
		if (call) return made(call, place);
		if (first.name === "UnaryOp") return this.#signed(first, this.#read(second as Tree), place);
		if (second && third) {
			const op = this.#query.slice(second.from, second.to) as Op;
			const right = this.#read(third);
			if ((op === "/" || op === "%") && right.kind === "number" && right.value === 0) {
				this.#refuse({ start: second.from, end: second.to }, op === "/" ? "division by zero" : "modulo by zero");
			}
			return made(op, place, this.#read(first), right);
		}
		if (first.name === "NumberDurationLiteralInDurationContext") return this.#inRange(numberLiteral(this.#query, first, this.#refuse));
		const inner = this.#read(first);
		return inner.kind === "duration" ? { ...inner, wrapped: true, place } : { ...made("+", place, undefined, inner), wrapped: true };
	}

	#signed(sign: Tree, operand: Duration, place: Place): Duration {
		const minus = this.#query[sign.from] === "-";
		if (operand.kind === "number") return this.#inRange({ ...operand, value: minus ? -operand.value : operand.value, place });
		return minus ? made("-", place, undefined, operand) : operand;
	}

	#inRange<D extends Duration & { kind: "number" }>(literal: D): D {
		if (Math.abs(literal.value) > MOST_SECONDS) this.#refuse(literal.place, "duration out of range");
		return literal;
	}
}

function made(op: Op, place: Place, left?: Duration, right?: Duration): DurationExpression {
	return { kind: "duration", op, ...(left && { left }), ...(right && { right }), wrapped: false, place };
}
