import type { Health, Worker, WorkerStatus } from "../wire/state.ts";

/** The health of a cluster; `silent`: no bridge is heard; `unknown`: there is nothing to judge. */
export type ClusterStatus = Health | "silent" | "unknown";

/** The status of a worker whose changes are kept: busy and idle are the same, bad health is a status. */
export type WorkerClass = "ready" | "degraded" | "unhealthy" | Exclude<WorkerStatus, "running" | "idle" | "busy">;

export function workerClass({ status, health }: Pick<Worker, "status" | "health">): WorkerClass {
	if (status !== "running" && status !== "idle" && status !== "busy") return status;
	return health === undefined || health === "healthy" ? "ready" : health;
}
