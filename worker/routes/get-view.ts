import * as v from "valibot";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import { Query } from "../../colony-bridge/protocol/query.ts";
import { requireCluster } from "../context.ts";
import { withQuery } from "../query-parameters.ts";

const HOW = 'write a JSON array of queries: queries=[{"kind":"cluster"}]';

const ViewQuery = v.object(
	{
		queries: v.pipe(
			v.string(HOW),
			v.parseJson({}, HOW),
			v.array(Query, HOW),
			v.maxLength(LIMITS.queries, `at most ${LIMITS.queries} queries`),
		),
		/** What takes more work than it may says so in place of its answer: a page shows that in place of the widget. */
		partial: v.optional(
			v.pipe(
				v.picklist(["true", "false"], "write true or false"),
				v.transform((word) => word === "true"),
			),
		),
	},
	HOW,
);

/** What a viewer without a socket asks again and again: the same snapshot the socket begins with. */
export const getView = withQuery(ViewQuery, async ({ cluster }, { queries, partial }) => {
	const snapshot = await cluster.port.view(queries, partial);
	requireCluster(cluster, snapshot.position);
	return Response.json(snapshot, { headers: { "Cache-Control": "no-store" } });
});
