import type { ArrivalsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { Handler } from "../handler/context.ts";
import { withoutQuery } from "../handler/query-parameters.ts";
import { jsonResponse } from "../http/responses.ts";

/** News of bridges for a cluster that may not be there yet: asking does not make it. */
export const getArrivals: Handler = withoutQuery(async ({ request, cluster, arrivals }) => {
	const { position } = await cluster.port.view([]);
	const answer: ArrivalsAnswer = { ...arrivals.told(cluster.name), first_frame: position > 0 };
	return jsonResponse(request, answer);
});
