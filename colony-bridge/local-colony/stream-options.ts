/** Options and statistics of a windowed stream. */
import { refuseUnknown } from "../option-check.ts";
import type { LogLevel } from "../protocol/wire/state.ts";
import type { FiredWindow, WindowRules } from "./tumbling-windows.ts";

export interface StreamOptions<T, A> extends WindowRules<T, A> {
	name: string;
	/** Takes a window that has fired. Called at least once for each: again, where the process died between this and a checkpoint. */
	emit?(window: FiredWindow<A>): void;
	/** Records that may wait; then `push` waits. Default 10,000. */
	bufferSize?: number;
	/** After so long without a record, in ms, the watermark follows the clock. Absent: it stands still. */
	idleMs?: number;
	/** Directory and interval (default 10 s) of checkpoints. Absent: a failure or restart loses open windows. */
	checkpoint?: { directory: string; everyMs?: number };
}

/** Totals since the stream began, over restarts where there are checkpoints, and values of now. */
export interface StreamNumbers {
	recordsIn: number;
	processed: number;
	recordsOut: number;
	late: number;
	fired: number;
	/** Records left out because they made the stream fail twice. */
	skipped: number;
	restores: number;
	openWindows: number;
	/** Share of the buffer in use, 0 to 1. */
	bufferFill: number;
	/** Shares of its time, 0 to 1: at work, and holding its source back because the buffer is full. */
	busy: number;
	throttle: number;
	/** Lag of the watermark behind the clock, s. Absent before the first record. */
	lagSeconds?: number;
	/** Duration of the newest completed checkpoint, s. */
	checkpointSeconds?: number;
	checkpointBytes?: number;
}

export type StreamLog = (level: LogLevel, message: string) => void;
/** Tells what deserves a mark on the time axis. */
export type StreamMark = (kind: string, text: string) => void;

const OPTIONS: Record<keyof StreamOptions<never, unknown>, true> = {
	name: true,
	windowMs: true,
	outOfOrderMs: true,
	time: true,
	key: true,
	start: true,
	add: true,
	emit: true,
	bufferSize: true,
	idleMs: true,
	checkpoint: true,
};

/** @throws where an option is unknown or a rule cannot be right. */
export function checkStreamOptions(options: StreamOptions<never, unknown>): void {
	const { name, windowMs, outOfOrderMs, bufferSize = 1, idleMs = 1, checkpoint } = options;
	if (typeof name !== "string" || name === "") throw new TypeError("a stream needs a name");
	refuseUnknown(`stream "${name}"`, OPTIONS, options);
	if (checkpoint) refuseUnknown<typeof checkpoint>(`stream "${name}": checkpoint`, { directory: true, everyMs: true }, checkpoint);
	const positive = { windowMs, bufferSize, idleMs, ...(checkpoint?.everyMs !== undefined && { everyMs: checkpoint.everyMs }) };
	for (const [field, value] of Object.entries(positive)) {
		if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`stream "${name}": invalid ${field} ${value}; write a number above 0`);
	}
	if (!(outOfOrderMs >= 0)) throw new RangeError(`stream "${name}": invalid outOfOrderMs ${outOfOrderMs}; write 0 or more milliseconds`);
}
