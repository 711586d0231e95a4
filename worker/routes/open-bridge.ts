import type { Handler } from "../context.ts";
import { requireRoom, requireUpgrade } from "../socket-request.ts";

/** A bridge's socket. A cluster begins with the first bridge that pushes to it. */
export const openBridge: Handler = async (context) => {
	requireUpgrade(context);
	const { app, admission, cluster, request } = context;
	const { grant, until = Number.MAX_SAFE_INTEGER } = admission.pass;
	if (grant) await app.access.seat(grant, cluster.name, until);
	return requireRoom(await cluster.port.connect(request, "bridge", admission.pass));
};
