/** The parts of an evaluated expression, with what each read, computed and returned. */

import type { Expr } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import type { Value } from "../values.ts";
import type { Meter } from "./run.ts";

export interface TracedPart {
	readonly expr: Expr;
	/** Series of its result; absent for a scalar. */
	series?: number;
	/** Samples read and values computed by it and its parts. */
	samples: number;
	values: number;
	readonly parts: TracedPart[];
}

/** Literals and parentheses say nothing that the text does not. */
const isPart = ({ kind }: Expr): boolean => kind !== "number" && kind !== "string" && kind !== "paren";

export class Trace {
	/** The whole expression; absent for a literal. */
	root: TracedPart | undefined;
	readonly #open: TracedPart[] = [];

	*follow(expr: Expr, meter: Meter, work: Work<Value>): Work<Value> {
		if (!isPart(expr)) return yield* work;
		const part: TracedPart = { expr, samples: -meter.samplesRead, values: -meter.valuesComputed, parts: [] };
		const above = this.#open.at(-1);
		if (above) above.parts.push(part);
		else this.root = part;
		this.#open.push(part);
		try {
			const value = yield* work;
			if (value.type === "vector") part.series = value.series.length;
			return value;
		} finally {
			this.#open.pop();
			part.samples += meter.samplesRead;
			part.values += meter.valuesComputed;
		}
	}
}
