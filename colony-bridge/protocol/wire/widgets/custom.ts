import type * as v from "valibot";
import { Name } from "../names.ts";
import { specOf } from "./definition.ts";

const fields = {
	/** Which HTML is its own: unique within the cluster. */
	id: Name,
};
const spec = specOf("custom", fields);

/** Drawn by the program that defined it, as HTML: `html` frames bring it. It has no options: any `Widget` with `render` is one. */
export const custom = {
	spec,
	// The frame fetches its own; what changes is asked for while it is in sight.
	query: ({ id }: v.InferOutput<typeof spec>) => ({ kind: "html" as const, id, content: false }),
};
