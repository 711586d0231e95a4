import {
	type AcceptedHello,
	type HelloContext,
	overtaken,
	type Peer,
	readHello,
} from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import { type ErrorFrame, exceedsBytes, fatal, quote, refusal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { standing } from "../../colony-bridge/protocol/wire/delivery/sequence.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { PushEntry } from "../log/entry.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { Acceptor, type AcceptorContext } from "./acceptor.ts";

/** Repeats and refusals of pushes with nothing to write: counted in the next entry. */
export class Uncounted {
	#repeats = 0;
	#refused = 0;

	add({ repeats, refused }: { repeats: number; refused: number }): void {
		this.#repeats += repeats;
		this.#refused += refused;
	}

	writeInto(entry: PushEntry): void {
		if (this.#repeats > 0) entry.repeats = this.#repeats;
		if (this.#refused > 0) entry.refused = this.#refused;
	}

	/** That entry is durable. */
	written(): void {
		this.#repeats = 0;
		this.#refused = 0;
	}
}

/**
 * One push, from text to an entry of the log. Reading it changes nothing but the history's dictionary; applying the entry does.
 *
 * Order of a push: hello where it has one, then frames in sequence. What cannot be taken is answered with an error frame and the rest goes
 * on, but for a jump in the sequence: what follows it cannot be taken either, so the link is closed and the bridge resumes from `welcome`.
 */
export interface ReadPush {
	/** Absent: it never became known. */
	speaker?: Peer;
	greeting?: AcceptedHello;
	/** The entry to write, if any. */
	entry?: PushEntry;
	/** Frames took their place in the sequence. */
	advanced: boolean;
	/** A fatal one is the last. */
	errors: ErrorFrame[];
	/** Frames that were there already, and frames refused: what an entry says, or the next one will. */
	repeats: number;
	refused: number;
}

/** Error frames answered to one push: one that is wrong throughout is not worth more. */
const MOST_ERRORS = 20;

type Around = Omit<AcceptorContext, "series" | "layout"> & Pick<HelloContext, "freeAt" | "longestSilent">;

/** @param known the link's speaker, where it has said hello before. */
export function readPush(text: string, known: Peer | undefined, state: ClusterState, around: Around): ReadPush {
	const push: ReadPush = { ...(known && { speaker: known }), advanced: false, errors: [], repeats: 0, refused: 0 };
	const fail = (error: ErrorFrame): ReadPush => {
		push.errors.push(error);
		return push;
	};
	if (exceedsBytes(text, LIMITS.pushBytes)) {
		return fail(fatal("too-large", `a push has ${LIMITS.pushBytes} bytes at most, this one has more: send fewer frames at once`));
	}
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const first = parseLine(lines[0] ?? "");
	if (typeOf(first) === "hello") {
		const { now, freeAt, longestSilent } = around;
		const greeting = readHello(first, { links: state.links, gone: state.gone, now, freeAt, longestSilent });
		if ("type" in greeting) return fail(greeting);
		const { bridge, epoch, started } = greeting.hello;
		if (known && known.bridge !== bridge) {
			return fail(fatal("invalid", `this link speaks for bridge ${quote(known.bridge)}: open another for ${quote(bridge)}`));
		}
		push.speaker = { bridge, epoch, ...(started !== undefined && { started }) };
		push.greeting = greeting;
		lines.shift();
	}
	if (!push.speaker) {
		return fail(fatal("no-hello", `the first frame of a link is hello, this one is ${quote(lines[0] ?? "")}`));
	}
	const newer = push.greeting ? undefined : overtaken(push.speaker, state);
	if (newer) return fail(newer);
	if (!push.greeting && state.links.get(push.speaker.bridge)?.epoch !== push.speaker.epoch) {
		return fail(fatal("no-hello", `bridge ${quote(push.speaker.bridge)} is not known any more: connect again and say hello`));
	}
	readFrames(push.greeting?.otherRun ? [] : lines, push, push.speaker, state, around);
	return push;
}

function readFrames(lines: string[], push: ReadPush, speaker: Peer, state: ClusterState, around: Around): void {
	const link = state.links.get(speaker.bridge);
	const sameRun = link?.epoch === speaker.epoch;
	const acceptor = new Acceptor({ ...around, series: sameRun ? link.series : [], layout: link?.layout });
	const before = sameRun ? link.seq : 0;
	let seq = before;
	let unsaid = 0;
	const refuse = (error: ErrorFrame) => {
		push.refused++;
		if (push.errors.length < MOST_ERRORS || error.fatal) push.errors.push(error);
		else unsaid++;
	};
	for (const line of lines) {
		const json = parseLine(line);
		const at = standing(json, seq);
		if (at.type === "repeat") push.repeats++;
		else if (at.type === "next") {
			if (acceptor.ended) {
				refuse(fatal("invalid", "a frame follows goodbye, which is the last of its run: say hello for another"));
				break;
			}
			const error = acceptor.add(json);
			const number = (json as { seq: number }).seq;
			// A gap that fails its schema did not say what it stands for.
			if (error && number !== seq + 1) {
				refuse({ ...error, fatal: true });
				break;
			}
			if (error) refuse(error);
			seq = number;
		} else if (at.type === "jump") {
			const number = (json as { seq: number }).seq;
			refuse(fatal("sequence", `frame ${number} jumps ahead: ${at.expected} is next; send it, or a gap that stands for it`, number));
			break;
		} else refuse(refusal("invalid", unnumbered(line, json)));
	}
	if (unsaid > 0) push.errors.splice(MOST_ERRORS, 0, refusal("invalid", `${unsaid} more frames of this push were refused`));
	push.advanced = seq > before;
	if (!push.advanced && !push.greeting?.changed) return;
	push.entry = {
		type: "push",
		at: around.now,
		bridge: speaker.bridge,
		epoch: speaker.epoch,
		...(push.greeting?.changed && { hello: push.greeting.hello }),
		seq,
		frames: acceptor.taken(seq),
	};
}

function unnumbered(line: string, json: unknown): string {
	if (json === undefined) return `${quote(line)} is not JSON: send one JSON object a line`;
	if (typeof json !== "object" || json === null || Array.isArray(json)) return `${quote(line)} is not a frame: send one JSON object a line`;
	if (typeOf(json) === "hello") return "hello is the first frame of a push";
	return `${quote(line)} has no seq: number frames 1, 2, 3, … in an epoch`;
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

function typeOf(json: unknown): unknown {
	return (json as { type?: unknown } | null | undefined)?.type;
}
