/** All clusters of the dashboard, those in trouble first. */
import * as v from "valibot";
import { type FleetForm, renderFleet } from "#pages";
import type { SummaryAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { type ClusterSummary, summaryAsOf } from "../../colony-bridge/protocol/query/summary.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText } from "../../colony-bridge/protocol/values/text.ts";
import { type AppOptions, targetOf } from "../handler/context.ts";
import { htmlResponse, pageContext } from "../handler/html-response.ts";
import { withQuery } from "../handler/query-parameters.ts";
import { isoField, isoInstant, tableResponse } from "../http/responses.ts";

const RANK: Record<ClusterSummary["status"], number> = { unhealthy: 0, silent: 1, degraded: 2, unknown: 3, healthy: 4 };
/** Orders of the list: the largest first, but for names. */
const BY: Record<FleetForm["sort"], (summary: ClusterSummary) => number> = {
	trouble: ({ status }) => -RANK[status],
	name: () => 0,
	workers: ({ workers }) => workers.total,
	tasks: ({ tasks }) => tasks.perSecond,
	errors: ({ errors }) => errors,
	heard: ({ lastPushAt }) => lastPushAt ?? 0,
};
const SORTS = Object.keys(BY) as FleetForm["sort"][];

const FleetQuery = v.object({
	/** Words that are in its name, its colony's, its status or the reason of it. */
	q: v.optional(v.pipe(v.string("give it once"), v.maxLength(200)), ""),
	sort: v.optional(v.union([v.literal(""), v.picklist(SORTS)], `sort by ${SORTS.join(", ")}`), ""),
});

async function found(
	{ clusters }: AppOptions,
	{ q, sort }: v.InferOutput<typeof FleetQuery>,
): Promise<{ rows: ClusterSummary[]; total: number }> {
	const now = Date.now();
	const all = (await clusters.list()).map((summary) => summaryAsOf(summary, now));
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	const text = ({ name, colony = "", status, reason = "" }: ClusterSummary) => `${name} ${colony} ${status} ${reason}`.toLowerCase();
	const rows = all.filter((summary) => words.every((word) => text(summary).includes(word)));
	const by = BY[sort || "trouble"];
	return { rows: rows.sort((a, b) => by(b) - by(a) || compareText(a.name, b.name)), total: all.length };
}

export const getClusters = withQuery(FleetQuery, async ({ app, request, peer }, query) => {
	const { rows, total } = await found(app, query);
	return tableResponse(
		request,
		rows.map((row) => summaryAnswer(row, targetOf(app, peer, row.name).base || "/")),
		total,
	);
});

export const showClusters = withQuery(FleetQuery, async (context, query) => {
	const { app, peer } = context;
	const { rows, total } = await found(app, query);
	const page = pageContext(context);
	const clusters = rows.map((summary) => ({ summary, base: targetOf(app, peer, summary.name).base }));
	return htmlResponse(renderFleet({ clusters, total, q: query.q, sort: query.sort || "trouble", now: Date.now() }, page), page);
});

function summaryAnswer(
	{ name, colony, status, since, reason, changes, tasks, lastPushAt, at, ...rest }: ClusterSummary,
	path: string,
): SummaryAnswer {
	const { workers, errors, bridges } = rest;
	return {
		name,
		path,
		status,
		...defined({ colony, reason }),
		...isoField("since", since),
		changes: changes.map(({ at, status, message }) => ({ timestamp: isoInstant(at), status, ...defined({ message }) })),
		workers,
		tasks: { active: tasks.active, queued: tasks.queued, per_second: tasks.perSecond },
		errors,
		bridges,
		...isoField("last_push", lastPushAt),
		...(at > 0 && { as_of: isoInstant(at) }),
	};
}
