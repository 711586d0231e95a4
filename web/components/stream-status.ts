import type { StreamRow } from "../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Checkpoint } from "../../colony-bridge/protocol/wire/state.ts";
import { mark, notHeard, type StatusMark } from "./status.ts";

export const STREAM: Record<StreamRow["status"], StatusMark> = {
	running: mark("check", "calm", "running"),
	paused: mark("ring", "warn", "paused"),
	stopped: mark("stop", "off", "stopped"),
	[NOT_HEARD]: notHeard,
	failed: mark("cross", "bad", "failed"),
};

export const CHECKPOINT: Record<Checkpoint["status"], StatusMark> = {
	running: mark("dashed", "calm", "running"),
	completed: mark("check", "calm", "completed"),
	failed: mark("cross", "bad", "failed"),
};
