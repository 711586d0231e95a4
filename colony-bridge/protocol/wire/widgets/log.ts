import * as v from "valibot";
import { LIMITS } from "../limits.ts";
import { Count, Name } from "../names.ts";
import { LogLevel } from "../state.ts";
import { optionsOf, specOf } from "./definition.ts";

const maxLines = v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.rows));

const fields = {
	maxLines,
	filterLevel: v.optional(LogLevel),
	/** Names or globs, e.g. `worker-*`. */
	sources: v.optional(v.pipe(v.array(Name), v.maxLength(50))),
};
const spec = specOf("log", fields);

/** Log lines, newest first. */
export const log = {
	spec,
	options: optionsOf(fields, { maxLines: v.optional(maxLines, 100) }),
	query: ({ maxLines, filterLevel, sources }: v.InferOutput<typeof spec>) => ({
		kind: "logs" as const,
		limit: maxLines,
		...(filterLevel && { level: filterLevel }),
		...(sources && { sources }),
	}),
};
