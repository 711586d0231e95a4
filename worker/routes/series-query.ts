/** The part of a query that says which series and of what time: the same for `/api/metrics` and `/api/export`. */
import * as v from "valibot";
import { InstantText } from "../../colony-bridge/protocol/wire/instant-text.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { Duration, Selector } from "../../colony-bridge/protocol/wire/measure.ts";
import { headerList, splitSelectors } from "../http/lists.ts";
import { ProblemError } from "../http/problem.ts";

export const NAMES =
	'give one or more metric names with commas between: names=cpu_percent,tasks_total or names=cpu_percent{worker="worker-1"}';

/** Selectors with commas between, or the parameter repeated; each once. */
export const namesParameter = v.pipe(
	v.union([v.string(), v.array(v.string())], NAMES),
	v.transform((value) => [...new Set([value].flat().flatMap(splitSelectors))]),
	v.minLength(1, NAMES),
	v.maxLength(LIMITS.selectors, (issue) => `${issue.input.length} names; ask for at most ${LIMITS.selectors} at once`),
	v.array(Selector),
);

export const PERIOD = {
	range: v.optional(Duration),
	start: v.optional(InstantText),
	end: v.optional(InstantText),
};

interface Period {
	range?: string | undefined;
	start?: number | undefined;
	end?: number | undefined;
}

/** @throws ProblemError where it contradicts itself. */
export function requirePeriod({ range, start, end }: Period): void {
	if (start === undefined) return;
	if (range !== undefined) throw new ProblemError("invalid", "start: give start or range, not both");
	if (end !== undefined && start >= end) throw new ProblemError("invalid", "start: start is before end");
}

/** The header that lists names nobody reports; none where there are none. */
export function unknownMetrics(names: readonly string[]): Record<string, string> {
	return names.length > 0 ? { "Unknown-Metrics": headerList(names) } : {};
}
