/** Deletes a cluster with all its data. The name, said once more, confirms it: the bare path names none. */
import * as v from "valibot";
import { type Handler, type RequestContext, requireCluster } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { withQuery } from "../query-parameters.ts";
import { formBody } from "../request-body.ts";

export const deleteCluster = withQuery(v.object({ confirm: v.optional(v.string("give it once")) }), async (context, { confirm }) => {
	await erase(context, confirm);
	return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
});

export const deleteByForm: Handler = async (context) => {
	await erase(context, (await formBody(context.request)).get("confirm")?.trim());
	const { isDefault } = context.cluster;
	return new Response(null, { status: 303, headers: { Location: isDefault ? "/audit" : "/", "Cache-Control": "no-store" } });
};

/** @throws ProblemError where it is not confirmed, or there is no such cluster. */
async function erase({ actor, cluster, record }: RequestContext, confirm: string | undefined): Promise<void> {
	const { name, isDefault, port } = cluster;
	if (confirm !== name) {
		throw new ProblemError("invalid", `confirm: this deletes the cluster "${name}" with all its data; to confirm it, give confirm=${name}`);
	}
	const { position } = await port.view([]);
	requireCluster(cluster, position);
	// The default cluster's record is the whole dashboard's: who deletes it does not delete what they did.
	await port.erase(isDefault);
	await record({ actor, action: "cluster-delete", target: name, result: "done" });
}
