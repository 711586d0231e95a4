/** A report: a cluster as of an instant, or at the end of one of its runs, as a file that is read without the dashboard. */
import * as v from "valibot";
import { renderReport } from "#pages";
import type { Incident, Token } from "../../colony-bridge/protocol/http/access.ts";
import { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { withoutNames } from "../../colony-bridge/protocol/pages/redaction.ts";
import { reportPlan } from "../../colony-bridge/protocol/pages/report-plan.ts";
import { LONGEST_RANGE } from "../../colony-bridge/protocol/query/retention.ts";
import type { RunRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs, durationText } from "../../colony-bridge/protocol/wire/duration.ts";
import { Recent } from "../access/recent.ts";
import { asOf } from "../handler/at-instant.ts";
import { type AppOptions, clusterAnswers, type Handler, type RequestContext, requireCluster, targetOf } from "../handler/context.ts";
import { pageContext } from "../handler/html-response.ts";
import { withQuery } from "../handler/query-parameters.ts";
import { OneByOne } from "../http/one-by-one.ts";
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
	return reportResponse(context.nonce, text, { "Content-Disposition": `attachment; filename="${file}"` });
});

const DEAD = "this link shows nothing: it has ended, was revoked, or lacks its last characters";
/** The same document is sent for so long, ms: who opens a link many times makes it once. */
const SHOWN_MS = 60_000;

interface Shown {
	text: string;
	nonce: string;
}
const shown = new WeakMap<AppOptions, Recent<Promise<Shown>>>();

/** The report that a link to an incident shows, to whoever has the link; it leads nowhere else. */
export const showIncident: Handler = async (context) => {
	const { app, tokens, params, answer } = context;
	// On each answer, refusals too.
	answer.set("X-Robots-Tag", "noindex, nofollow");
	answer.set("Referrer-Policy", "no-referrer");
	// Asked afresh, so that a link that was taken back is gone at once.
	const now = Date.now();
	const token = await tokens.find(params.token ?? "", true, now);
	if (!token?.incident) throw new ProblemError("not-found", DEAD);
	const documents = shown.get(app) ?? new Recent<Promise<Shown>>(SHOWN_MS, 20);
	shown.set(app, documents);
	const key = String(token.id);
	let document = documents.get(key, now);
	if (!document) {
		document = incidentOf(context, token, token.incident);
		documents.set(key, document, now);
		document.catch(() => documents.delete(key));
	}
	const { text, nonce } = await document;
	return reportResponse(nonce, text, {});
};

async function incidentOf(context: RequestContext, { cluster: name, createdAt }: Token, incident: Incident): Promise<Shown> {
	const { app, peer, nonce } = context;
	const { at, range, redacted, log } = incident;
	// For whoever asks for the same meanwhile, and so for no one's signal.
	const cluster = targetOf(app, peer, name);
	try {
		return { text: (await reportOf({ ...context, cluster }, { at, range }, { redacted, log, writtenUntil: createdAt })).text, nonce };
	} catch (error) {
		// A refusal names the cluster.
		if (error instanceof ProblemError && error.kind === "not-found") throw new ProblemError("not-found", DEAD);
		throw error;
	}
}

interface Shaping {
	/** Names are numbered, and texts of the colony left out. */
	redacted?: boolean;
	/** The log that it is to be of. */
	log?: number;
	/** Annotations that were written later are left out, ms. */
	writtenUntil?: number;
}

/** @returns the document, and the instant that it shows, ms. */
async function reportOf(
	context: RequestContext,
	span: Span,
	{ redacted, log, writtenUntil }: Shaping = {},
): Promise<{ text: string; at: number }> {
	const { cluster } = span.at === undefined ? context : asOf(context, span.at);
	const made = Date.now();
	const plan = reportPlan(span.range, Math.max(0, (span.at ?? made) - durationMs(span.range)), span.run?.id);
	// An answer that takes more work than a query may is missing in the report, which says so.
	const snapshot = await cluster.port.view(Object.values(plan), true);
	requireCluster(cluster, snapshot.position);
	if (log !== undefined && log !== snapshot.log) throw new ProblemError("not-found", "the cluster was deleted since, and begun anew");
	const known =
		writtenUntil === undefined ? snapshot : { ...snapshot, answers: snapshot.answers.map((answer) => writtenBy(answer, writtenUntil)) };
	const page = pageContext(redacted ? { ...context, cluster: { ...cluster, name: "redacted", base: "" } } : { ...context, cluster });
	const input = {
		plan,
		snapshot: redacted ? withoutNames(known) : known,
		range: span.range,
		made,
		...(redacted && { redacted }),
		...defined({ run: span.run }),
	};
	return { text: await rendering.take(() => renderReport(input, page)), at: snapshot.at };
}

/** @param until ms */
function writtenBy(answer: Answer, until: number): Answer {
	if (answer.kind !== "marks") return answer;
	const rows = answer.rows.filter(({ written }) => written === undefined || written.createdAt <= until);
	return { ...answer, rows, total: answer.total - (answer.rows.length - rows.length) };
}

const rendering = new OneByOne(20);

function reportResponse(nonce: string, text: string, headers: Record<string, string>): Response {
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
	return { range: durationText(Math.min(durationMs(LONGEST_RANGE), (at ?? Date.now()) - began)), run, ...defined({ at }) };
}
