import { renderPage } from "#pages";
import { type Handler, requireCluster } from "../context.ts";
import { htmlResponse, pageContext } from "../html-response.ts";
import { ProblemError } from "../problem-error.ts";

/** A page with its data inside: one call into the cluster. */
export const showPage: Handler = async (context) => {
	const { cluster, params, url } = context;
	const name = params.page ?? "overview";
	if (params.page === "overview") {
		return new Response(null, { status: 308, headers: { Location: (cluster.base || "/") + url.search, "Cache-Control": "no-store" } });
	}
	// What no page can be called (a favicon, a probe) does not reach the cluster.
	if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw noPage(url.pathname);
	const { position, layout, queries, snapshot } = await cluster.port.page(name);
	requireCluster(cluster, position);
	if (!queries || !snapshot) throw noPage(url.pathname);
	const page = pageContext(context);
	return htmlResponse(renderPage(name, { position, layout, queries, snapshot }, page), page);
};

export function noPage(path: string): ProblemError {
	return new ProblemError("not-found", `there is nothing at ${path.slice(0, 300)}: check the address, or begin at the overview`);
}
