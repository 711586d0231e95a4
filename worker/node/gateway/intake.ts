/**
 * The frames of one push of a local bridge, as lines for the store. What only the cluster can judge (a series it does not know, an instant, its
 * limits) it refuses itself, and the gateway passes that on. A frame that is refused here has used its number: an empty one takes its place.
 */
import type { PushLine } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { type FrameTaker, type ReceivedFrames, receiveFrames } from "../../../colony-bridge/protocol/wire/delivery/receive.ts";
import { type ErrorFrame, refusal } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { describeIssues } from "../../../colony-bridge/protocol/wire/problem.ts";
import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";

export interface Line {
	frame: UpFrame;
	/** As it was sent. */
	text: string;
}

export interface TakenLines extends ReceivedFrames {
	lines: Line[];
	/** Ids of commands that have their results. */
	results: string[];
	/** The last line ends the run. */
	goodbye: boolean;
}

/** @param last the last number taken of the run. */
export function readLines(sent: readonly PushLine[], last: number): TakenLines {
	const taker = new LineTaker();
	const received = receiveFrames(sent, last, taker);
	return { ...received, lines: taker.lines, results: taker.results, goodbye: taker.ended };
}

class LineTaker implements FrameTaker {
	readonly lines: Line[] = [];
	readonly results: string[] = [];
	ended = false;

	add({ frame, text }: PushLine, seq: number): ErrorFrame | undefined {
		if (!frame.success) return refusal("invalid", describeIssues(frame.issues), seq);
		const { output } = frame;
		if (output.type === "result") this.results.push(output.command);
		this.ended = output.type === "goodbye";
		this.lines.push({ frame: output, text });
		return undefined;
	}

	skip(seq: number): void {
		const frame: UpFrame = { type: "events", seq, events: [] };
		this.lines.push({ frame, text: JSON.stringify(frame) });
	}
}
