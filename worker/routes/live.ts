import { requireSameOrigin } from "../guard/origins.ts";
import { type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { reportedProblem } from "../handler/html-response.ts";
import { requireConnected, requireUpgrade } from "./bridge.ts";

/** The viewers' socket. It lives as long as the right it was opened by. */
export const openLive: Handler = async (context) => {
	requireUpgrade(context);
	requireSameOrigin(context);
	try {
		return await connectViewer(context);
	} catch (error) {
		// A browser gives its page neither status nor body of an upgrade that is refused: it is told on the socket, which closes then.
		if (!context.request.headers.has("Origin")) throw error;
		return context.app.clusters.refuse(context.request, reportedProblem(error, context));
	}
};

async function connectViewer({ cluster, request, gate, admission }: RequestContext): Promise<Response> {
	// A socket keeps a cluster in memory, so a name anyone can type must not get one.
	if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	await gate?.registerSocket(admission, cluster.name);
	const response = await requireConnected(await cluster.port.connect(request, "viewer", admission.lease));
	// Signed out of while it opened: nobody else would close it.
	if (admission.session && (await gate?.hasEnded(admission.session))) await cluster.port.dismiss(`session:${admission.session.id}`);
	return response;
}
