/**
 * The route table, in matching order. A path's `:page` is one segment.
 *
 * What belongs to a cluster stands at the bare path for the default cluster and under `/clusters/{cluster}` for any.
 */
import type { Handler } from "./context.ts";
import { getChecks } from "./routes/get-checks.ts";
import { getCluster } from "./routes/get-cluster.ts";
import { getHealth } from "./routes/get-health.ts";
import { getLogs } from "./routes/get-logs.ts";
import { getMetrics } from "./routes/get-metrics.ts";
import { getPages } from "./routes/get-pages.ts";
import { getStreams } from "./routes/get-streams.ts";
import { getTasks } from "./routes/get-tasks.ts";
import { getView } from "./routes/get-view.ts";
import { getWorkers } from "./routes/get-workers.ts";
import { openBridge } from "./routes/open-bridge.ts";
import { openLive } from "./routes/open-live.ts";
import { pushFrames } from "./routes/push-frames.ts";
import { showPage } from "./routes/show-page.ts";

type Route = readonly [method: "GET" | "POST", path: string, handler: Handler];

const OF_A_CLUSTER: readonly Route[] = [
	["GET", "/api/cluster", getCluster],
	["GET", "/api/workers", getWorkers],
	["GET", "/api/metrics", getMetrics],
	["GET", "/api/tasks", getTasks],
	["GET", "/api/streams", getStreams],
	["GET", "/api/logs", getLogs],
	["GET", "/api/checks", getChecks],
	["GET", "/api/pages", getPages],
	["GET", "/api/view", getView],
	["GET", "/api/live", openLive],
	["GET", "/api/bridge", openBridge],
	["POST", "/api/bridge", pushFrames],
	["GET", "/", showPage],
	["GET", "/:page", showPage],
];

export const ROUTES: readonly Route[] = [
	["GET", "/api/health", getHealth],
	...OF_A_CLUSTER.map(([method, path, handler]): Route => [method, `/clusters/:cluster${path}`, handler]),
	...OF_A_CLUSTER,
];
