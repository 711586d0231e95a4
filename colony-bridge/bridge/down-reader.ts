/** A cluster's text as frames: checked once, here. */
import * as v from "valibot";
import { DownFrame } from "../protocol/down.ts";
import { describeIssues } from "../protocol/problem.ts";
import { type Complaints, wordsOf } from "./complaints.ts";

/** Frames of one message. A line that is none is told and left out: a newer cluster may say more than this bridge knows. */
export function readFrames(text: string, complaints: Complaints): DownFrame[] {
	const frames: DownFrame[] = [];
	for (const line of text.split("\n")) {
		if (!line) continue;
		try {
			const parsed = v.safeParse(DownFrame, JSON.parse(line));
			if (!parsed.success) throw new TypeError(describeIssues(parsed.issues));
			frames.push(parsed.output);
		} catch (error) {
			complaints.say(`a frame of the cluster could not be read and was left out: ${wordsOf(error)}`);
		}
	}
	return frames;
}
