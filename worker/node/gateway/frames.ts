/** The frames that a gateway's store holds, parsed a batch at a time: those that are evicted, and what takes their place. */
import { measure } from "../../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { StoredFrames } from "../../../colony-bridge/bridge/outbox/stored-frames.ts";
import type { PushLine } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { type FrameTaker, type ReceivedFrames, receiveFrames } from "../../../colony-bridge/protocol/wire/delivery/receive.ts";
import { type ErrorFrame, refusal } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { describeIssues } from "../../../colony-bridge/protocol/wire/problem.ts";
import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";

/** Bytes of frames that are worked on at once. */
export const BATCH_BYTES = 8_000_000;

export class Frames extends StoredFrames {
	/** @returns bytes added. */
	put(run: number, frame: UpFrame, line = JSON.stringify(frame)): number {
		const bytes = Buffer.byteLength(line);
		this.add(run, { seq: frame.seq, type: frame.type, bytes, ...measure(frame) }, line);
		return bytes;
	}

	/** The next after `seq`, `bytes` of them or as many as are worked on at once. They were validated when they came in. */
	batch(run: number, seq: number, bytes = BATCH_BYTES): UpFrame[] {
		const frames: UpFrame[] = [];
		let after = seq;
		for (let left = Math.min(bytes, BATCH_BYTES); left > 0; ) {
			const lines = this.next(run, after, left);
			if (lines.length === 0) break;
			for (const { text, bytes } of lines) {
				frames.push(JSON.parse(text) as UpFrame);
				left -= bytes;
			}
			after = lines.at(-1)?.seq as number;
		}
		return frames;
	}

	/** All after `seq`, a batch at a time. */
	*batches(run: number, seq: number): Generator<UpFrame[]> {
		let after = seq;
		for (let frames = this.batch(run, after); frames.length > 0; frames = this.batch(run, after)) {
			after = frames.at(-1)?.seq as number;
			yield frames;
		}
	}

	/** Others take the place of these, which follow each other. */
	replace(run: number, frames: readonly UpFrame[], others: readonly UpFrame[]): void {
		const [were, are] = [new Set(frames), new Set(others)];
		for (const frame of frames) if (!are.has(frame)) this.remove(run, frame.seq);
		for (const frame of others) if (!were.has(frame)) this.put(run, frame);
	}
}

/**
 * The frames of one push of a local bridge, as lines for the store. What only the cluster can judge (a series it does not know, an instant, its
 * limits) it refuses itself, and the gateway passes that on. A frame that is refused here has used its number: an empty one takes its place.
 */
export interface Line {
	frame: UpFrame;
	/** Text as it was sent. */
	text: string;
}

interface TakenLines extends ReceivedFrames {
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
