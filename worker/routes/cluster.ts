import * as v from "valibot";
import type { ClusterAnswer, FindingAnswer, HealthAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { ClusterView, Finding } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { withInstant } from "../handler/at-instant.ts";
import { type AppOptions, clusterAnswers, type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { withoutQuery, withQuery } from "../handler/query-parameters.ts";
import { formBody } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, jsonResponse } from "../http/responses.ts";
import { VERSION } from "../http/version.ts";

export const getCluster = withInstant(async (context) => {
	const [{ view }] = await clusterAnswers(context, [{ kind: "cluster" }]);
	return jsonResponse(context.request, clusterAnswer(view));
});

function clusterAnswer(view: ClusterView): ClusterAnswer {
	const { total, ready, busy, notHeard } = view.workers;
	const { active, queued, notHeard: tasksNotHeard, cancelled, no_result, counters } = view.tasks;
	const { completed, failed } = { ...view.tasks, ...counters };
	return {
		name: view.colony ?? view.cluster,
		status: view.status,
		...isoField("since", view.since),
		...defined({ reason: view.reason }),
		...(view.findings && {
			findings: view.findings.map(findingAnswer),
			...defined({ more_findings: view.moreFindings }),
		}),
		...isoField("silent_since", view.silentSince),
		...isoField("last_push", view.lastPushAt),
		reported: Object.fromEntries(
			Object.entries(view.reported).map(([kind, since]) => [kind, since === true || new Date(since).toISOString()]),
		),
		...defined({ targets: view.targets }),
		workers: { total, ready, busy, not_heard: notHeard },
		...(view.leftOut && {
			left_out: view.leftOut.rows.map(({ at, ...left }) => ({ ...left, ...isoField("last", at) })),
			left_out_total: view.leftOut.total,
		}),
		tasks: { active, queued, not_heard: tasksNotHeard, completed, failed, cancelled, no_result },
	};
}

function findingAnswer({ id, kind, status, text, since, message, runbook, restart }: Finding): FindingAnswer {
	return {
		id,
		kind,
		status,
		text,
		...isoField("since", since),
		...defined({ message, runbook }),
		...(restart && { restart: restart.workers }),
	};
}

/** Deletes a cluster with all its data. The name, said once more, confirms it: the bare path names none. */
export const deleteCluster = withQuery(v.object({ confirm: v.optional(v.string("give it once")) }), async (context, { confirm }) => {
	await erase(context, confirm);
	return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
});

export const deleteByForm: Handler = async (context) => {
	await erase(context, (await formBody(context.request)).get("confirm")?.trim());
	const { app, cluster } = context;
	const location = `${app.root ?? ""}/${cluster.isDefault ? "audit" : ""}`;
	return new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
};

/** @throws ProblemError where it is not confirmed, or there is no such cluster. */
async function erase({ actor, cluster, record }: RequestContext, confirm: string | undefined): Promise<void> {
	const { name, isDefault, port } = cluster;
	if (confirm !== name) {
		throw new ProblemError("invalid", `confirm: this deletes the cluster "${name}" with all its data; to confirm it, give confirm=${name}`);
	}
	// The default cluster's record is the whole dashboard's: who deletes it does not delete what they did.
	if (!(await port.erase(isDefault))) requireCluster(cluster, 0);
	await record({ actor, action: "cluster-delete", target: name, result: "done" });
}

/** The dashboard's own health and limits, for load balancers: it asks no cluster. */
export const getHealth: Handler = ({ request, app }) => jsonResponse(request, healthAnswer(app));

/** The same, and what a cluster has of these limits. */
export const getClusterHealth = withoutQuery(async (context) => {
	const [{ view }] = await clusterAnswers(context, [{ kind: "cluster" }]);
	const { active, total } = view.series;
	const series = { active_series: active, known_series: total, refused_series: view.refusedSeries ?? 0 };
	return jsonResponse(context.request, {
		...healthAnswer(context.app),
		used: { ...series, ...(view.memory && { memory_mb: view.memory.used }) },
	} satisfies HealthAnswer);
});

function healthAnswer({ config }: AppOptions): HealthAnswer {
	const { activeSeries, knownSeries, memoryMb } = config;
	return {
		status: "ok",
		version: VERSION,
		protocol: PROTOCOL_VERSION,
		limits: defined({ active_series: activeSeries, known_series: knownSeries, memory_mb: memoryMb }),
	};
}
