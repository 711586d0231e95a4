/** A report: a cluster as of an instant, or at the end of one of its runs, as a file that is read without the dashboard. */
import * as v from "valibot";
import { renderReport } from "#pages";
import { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { withoutNames } from "../../colony-bridge/protocol/pages/redaction.ts";
import { reportPlan } from "../../colony-bridge/protocol/pages/report-plan.ts";
import { LONGEST_RANGE } from "../../colony-bridge/protocol/query/retention.ts";
import type { RunRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { asOf } from "../handler/at-instant.ts";
import { clusterAnswers, type Handler, type RequestContext, requireCluster, targetOf } from "../handler/context.ts";
import { pageContext } from "../handler/html-response.ts";
import { withQuery } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { fileInstant } from "../http/responses.ts";
import { reportPolicy } from "../http/security-headers.ts";
import { MOST_RUNS } from "./runs.ts";

const ReportQuery = v.object({
	/** The cluster as it stood then; absent: as it is. */
	at: PageView.entries.at,
	/** Time that its charts show, up to that instant. */
	range: PageView.entries.range,
	/** The last state of a run, and the time from its beginning on. */
	run: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{1,15}$/, "write the id of a run, as /api/runs has it"))),
});

interface Span {
	/** ms; absent: the present. */
	at?: number;
	range: string;
	run?: RunRow;
}

export const getReport = withQuery(ReportQuery, async (context, { at, range, run }) => {
	if (run !== undefined && (at !== undefined || range !== undefined)) {
		throw new ProblemError("invalid", "run: a run has its own instant and range; leave at and range away");
	}
	const span: Span = run === undefined ? { range: range ?? "1h", ...defined({ at }) } : await spanOf(context, run);
	const { text, at: instant } = await reportOf(context, span);
	const file = `${context.cluster.name}_${fileInstant(instant)}.html`;
	return reportResponse(context, text, { "Content-Disposition": `attachment; filename="${file}"` });
});

/** The report that a link to an incident shows, to whoever has the link; it leads nowhere else. */
export const showIncident: Handler = async (context) => {
	const { app, tokens, params, peer, request } = context;
	const token = await tokens.find(params.token ?? "", true, Date.now());
	if (!token?.incident)
		throw new ProblemError("not-found", "this link shows nothing: it has ended, was revoked, or lacks its last characters");
	const { at, range, redacted } = token.incident;
	const cluster = targetOf(app, peer, token.cluster, request.signal);
	const { text } = await reportOf({ ...context, cluster }, { at, range }, redacted);
	return reportResponse(context, text, { "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer" });
};

/** @param redacted names are numbered, and texts of the colony left out. @returns the document, and the instant that it shows, ms. */
async function reportOf(context: RequestContext, span: Span, redacted = false): Promise<{ text: string; at: number }> {
	const { cluster } = span.at === undefined ? context : asOf(context, span.at);
	const made = Date.now();
	const plan = reportPlan(span.range, Math.max(0, (span.at ?? made) - durationMs(span.range)), span.run?.id);
	// An answer that takes more work than a query may is missing in the report, which says so.
	const snapshot = await cluster.port.view(Object.values(plan), true);
	requireCluster(cluster, snapshot.position);
	const page = pageContext(redacted ? { ...context, cluster: { ...cluster, name: "redacted", base: "" } } : { ...context, cluster });
	const shown = redacted ? withoutNames(snapshot) : snapshot;
	const text = renderReport(
		{ plan, snapshot: shown, range: span.range, made, ...(redacted && { redacted }), ...defined({ run: span.run }) },
		page,
	);
	return { text, at: snapshot.at };
}

function reportResponse({ nonce }: RequestContext, text: string, headers: Record<string, string>): Response {
	return new Response(text, {
		headers: {
			"Content-Type": "text/html; charset=utf-8",
			"Content-Security-Policy": reportPolicy(nonce),
			"Cache-Control": "no-store",
			...headers,
		},
	});
}

/** @throws ProblemError where no such run is kept. */
async function spanOf(context: RequestContext, id: string): Promise<Span> {
	const [runs] = await clusterAnswers(context, [{ kind: "runs", limit: MOST_RUNS }]);
	const run = runs.rows.find((row) => row.id === id);
	if (!run) throw new ProblemError("not-found", `there is no run "${id}", or it is no longer kept: /api/runs lists those that are`);
	const { began, end, ended } = run;
	// A bridge's last report goes with its goodbye: the state before it is of the instant before.
	const at = ended !== undefined && end === "stopped" ? ended - 1 : ended;
	return { range: rangeOf((at ?? Date.now()) - began), run, ...defined({ at }) };
}

/** The shortest range that has so many ms. */
function rangeOf(ms: number): string {
	const most = durationMs(LONGEST_RANGE);
	const seconds = Math.ceil(Math.min(most, Math.max(1000, ms)) / 1000);
	// A duration has six digits.
	return seconds < 1_000_000 ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}
