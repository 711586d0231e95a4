/** The mark of each status: shape, tone and word. Shape and word are sufficient without colour. */

import type { CheckRow, TaskRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/status.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";

export type Shape = "check" | "full" | "ring" | "dashed" | "hatched" | "alert" | "cross" | "stop" | "question" | "mute";
/** `calm`: normal, needs no attention. */
export type Tone = "good" | "calm" | "honey" | "warn" | "bad" | "off";
export interface StatusMark {
	shape: Shape;
	tone: Tone;
	word: string;
}

export const mark = (shape: Shape, tone: Tone, word: string): StatusMark => ({ shape, tone, word });

export const CLUSTER: Record<ClusterStatus, StatusMark> = {
	healthy: mark("check", "good", "Healthy"),
	degraded: mark("alert", "warn", "Degraded"),
	unhealthy: mark("cross", "bad", "Unhealthy"),
	silent: mark("mute", "bad", "Silent"),
	unknown: mark("question", "off", "Unknown"),
};

/** Stale: its bridge has stopped reporting. */
export const notHeard = mark("hatched", "off", "not heard");

/** In the order of bars and legends: failures last, where they stand out. */
export const WORKER: Record<WorkerRow["status"], StatusMark> = {
	running: mark("check", "calm", "running"),
	busy: mark("full", "calm", "busy"),
	idle: mark("ring", "calm", "idle"),
	starting: mark("dashed", "calm", "starting"),
	draining: mark("dashed", "off", "draining"),
	restarting: mark("dashed", "warn", "restarting"),
	stopped: mark("stop", "off", "stopped"),
	[NOT_HEARD]: notHeard,
	failed: mark("cross", "bad", "failed"),
};

export const TASK: Record<TaskRow["status"] | TaskEnd["status"], StatusMark> = {
	queued: mark("ring", "off", "queued"),
	running: mark("full", "calm", "running"),
	completed: mark("check", "calm", "completed"),
	failed: mark("cross", "bad", "failed"),
	cancelled: mark("stop", "off", "cancelled"),
	no_result: mark("dashed", "off", "no result"),
	[NOT_HEARD]: notHeard,
};

export const CHECK: Record<CheckRow["status"], StatusMark> = {
	ok: mark("check", "calm", "ok"),
	warning: mark("alert", "warn", "warning"),
	failed: mark("cross", "bad", "failed"),
	unknown: mark("question", "off", "unknown"),
	[NOT_HEARD]: notHeard,
};
