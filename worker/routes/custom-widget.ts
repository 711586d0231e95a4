import { renderWidget } from "#pages";
import { type Handler, requireCluster } from "../handler/context.ts";
import { pageContext } from "../handler/html-response.ts";
import { ProblemError } from "../http/problem.ts";
import { framePolicy } from "../http/security-headers.ts";

/** A custom widget's HTML, as the document of its frame. Opened by itself, too, it is an origin of its own. */
export const showWidget: Handler = async (context) => {
	const { cluster, params, nonce } = context;
	const id = params.id ?? "";
	if (id.length > 200) throw noWidget(id);
	const { position, answers } = await cluster.port.view([{ kind: "html", id }]);
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
