import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { WorkerClass } from "../../../colony-bridge/protocol/query/status.ts";
import { CLUSTER, type StatusMark, WORKER } from "../../components/status.ts";

/** The marks of worker classes, which ignore activity. */
export const WORKER_CLASS: Record<WorkerClass, StatusMark> = {
	...WORKER,
	ready: { ...WORKER.idle, word: "ready" },
	degraded: { ...CLUSTER.degraded, word: "degraded" },
	unhealthy: { ...CLUSTER.unhealthy, word: "unhealthy" },
};

/** A stopped worker has no uptime. */
export const isDown = ({ status }: Pick<WorkerRow, "status">): boolean => status === "failed" || status === "stopped";
