/** Every state the colony can be in: its shape, its tone and its word. Shape and word carry it; colour only helps. */

import type { CheckRow, StreamRow, TaskRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/view.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Checkpoint, LogLevel, TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";

export type Shape = "check" | "full" | "ring" | "dashed" | "hatched" | "alert" | "cross" | "stop" | "question" | "mute";
export type Tone = "good" | "honey" | "warn" | "bad" | "off";
export interface Look {
	shape: Shape;
	tone: Tone;
	word: string;
}

const look = (shape: Shape, tone: Tone, word: string): Look => ({ shape, tone, word });

export const CLUSTER: Record<ClusterStatus, Look> = {
	healthy: look("check", "good", "Healthy"),
	degraded: look("alert", "warn", "Degraded"),
	unhealthy: look("cross", "bad", "Unhealthy"),
	silent: look("mute", "bad", "Silent"),
	unknown: look("question", "off", "Unknown"),
};

/** Its bridge is silent: how it is now nobody knows. */
const notHeard = look("hatched", "off", "not heard");

/** In the order they are listed: what needs eyes first comes last in a bar and stands out there. */
export const WORKER: Record<WorkerRow["status"], Look> = {
	running: look("check", "good", "running"),
	busy: look("full", "honey", "busy"),
	idle: look("ring", "good", "idle"),
	starting: look("dashed", "honey", "starting"),
	draining: look("dashed", "off", "draining"),
	restarting: look("dashed", "warn", "restarting"),
	stopped: look("stop", "off", "stopped"),
	[NOT_HEARD]: notHeard,
	failed: look("cross", "bad", "failed"),
};

export const TASK: Record<TaskRow["status"] | TaskEnd["status"], Look> = {
	queued: look("ring", "off", "queued"),
	running: look("full", "honey", "running"),
	completed: look("check", "good", "completed"),
	failed: look("cross", "bad", "failed"),
	cancelled: look("stop", "off", "cancelled"),
	no_result: look("dashed", "off", "no result"),
	[NOT_HEARD]: notHeard,
};

export const STREAM: Record<StreamRow["status"], Look> = {
	running: look("check", "good", "running"),
	paused: look("ring", "warn", "paused"),
	stopped: look("stop", "off", "stopped"),
	[NOT_HEARD]: notHeard,
	failed: look("cross", "bad", "failed"),
};

export const CHECKPOINT: Record<Checkpoint["status"], Look> = {
	running: look("dashed", "honey", "running"),
	completed: look("check", "good", "completed"),
	failed: look("cross", "bad", "failed"),
};

export const CHECK: Record<CheckRow["status"], Look> = {
	ok: look("check", "good", "ok"),
	warning: look("alert", "warn", "warning"),
	failed: look("cross", "bad", "failed"),
	unknown: look("question", "off", "unknown"),
	[NOT_HEARD]: notHeard,
};

export const LEVEL: Record<LogLevel, Look> = {
	DEBUG: look("ring", "off", "DEBUG"),
	INFO: look("ring", "good", "INFO"),
	WARNING: look("alert", "warn", "WARNING"),
	ERROR: look("cross", "bad", "ERROR"),
	CRITICAL: look("cross", "bad", "CRITICAL"),
};
