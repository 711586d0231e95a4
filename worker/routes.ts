/**
 * The route table, in matching order. A path's `:page` is one segment.
 *
 * A cluster's routes are at the bare path for the default cluster, and under `/clusters/{cluster}` for any.
 */
import type { Need } from "./guard/decide.ts";
import type { Handler } from "./handler/context.ts";
import { deleteAnnotation, getAnnotations, postAnnotation, putAnnotation } from "./routes/annotations.ts";
import { getArrivals } from "./routes/arrivals.ts";
import { getAudit, showAudit } from "./routes/audit.ts";
import { deleteByForm, deleteCluster, getCluster, getClusterHealth, getHealth } from "./routes/cluster.ts";
import { getClusters, showClusters } from "./routes/clusters.ts";
import { getCommand, getCommands, postRestart, postScale } from "./routes/commands.ts";
import { getExport } from "./routes/export.ts";
import { getFederate, getMetricsOrPage } from "./routes/exposition.ts";
import { getErrors, getLogs } from "./routes/logs.ts";
import { getManifest } from "./routes/manifest.ts";
import { getMetrics, getSeries } from "./routes/metrics.ts";
import { getOpenApi, showApi } from "./routes/openapi.ts";
import { postOtlpMetrics, postOtlpOther } from "./routes/otlp.ts";
import { getPages, getView, showPage, showStream, showWidget, showWorker } from "./routes/pages.ts";
import * as prometheus from "./routes/prometheus.ts";
import { postRemoteWrite } from "./routes/remote-write.ts";
import { getReport, showIncident } from "./routes/report.ts";
import { getChecks, getWorkers } from "./routes/rows.ts";
import { getRun, getRuns } from "./routes/runs.ts";
import { getSession, showSignIn, signIn, signOut } from "./routes/sign-in.ts";
import { openBridge, openLive, pushFrames } from "./routes/sockets.ts";
import { getStream, getStreams } from "./routes/streams.ts";
import { getTaskHistory, getTaskStream, getTasks } from "./routes/tasks.ts";
import { deleteToken, getTokens, mintByForm, postToken, revokeByForm, showTokens } from "./routes/tokens.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
type Route = readonly [method: Method, path: string, needs: Need, handler: Handler];
/** Routes outside {@link PUBLIC} cannot be public. */
type Guarded = readonly [method: Method, path: string, needs: Exclude<Need, "public">, handler: Handler];
type Open = readonly [method: Method, path: string, handler: Handler];

/** All that is open to everybody where sign-in is on. The browser's files under `/assets/` are too: they come before the app. */
const PUBLIC: readonly Open[] = [
	["GET", "/api/health", getHealth],
	["GET", "/api/openapi.json", getOpenApi],
	["GET", "/manifest.webmanifest", getManifest],
	["GET", "/access/sign-in", showSignIn],
	["POST", "/access/sign-in", signIn],
	["POST", "/access/sign-out", signOut],
	["GET", "/incidents/:token", showIncident],
];

const OF_THE_DASHBOARD: readonly Guarded[] = [
	["GET", "/api/docs", "view", showApi],
	["GET", "/api/clusters", "view", getClusters],
	["GET", "/clusters", "view", showClusters],
	["GET", "/api/tokens", "manage", getTokens],
	["POST", "/api/tokens", "manage", postToken],
	["DELETE", "/api/tokens/:id", "manage", deleteToken],
	["GET", "/access/tokens", "manage", showTokens],
	["POST", "/access/tokens", "manage", mintByForm],
	["POST", "/access/tokens/:id/revoke", "manage", revokeByForm],
];

const OF_ONE_CLUSTER: readonly Guarded[] = [["GET", "/clusters/:cluster/api/health", "view", getClusterHealth]];

const API = "/prometheus/api/v1";

/** Paths of Prometheus' HTTP API. Long queries are posted as a form: they only read, too. */
const OF_PROMETHEUS: readonly Guarded[] = [
	...(["GET", "POST"] as const).flatMap((method): Guarded[] => [
		[method, `${API}/query`, "view", prometheus.queryInstant],
		[method, `${API}/query_range`, "view", prometheus.queryRange],
		[method, `${API}/format_query`, "view", prometheus.formatQuery],
		[method, `${API}/query_exemplars`, "view", prometheus.queryExemplars],
		[method, `${API}/parse_query`, "view", prometheus.parseQuery],
		[method, `${API}/series`, "view", prometheus.findSeries],
		[method, `${API}/labels`, "view", prometheus.labelNames],
	]),
	["GET", `${API}/label/:name/values`, "view", prometheus.labelValues],
	["GET", `${API}/metadata`, "view", prometheus.metricMetadata],
	["GET", `${API}/rules`, "view", prometheus.getRules],
	["GET", `${API}/alerts`, "view", prometheus.getAlerts],
	["GET", `${API}/status/buildinfo`, "view", prometheus.getBuildInfo],
	["GET", `${API}/status/runtimeinfo`, "view", prometheus.getRuntimeInfo],
	["GET", "/federate", "view", getFederate],
	["GET", "/metrics", "view", getMetricsOrPage],
];

const OF_A_CLUSTER: readonly Guarded[] = [
	// Of the dashboard, and the same for all: an open page asks beside the other answers of its cluster.
	["GET", "/api/session", "view", getSession],
	["GET", "/api/cluster", "view", getCluster],
	["DELETE", "/api/cluster", "act", deleteCluster],
	["GET", "/api/workers", "view", getWorkers],
	["GET", "/api/metrics", "view", getMetrics],
	["GET", "/api/export", "view", getExport],
	["GET", "/api/series", "view", getSeries],
	["GET", "/api/tasks", "view", getTasks],
	["GET", "/api/tasks/history", "view", getTaskHistory],
	["GET", "/api/tasks/stream", "view", getTaskStream],
	["GET", "/api/streams", "view", getStreams],
	["GET", "/api/streams/:id+", "view", getStream],
	["GET", "/api/logs", "view", getLogs],
	["GET", "/api/errors", "view", getErrors],
	["GET", "/api/checks", "view", getChecks],
	["GET", "/api/pages", "view", getPages],
	["GET", "/api/view", "view", getView],
	["GET", "/api/widgets/:id+", "view", showWidget],
	["GET", "/api/live", "view", openLive],
	["POST", "/api/workers/:id+/restart", "act", postRestart],
	["POST", "/api/cluster/scale", "act", postScale],
	["GET", "/api/commands", "view", getCommands],
	["GET", "/api/commands/:id", "view", getCommand],
	["GET", "/api/runs", "view", getRuns],
	["GET", "/api/runs/:id", "view", getRun],
	["GET", "/api/report", "view", getReport],
	["GET", "/api/annotations", "view", getAnnotations],
	["POST", "/api/annotations", "annotate", postAnnotation],
	["PUT", "/api/annotations/:id", "annotate", putAnnotation],
	["DELETE", "/api/annotations/:id", "annotate", deleteAnnotation],
	["GET", "/api/audit", "review", getAudit],
	["GET", "/api/arrivals", "view", getArrivals],
	["GET", "/api/bridge", "bridge", openBridge],
	["POST", "/api/bridge", "bridge", pushFrames],
	["POST", "/api/v1/write", "bridge", postRemoteWrite],
	["POST", "/prometheus/api/v1/write", "bridge", postRemoteWrite],
	...OF_PROMETHEUS,
	["POST", "/v1/metrics", "bridge", postOtlpMetrics],
	["POST", "/v1/traces", "bridge", postOtlpOther],
	["POST", "/v1/logs", "bridge", postOtlpOther],
	["GET", "/", "view", showPage],
	["GET", "/audit", "review", showAudit],
	["POST", "/audit/delete", "act", deleteByForm],
	["GET", "/:page", "view", showPage],
	// Names may have slashes, and many proxies decode %2F.
	["GET", "/workers/:id+", "view", showWorker],
	["GET", "/streaming/:id+", "view", showStream],
];

export const ROUTES: readonly Route[] = [
	...PUBLIC.map(([method, path, handler]): Route => [method, path, "public", handler]),
	...OF_THE_DASHBOARD,
	...OF_ONE_CLUSTER,
	...OF_A_CLUSTER.map(([method, path, needs, handler]): Route => [method, `/clusters/:cluster${path}`, needs, handler]),
	...OF_A_CLUSTER,
];
