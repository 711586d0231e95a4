/**
 * One push of a local bridge, from text to lines for the store: the cluster's own rules about who speaks, in which order, and what a frame
 * looks like. What only the cluster can judge (a series it does not know, an instant, its limits) it refuses itself, and the gateway passes
 * that on. A frame that is refused here has used its number all the same: an empty one takes its place.
 */
import * as v from "valibot";
import {
	type AcceptedHello,
	type HelloContext,
	overtaken,
	type Peer,
	readHello,
} from "../../../colony-bridge/protocol/wire/delivery/hello.ts";
import { type ErrorFrame, exceedsBytes, fatal, quote, refusal } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { standing } from "../../../colony-bridge/protocol/wire/delivery/sequence.ts";
import { LIMITS } from "../../../colony-bridge/protocol/wire/limits.ts";
import { describeIssues } from "../../../colony-bridge/protocol/wire/problem.ts";
import { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import type { Line } from "./frames.ts";

/** Error frames answered to one push. */
const MOST_ERRORS = 20;

export interface Beginning {
	peer: Peer;
	accepted?: AcceptedHello;
	/** Lines after hello. */
	lines: string[];
}

export interface TakenLines {
	lines: Line[];
	/** Ids of commands that have their results. */
	results: string[];
	/** The last line ends the run. */
	goodbye: boolean;
	repeats: boolean;
	/** A fatal one is the last. */
	errors: ErrorFrame[];
}

/** @param known the link's speaker, where it has said hello before. */
export function readBeginning(text: string, known: Peer | undefined, context: HelloContext): Beginning | ErrorFrame {
	if (exceedsBytes(text, LIMITS.pushBytes)) {
		return fatal("too-large", `a push has ${LIMITS.pushBytes} bytes at most, this one has more: send fewer frames at once`);
	}
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const first = parsed(lines[0] ?? "");
	const says = (first as { type?: unknown } | null | undefined)?.type === "hello";
	if (!says) {
		if (!known) return fatal("no-hello", `the first frame of a link is hello, this one is ${quote(lines[0] ?? "")}`);
		const newer = overtaken(known, context);
		return newer ?? { peer: known, lines };
	}
	const accepted = readHello(first, context);
	if ("type" in accepted) return accepted;
	const { bridge, epoch, started } = accepted.hello;
	if (known && known.bridge !== bridge) {
		return fatal("invalid", `this link speaks for bridge ${quote(known.bridge)}: open another for ${quote(bridge)}`);
	}
	const peer = { bridge, epoch, ...(started !== undefined && { started }) };
	return { peer, accepted, lines: accepted.otherRun ? [] : lines.slice(1) };
}

/** @param last the last number taken of the run. */
export function readLines(texts: readonly string[], last: number): TakenLines {
	const taken: TakenLines = { lines: [], results: [], goodbye: false, repeats: false, errors: [] };
	const refuse = (error: ErrorFrame) => {
		if (taken.errors.length < MOST_ERRORS || error.fatal) taken.errors.push(error);
	};
	let seq = last;
	for (const text of texts) {
		const json = parsed(text);
		const at = standing(json, seq);
		const number = (json as { seq: number } | undefined)?.seq ?? 0;
		if (at.type === "repeat") taken.repeats = true;
		else if (at.type === "unnumbered")
			refuse(refusal("invalid", `${quote(text)} is no numbered frame: send one JSON object with a seq a line`));
		else if (at.type === "jump") {
			refuse(fatal("sequence", `frame ${number} jumps ahead: ${at.expected} is next; send it, or a gap that stands for it`, number));
			break;
		} else if (taken.goodbye) {
			refuse(fatal("invalid", "a frame follows goodbye, which is the last of its run: say hello for another", number));
			break;
		} else {
			const frame = v.safeParse(UpFrame, json, { abortEarly: true });
			if (!frame.success) {
				const error = refusal("invalid", describeIssues(frame.issues), number);
				// A gap that fails its schema did not say what it stands for.
				if (number !== seq + 1) {
					refuse({ ...error, fatal: true });
					break;
				}
				refuse(error);
			} else if (frame.output.type === "result") taken.results.push(frame.output.command);
			else if (frame.output.type === "goodbye") taken.goodbye = true;
			const tick = frame.success && frame.output.type === "tick" && { at: frame.output.at };
			const empty = () => JSON.stringify({ type: "events", seq: number, events: [] });
			taken.lines.push({ seq: number, text: frame.success ? text : empty(), ...tick });
			seq = number;
		}
	}
	return taken;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
