/** A stream as the dashboard sees it: source, window and sink, with what each is busy with. */
import type { Checkpoint, Stream } from "../protocol/state.ts";
import type { StreamNumbers } from "./stream-options.ts";

interface Now {
	watermark: number;
	checkpoint: Checkpoint | undefined;
	/** Shares, 0 to 1. */
	busy: number;
	backPressured: number;
}

export function streamView(
	{ name, status, message }: { name: string; status: Stream["status"]; message: string | undefined },
	numbers: StreamNumbers,
	{ watermark, checkpoint, busy, backPressured }: Now,
): Stream {
	const { recordsIn, processed, recordsOut, late, fired, openWindows } = numbers;
	const mark = watermark > 0 ? { watermark: Math.floor(watermark) } : {};
	return {
		id: name,
		name,
		status,
		...mark,
		windows: { open: openWindows, fired, late },
		operators: [
			{ id: "source", name: "source", subtasks: [{ id: "source-1", recordsOut: recordsIn, backPressured: hundredth(backPressured) }] },
			{
				id: "window",
				name: "tumbling window",
				inputs: ["source"],
				subtasks: [{ id: "window-1", ...mark, busy: hundredth(busy), idle: hundredth(1 - busy), recordsIn: processed, recordsOut: fired }],
			},
			{ id: "sink", name: "sink", inputs: ["window"], subtasks: [{ id: "sink-1", recordsIn: recordsOut }] },
		],
		...(message !== undefined && { message }),
		...(checkpoint && { checkpoint: { ...checkpoint } }),
	};
}

function hundredth(share: number): number {
	return Math.round(share * 100) / 100;
}
