import type { AcceptedHello, HelloContext, Peer } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { openPush, receiveFrames, unknownPeer } from "../../colony-bridge/protocol/wire/delivery/receive.ts";
import { type ErrorFrame, fatal, quote } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { PushEntry } from "../log/entry.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { growth } from "../state/growth.ts";
import { NEW_LINK_BYTES } from "../state/link.ts";
import { SeriesNumbers } from "../state/series-numbers.ts";
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

	/** Called when the entry is durable. */
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
	/** Repeated and refused frames, counted in this entry or the next. */
	repeats: number;
	refused: number;
}

export type Around = Omit<AcceptorContext, "series" | "layout" | "growth"> & Pick<HelloContext, "freeAt" | "longestSilent">;

/** @param speaker the link's peer, if it has sent hello before. */
export function readPush(text: PushText, speaker: Peer | undefined, state: ClusterState, around: Around): ReadPush {
	const { links, forgotten } = state;
	const opened = openPush(text, speaker, { links, forgotten, ...around });
	if ("type" in opened) return refused(opened, speaker);
	const { peer, accepted, lines } = opened;
	const link = links.get(peer.bridge);
	const sameRun = link?.epoch === peer.epoch;
	if (!accepted && !sameRun) return refused(unknownPeer(peer.bridge), peer);
	// A bridge that is known, or was, comes back: nothing more of it is kept than there was.
	const full = link || forgotten.has(peer.bridge) || accepted?.replaces !== undefined ? undefined : around.full(() => NEW_LINK_BYTES);
	if (full) {
		const advice = "report less through the others, or raise memoryMb in the dashboard's configuration";
		return refused(fatal("limit", `no room for bridge ${quote(peer.bridge)}: the cluster's state is full (${full}): ${advice}`));
	}
	const acceptor = new Acceptor({
		...around,
		series: sameRun ? link.series : new SeriesNumbers([], link?.series),
		layout: link?.layout,
		growth: (frame) => growth(state, peer.bridge, frame),
	});
	const before = sameRun ? link.seq : 0;
	const { seq, ...received } = receiveFrames(lines, before, acceptor);
	const push: ReadPush = { speaker: peer, ...(accepted && { greeting: accepted }), advanced: seq > before, ...received };
	if (!push.advanced && !accepted?.changed) return push;
	const { bridge, epoch } = peer;
	const hello = accepted?.changed && { hello: accepted.hello };
	return { ...push, entry: { type: "push", at: around.now, bridge, epoch, ...hello, seq, frames: acceptor.taken(seq) } };
}

function refused(error: ErrorFrame, peer?: Peer): ReadPush {
	return { ...(peer && { speaker: peer }), advanced: false, errors: [error], repeats: 0, refused: 0 };
}

/** The answer to a push: `welcome`, errors, the acknowledgement of all up to `seq`, and a fatal error last. */
export function answerFrames(
	{ errors, repeats, advanced }: ReadPush,
	welcome: DownFrame | undefined,
	seq: number | undefined,
): DownFrame[] {
	const frames: DownFrame[] = welcome ? [welcome] : [];
	frames.push(...errors.filter((error) => !error.fatal));
	if (seq && (repeats > 0 || advanced)) frames.push({ type: "ack", seq });
	frames.push(...errors.filter((error) => error.fatal));
	return frames;
}
