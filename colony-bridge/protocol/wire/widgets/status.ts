import * as v from "valibot";
import { Name } from "../names.ts";
import { optionsOf, specOf } from "./definition.ts";

/** Checks that it may name. */
const MOST = 200;

const fields = { checks: v.pipe(v.array(Name), v.maxLength(MOST)) };
const spec = specOf("status", fields);

/** The named checks and their results. */
export const status = {
	spec,
	options: optionsOf(fields),
	query: ({ checks }: v.InferOutput<typeof spec>) => ({
		kind: "checks" as const,
		limit: MOST,
		changes: 20,
		...(checks.length > 0 && { ids: checks }),
	}),
};
