/** `?at=`: a cluster as it stood at an instant, on every answer that is read from its log. */
import * as v from "valibot";
import { End } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { Handler, RequestContext } from "./context.ts";
import { type Described, readQuery, withQuery } from "./query-parameters.ts";

const AtInstant = v.object({ at: v.optional(End) });

/**
 * As {@link withQuery}, for an answer that there is of the past as well. The header `As-Of` says which instant it shows: an earlier one than was
 * asked for where no state between them is kept.
 */
export function withQueryAt<Schema extends v.GenericSchema>(
	schema: Schema,
	handle: (context: RequestContext, query: v.InferOutput<Schema>) => Response | Promise<Response>,
): Described {
	return withQuery(schema, (context, query) => handle(atInstant(context), query), Object.keys(AtInstant.entries));
}

export const withInstant = (handle: Handler): Described => withQueryAt(v.object({}), handle);

function atInstant(context: RequestContext): RequestContext {
	const { at } = readQuery(AtInstant, context.url);
	return at === undefined ? context : asOf(context, at);
}

/** A request whose cluster answers as of an instant, ms. */
export function asOf(context: RequestContext, at: number): RequestContext {
	const { port } = context.cluster;
	const told = (snapshot: Snapshot) => {
		if (snapshot.past) context.answer.set("As-Of", new Date(snapshot.past.at).toISOString());
		return snapshot;
	};
	const past: typeof port = {
		...port,
		view: async (queries, partial) => told(await port.view(queries, partial, at)),
		samples: (ask) => port.samples(ask, at),
		taskStream: (ask) => port.taskStream(ask, at),
	};
	return { ...context, cluster: { ...context.cluster, port: past } };
}
