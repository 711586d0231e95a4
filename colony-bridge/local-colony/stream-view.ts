/** A stream as the dashboard sees it: source, window and sink, with what each is busy with. */
import type { Checkpoint, Stream } from "../protocol/wire/state.ts";
import type { StreamNumbers } from "./stream-options.ts";

interface Now {
	watermark: number;
	/** Oldest first. */
	checkpoints: readonly Checkpoint[];
	/** Share of the time in which windows were handed out: what the sink took. */
	emitting: number;
}

/** Checkpoints that one push may miss, where they are made faster than pushes go out. */
const RECENT = 10;
const RECENT_MS = 60_000;

export function streamView(
	{ name, status, message }: { name: string; status: Stream["status"]; message: string | undefined },
	numbers: StreamNumbers,
	{ watermark, checkpoints, emitting }: Now,
): Stream {
	const { recordsIn, processed, recordsOut, late, fired, openWindows, busy, throttle, bufferFill } = numbers;
	const mark = watermark > 0 ? { watermark: Math.floor(watermark) } : {};
	const newest = checkpoints.at(-1);
	// One thread does all the work: the time spent on the sink is no time of the window's.
	const window = Math.max(0, busy - emitting);
	return {
		id: name,
		name,
		status,
		...mark,
		windows: { open: openWindows, fired, late },
		operators: [
			{ id: "source", name: "source", subtasks: [{ id: "source-1", recordsOut: recordsIn, backPressured: hundredth(throttle) }] },
			{
				id: "window",
				name: "tumbling window",
				inputs: ["source"],
				subtasks: [
					{
						id: "window-1",
						...mark,
						busy: hundredth(window),
						idle: hundredth(1 - busy),
						backPressured: hundredth(Math.min(emitting, busy)),
						bufferFill: hundredth(bufferFill),
						recordsIn: processed,
						recordsOut: fired,
					},
				],
			},
			{
				id: "sink",
				name: "sink",
				inputs: ["window"],
				subtasks: [{ id: "sink-1", ...mark, busy: hundredth(emitting), idle: hundredth(1 - emitting), recordsIn: recordsOut }],
			},
		],
		...(message !== undefined && { message }),
		...(newest && { checkpoint: { ...newest } }),
		...(checkpoints.length > 1 && { checkpoints: recent(checkpoints) }),
	};
}

/** Newest first. */
function recent(checkpoints: readonly Checkpoint[]): Checkpoint[] {
	const since = Date.now() - RECENT_MS;
	return checkpoints
		.slice(-RECENT)
		.filter(({ endedAt }) => endedAt === undefined || endedAt >= since)
		.map((checkpoint) => ({ ...checkpoint }))
		.reverse();
}

function hundredth(share: number): number {
	return Math.round(share * 100) / 100;
}
