import * as v from "valibot";
import { type AuditData, pageData, renderPage, renderWidget } from "#pages";
import type { PagesAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { PageLook, PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { streamPage, workerPage } from "../../colony-bridge/protocol/pages/pages.ts";
import { Query } from "../../colony-bridge/protocol/query/query.ts";
import { BUILT_IN_PAGES, type BuiltInPage } from "../../colony-bridge/protocol/wire/layout.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { withInstant, withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { htmlResponse, pageContext } from "../handler/html-response.ts";
import { readQuery } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { jsonResponse } from "../http/responses.ts";
import { framePolicy } from "../http/security-headers.ts";

const TITLES: Record<BuiltInPage, string> = {
	overview: "Overview",
	workers: "Workers",
	tasks: "Tasks",
	streaming: "Streaming",
	metrics: "Metrics",
};

/** Every page there is, with its address, and the widgets a colony has added. */
export const getPages = withInstant(async (context) => {
	const { base } = context.cluster;
	const [{ layout }] = await clusterAnswers(context, [{ kind: "layout" }]);
	const answer: PagesAnswer = {
		pages: [
			...BUILT_IN_PAGES.map((name) => ({
				name,
				title: TITLES[name],
				path: name === "overview" ? base || "/" : `${base}/${name}`,
				builtIn: true,
			})),
			...layout.pages.map(({ name, title }) => ({ name, title, path: `${base}/${name}`, builtIn: false })),
		],
		layout,
	};
	return jsonResponse(context.request, answer);
});

const HOW = 'write a JSON array of queries: queries=[{"kind":"cluster"}]';

const ViewQuery = v.object(
	{
		queries: v.pipe(
			v.string(HOW),
			v.parseJson({}, HOW),
			v.array(Query, HOW),
			v.maxLength(LIMITS.queries, `at most ${LIMITS.queries} queries`),
		),
		/** A query over its work budget answers with an error, which the page shows in place of the widget. */
		partial: v.optional(
			v.pipe(
				v.picklist(["true", "false"], "write true or false"),
				v.transform((word) => word === "true"),
			),
		),
	},
	HOW,
);

/** Snapshot for polling viewers, the same as a socket begins with. */
export const getView = withQueryAt(ViewQuery, async ({ cluster }, { queries, partial }) => {
	const snapshot = await cluster.port.view(queries, partial);
	requireCluster(cluster, snapshot.position);
	return Response.json(snapshot, { headers: { "Cache-Control": "no-store" } });
});

/** A page by its name. */
export const showPage: Handler = (context) => {
	const { cluster, params, url } = context;
	const name = params.page ?? "overview";
	if (params.page === "overview") {
		return new Response(null, { status: 308, headers: { Location: (cluster.base || "/") + url.search, "Cache-Control": "no-store" } });
	}
	// Names that no page can have (a favicon, a probe) do not reach the cluster.
	if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw noPage(url.pathname);
	return answerPage(context, name, noPage(url.pathname));
};

/** One worker's own page. */
export const showWorker: Handler = (context) => {
	const id = context.params.id ?? "";
	const gone = `the colony lists no worker "${id.slice(0, 200)}": check the name, or choose one at ${context.cluster.base}/workers`;
	return answerPage(context, workerPage(id), new ProblemError("not-found", gone));
};

/** One stream's own page. */
export const showStream: Handler = (context) => {
	const id = context.params.id ?? "";
	const gone = `the colony lists no stream "${id.slice(0, 200)}": check the name, or choose one at ${context.cluster.base}/streaming`;
	return answerPage(context, streamPage(id), new ProblemError("not-found", gone));
};

/**
 * With its data inside: one call into the cluster. A page that is open and looks at something else asks for JSON, and gets the data alone.
 */
export async function answerPage(
	context: RequestContext,
	name: string,
	absent: ProblemError,
	/** Data of the page `audit`. */
	audit?: AuditData,
): Promise<Response> {
	const { cluster, request, url } = context;
	const view = readQuery(PageView, url);
	const look = readQuery(PageLook, url);
	const { queries, snapshot, ...known } = await cluster.port.page(name, view);
	if (!audit?.rows.length) requireCluster(cluster, known.position);
	// The record is shown by its own route alone, which asks whether one may see it.
	if (!queries || !snapshot || (name === "audit") !== (audit !== undefined)) throw absent;
	const configured = pageContext(context);
	const page = { ...configured, ...(look.theme && { theme: look.theme }), view, search: url.search, ...(audit && { audit }) };
	const data = { ...known, queries, snapshot };
	if (!/^application\/json(,|;|$)/.test(request.headers.get("accept") ?? "")) {
		// A browser may keep public pages for its way back; pages behind a sign-in are gone with the sign-out.
		const caching = { "Cache-Control": "private, no-cache", Vary: "Accept, Cookie" };
		return htmlResponse(renderPage(name, data, page), page, 200, page.user ? {} : caching);
	}
	const headers = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", Vary: "Accept" };
	return new Response(pageData(name, data, page), { headers });
}

export function noPage(path: string): ProblemError {
	return new ProblemError("not-found", `page not found: ${path.slice(0, 300)}`);
}

/** A custom widget's HTML, as the document of its frame. Opened by itself, too, it is an origin of its own. */
export const showWidget: Handler = async (context) => {
	const { cluster, params, nonce } = context;
	const id = params.id ?? "";
	if (id.length > 200) throw noWidget(id);
	const { at } = readQuery(PageView, context.url);
	const { position, answers } = await cluster.port.view([{ kind: "html", id }], false, at);
	requireCluster(cluster, position);
	const [answer] = answers;
	if (answer?.kind !== "html" || answer.drawing?.type !== "html") throw noWidget(id);
	return new Response(renderWidget(answer.drawing.html, answer.at ?? 0, pageContext(context)), {
		headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": framePolicy(nonce) },
	});
};

function noWidget(id: string): ProblemError {
	return new ProblemError(
		"not-found",
		`there is no custom widget "${id.slice(0, 100)}", or it has not been drawn: look at the page it is on`,
	);
}
