import type { Handler } from "../context.ts";
import { requireUpgrade } from "../socket-request.ts";

/** A bridge's socket. A cluster begins with the first bridge that pushes to it. */
export const openBridge: Handler = (context) => {
	requireUpgrade(context);
	return context.cluster.port.connect(context.request, "bridge");
};
