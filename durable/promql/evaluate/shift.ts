/** When selectors and subqueries are read: durations, `offset` and `@`, in milliseconds. */

import type { Duration, DurationExpression, Place, Shift } from "../../../colony-bridge/protocol/promql/ast.ts";
import { MOST_SECONDS } from "../../../colony-bridge/protocol/promql/literals.ts";
import { QueryError, type Steps } from "../values.ts";
import type { QueryRange, Run } from "./run.ts";

/** Milliseconds of a range, a step or an offset. @throws QueryError where arithmetic gives none */
export function milliseconds(duration: Duration, range: QueryRange, mayBeNegative = false): number {
	if (duration.kind === "number") return Math.trunc(Math.round(duration.value * 1e9) / 1e6);
	const seconds = secondsOf(duration, range);
	const refuse = (why: string, { start, end }: Place) => {
		throw new QueryError(`${start}:${end}: ${why}`);
	};
	if (!Number.isFinite(seconds)) refuse("duration is NaN or infinite", duration.place);
	if (seconds <= 0 && !mayBeNegative) refuse("duration must be greater than 0", duration.place);
	if (Math.abs(seconds) > MOST_SECONDS) refuse("duration is out of range", duration.place);
	return Math.trunc(seconds * 1000);
}

function secondsOf(duration: Duration, range: QueryRange): number {
	if (duration.kind === "number") return duration.value;
	const left = duration.left && secondsOf(duration.left, range);
	const right = duration.right && secondsOf(duration.right, range);
	const divisor = (what: string) => {
		if (right === 0) throw new QueryError(`${duration.place.start}:${duration.place.end}: ${what} by zero`);
		return right as number;
	};
	const operations: Record<DurationExpression["op"], () => number> = {
		step: () => range.step / 1000,
		range: () => (range.end - range.start) / 1000,
		min_of: () => Math.min(left as number, right as number),
		max_of: () => Math.max(left as number, right as number),
		"+": () => (left ?? 0) + (right as number),
		"-": () => (left ?? 0) - (right as number),
		"*": () => (left as number) * (right as number),
		"/": () => (left as number) / divisor("division"),
		"%": () => (left as number) % divisor("modulo"),
		"^": () => (left as number) ** (right as number),
	};
	return operations[duration.op]();
}

/** The instants read for the steps: with `@`, one and the same for each. */
export function readAt(run: Run, { offset, at }: Shift, steps: Steps): Steps {
	const back = offset ? milliseconds(offset, run.range, true) : 0;
	if (at === undefined) return { ...steps, start: steps.start - back };
	const fixed = at === "start" ? run.range.start : at === "end" ? run.range.end : at;
	return { start: fixed - back, step: 0, count: steps.count };
}
