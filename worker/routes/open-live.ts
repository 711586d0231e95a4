import { type Handler, requireCluster } from "../context.ts";
import { requireSameOrigin, requireUpgrade } from "../socket-request.ts";

/** The viewers' socket. */
export const openLive: Handler = async (context) => {
	requireUpgrade(context);
	requireSameOrigin(context);
	const { cluster, request } = context;
	// A socket keeps a cluster in memory, so a name anyone can type must not get one.
	if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	return cluster.port.connect(request, "viewer");
};
