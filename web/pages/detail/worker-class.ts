import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { WorkerClass } from "../../../colony-bridge/protocol/query/worker-class.ts";
import { CLUSTER, type StatusMark, WORKER } from "../../components/status.ts";

/** How a worker is, whatever it does at the moment. */
export const WORKER_CLASS: Record<WorkerClass, StatusMark> = {
	...WORKER,
	ready: { ...WORKER.idle, word: "ready" },
	degraded: { ...CLUSTER.degraded, word: "degraded" },
	unhealthy: { ...CLUSTER.unhealthy, word: "unhealthy" },
};

/** It does not run: how long it has been up says nothing. */
export const isDown = ({ status }: Pick<WorkerRow, "status">): boolean => status === "failed" || status === "stopped";
