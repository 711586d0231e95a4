/**
 * Receives a push, for the cluster and the gateway alike: its size, hello where it has one, then frames in sequence. A frame that is refused is
 * answered with an error frame, has used its number and the rest goes on. After a jump in the sequence nothing can be taken: the link is closed
 * and the bridge resumes from `welcome`.
 */
import { LIMITS } from "../limits.ts";
import { isReserved } from "../names.ts";
import { type AcceptedHello, type HelloContext, overtaken, type Peer, readHello } from "./hello.ts";
import type { PushLine, PushText } from "./push-text.ts";
import { type ErrorFrame, exceedsBytes, fatal, quote, refusal } from "./refusal.ts";

/** Error frames answered to one push: one that is wrong throughout is not worth more. */
const MOST_ERRORS = 20;

/** A push whose peer is known. */
interface OpenedPush {
	peer: Peer;
	accepted?: AcceptedHello;
	/** Lines after hello that belong to the peer's run. */
	lines: readonly PushLine[];
}

/** @param previous the link's peer, if it has sent hello before. */
export function openPush(push: PushText, previous: Peer | undefined, context: HelloContext): OpenedPush | ErrorFrame {
	if (exceedsBytes(push.text, LIMITS.pushBytes)) {
		return fatal("too-large", `a push has ${LIMITS.pushBytes} bytes at most, this one has more: send fewer frames at once`);
	}
	const { lines } = push;
	const [first] = lines;
	if (first?.type !== "hello") {
		if (!previous) return fatal("no-hello", `the first frame of a link is hello, this one is ${quote(first?.text ?? "")}`);
		return overtaken(previous, context) ?? { peer: previous, lines };
	}
	const accepted = readHello(first.json, context);
	if ("type" in accepted) return accepted;
	const { bridge, epoch, started } = accepted.hello;
	if (isReserved(bridge)) return fatal("invalid", `the name ${quote(bridge)} is reserved for the dashboard: give the bridge another`);
	if (previous && previous.bridge !== bridge) {
		return fatal("invalid", `this link is that of bridge ${quote(previous.bridge)}: open another for ${quote(bridge)}`);
	}
	const peer = { bridge, epoch, ...(started !== undefined && { started }) };
	return { peer, accepted, lines: accepted.otherRun ? [] : lines.slice(1) };
}

export const unknownPeer = (bridge: string): ErrorFrame =>
	fatal("no-hello", `bridge ${quote(bridge)} was forgotten: connect again and send hello`);

/** Judges and keeps the frames of one push. */
export interface FrameTaker {
	/** Goodbye was the last frame. */
	readonly ended: boolean;
	/** @returns why it is refused. */
	add(line: PushLine, seq: number): ErrorFrame | undefined;
	/** The frame was refused, and its number is used. */
	skip?(seq: number): void;
}

export interface ReceivedFrames {
	/** The last number taken. */
	seq: number;
	/** Frames at or below a number that was taken before. */
	repeats: number;
	refused: number;
	/** A fatal one is the last. */
	errors: ErrorFrame[];
}

/** @param last the last number taken of the run. */
export function receiveFrames(lines: readonly PushLine[], last: number, taker: FrameTaker): ReceivedFrames {
	const received: ReceivedFrames = { seq: last, repeats: 0, refused: 0, errors: [] };
	let unlisted = 0;
	for (const line of lines) {
		const seq = seqOf(line.json);
		if (seq !== undefined && seq <= received.seq) {
			received.repeats++;
			continue;
		}
		const error = judged(line, seq, received.seq, taker);
		// A gap that fails its schema has no known range.
		const final = error && (error.fatal || (seq !== undefined && seq !== received.seq + 1));
		if (error) {
			received.refused++;
			if (received.errors.length < MOST_ERRORS || final) received.errors.push({ ...error, fatal: final === true });
			else unlisted++;
		}
		if (final) break;
		if (seq === undefined) continue;
		if (error) taker.skip?.(seq);
		received.seq = seq;
	}
	if (unlisted > 0) received.errors.splice(MOST_ERRORS, 0, refusal("invalid", `${unlisted} more frames of this push were refused`));
	return received;
}

function judged(line: PushLine, seq: number | undefined, last: number, taker: FrameTaker): ErrorFrame | undefined {
	if (seq === undefined) return refusal("invalid", unnumbered(line));
	if (seq !== last + 1 && !reachesBack(line.json, last)) {
		return fatal("sequence", `frame ${seq} jumps ahead: ${last + 1} is next; send it, or a gap that stands for it`, seq);
	}
	if (taker.ended) return fatal("invalid", "a frame follows goodbye, the last of its run: send hello to begin another run", seq);
	return taker.add(line, seq);
}

/** A gap stands for all frames from `first`, which may reach back into those that did arrive. */
function reachesBack(json: unknown, last: number): boolean {
	const { type, first } = json as { type?: unknown; first?: unknown };
	return type === "gap" && typeof first === "number" && first <= last + 1;
}

function seqOf(json: unknown): number | undefined {
	const { seq } = (json ?? {}) as { seq?: unknown };
	return typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 1 ? seq : undefined;
}

function unnumbered({ text, json, type }: PushLine): string {
	if (json === undefined) return `${quote(text)} is not JSON: send one JSON object a line`;
	if (typeof json !== "object" || json === null || Array.isArray(json)) return `${quote(text)} is not a frame: send one JSON object a line`;
	if (type === "hello") return "hello is the first frame of a push";
	return `${quote(text)} has no seq: number frames 1, 2, 3, … in an epoch`;
}
