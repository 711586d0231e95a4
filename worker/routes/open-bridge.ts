import type { Handler } from "../context.ts";
import { requireRoom, requireUpgrade } from "../socket-request.ts";

/** A bridge's socket. A cluster begins with the first bridge that pushes to it. */
export const openBridge: Handler = async (context) => {
	requireUpgrade(context);
	const { app, admission, cluster, request } = context;
	const { pass, ends } = admission;
	if (pass.grant && ends !== undefined) await app.access.seat(pass.grant, cluster.name, ends);
	return requireRoom(await cluster.port.connect(request, "bridge", pass));
};
