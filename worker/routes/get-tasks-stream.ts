import * as v from "valibot";
import { InstantText } from "../../colony-bridge/protocol/instant-text.ts";
import { requireCluster } from "../context.ts";
import { taggedResponse } from "../json-response.ts";
import { withQuery } from "../query-parameters.ts";

const NUMBER = "write the number of an end: 1 or more";
const number = v.optional(v.pipe(v.string(NUMBER), v.regex(/^\d{1,15}$/, NUMBER), v.transform(Number)));

const StreamQuery = v.object({
	/** Ends with greater numbers only, or smaller ones. */
	after: number,
	before: number,
	/** Tasks that ran then or later. */
	start: v.optional(InstantText),
});

/** Tasks as bars (`protocol/task-stream.ts`): what is drawn of a hundred thousand in a few hundred kilobytes. */
export const getTaskStream = withQuery(StreamQuery, async ({ request, cluster }, { after, before, start }) => {
	const { position, bytes } = await cluster.port.taskStream({
		...(after !== undefined && { after }),
		...(before !== undefined && { before }),
		...(start !== undefined && { since: start }),
	});
	requireCluster(cluster, position);
	return taggedResponse(request, new Uint8Array(bytes), { "Content-Type": "application/octet-stream" });
});
