/** Newest values for scrapers. */
import type { Handler, RequestContext } from "../handler/context.ts";
import { showPage } from "./pages.ts";
import { askCluster } from "./prometheus.ts";

const TYPES = {
	text: "text/plain; version=0.0.4; charset=utf-8",
	openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const accepted = ({ request }: Pick<RequestContext, "request">): string => request.headers.get("accept") ?? "";

/** A scraper names the formats that it reads, and takes the older one besides. */
const asOpenMetrics = (context: RequestContext): boolean =>
	/application\/openmetrics-text\s*(;\s*version=(1\.0\.0|0\.0\.1)|[,;]|$)/.test(accepted(context));

const exposed = (body: Uint8Array, openMetrics: boolean): Response =>
	new Response(body as Uint8Array<ArrayBuffer>, {
		headers: { "Content-Type": openMetrics ? TYPES.openMetrics : TYPES.text, "Cache-Control": "no-store", Vary: "Accept" },
	});

/** The page to a browser, and the newest values to everything else. */
export const getMetricsOrPage: Handler = async (context) => {
	if (/text\/html|application\/json/.test(accepted(context)))
		return showPage({ ...context, params: { ...context.params, page: "metrics" } });
	const openMetrics = asOpenMetrics(context);
	const { body } = await askCluster(context, { kind: "exposition", openMetrics });
	return exposed(body, openMetrics);
};

/** Path at which a Prometheus gives its series to another. */
export const getFederate: Handler = async (context) => {
	const openMetrics = asOpenMetrics(context);
	const matches = context.url.searchParams.getAll("match[]");
	const { failed, body } = await askCluster(context, { kind: "federate", matches, openMetrics });
	if (failed === undefined) return exposed(body, openMetrics);
	const { error } = JSON.parse(new TextDecoder().decode(body)) as { error: string };
	return new Response(`${error}\n`, { status: 400, headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" } });
};
