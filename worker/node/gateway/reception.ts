/**
 * One push of a local bridge against the store: its sender, the frames that are taken in, and the answer. All of it belongs in one
 * transaction with the write, and nothing here reaches beyond the store.
 */
import type { HelloContext, Peer } from "../../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { PushLine, PushText } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { openPush, unknownPeer } from "../../../colony-bridge/protocol/wire/delivery/receive.ts";
import { type ErrorFrame, fatal, quote } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import type { Hello } from "../../../colony-bridge/protocol/wire/up.ts";
import { readLines } from "./frames.ts";
import type { Run } from "./runs.ts";
import type { Store } from "./store.ts";

export interface TakenPush {
	/** Absent before a hello was accepted. */
	peer?: Peer;
	/** The push began with it. */
	hello?: Hello;
	/** To be sent once all is on disk. */
	frames: DownFrame[];
	/** Ids of commands that have their results. */
	results: string[];
}

export class Reception {
	readonly #store: Store;
	readonly #sent: (run: Run) => number;
	readonly #judge: Pick<HelloContext, "freeAt" | "longestSilent">;
	/** Newest run of each bridge that a later one, heard by the dashboard elsewhere, has taken over. */
	readonly #over = new Map<string, Hello>();

	/** @param sent the last number of a run that may have arrived at the dashboard. */
	constructor(store: Store, sent: (run: Run) => number, judge: Pick<HelloContext, "freeAt" | "longestSilent">) {
		this.#store = store;
		this.#sent = sent;
		this.#judge = judge;
	}

	/** The dashboard has turned the run away: nobody may go on in it. */
	turnAway({ bridge, hello }: Run): void {
		this.#over.set(bridge, hello);
	}

	/** The bridge is forgotten. */
	forget(bridge: string): void {
		this.#over.delete(bridge);
	}

	/**
	 * @param previous who sent an earlier hello on this link.
	 * @throws where the store cannot be written.
	 */
	take(push: PushText, previous: Peer | undefined): TakenPush {
		const { links, forgotten } = this.#store;
		const read = openPush(push, previous, { links, forgotten, now: Date.now(), ...this.#judge });
		if ("type" in read) return refused(read);
		const { peer, accepted } = read;
		const { bridge, epoch } = peer;
		const over = this.#over.get(bridge);
		if (over?.epoch === epoch && over.instance === accepted?.hello.instance && (peer.started ?? 0) <= (over.started ?? 0)) {
			return refused(fatal("superseded", `bridge ${quote(bridge)} run ${epoch} was superseded by a later run of it at the dashboard`));
		}
		if (accepted && !this.#store.newest(bridge) && !this.#store.takesNames) {
			const words = "the gateway holds so much of bridges that have gone, which its dashboard has not taken, that it knows no more names";
			return refused(fatal("limit", `no place for bridge ${quote(bridge)}: ${words}; keep the frames and connect again later`));
		}
		if (accepted?.replaces !== undefined) this.#store.forget(accepted.replaces);
		const run = accepted ? this.#store.enter(accepted.hello) : this.#store.newest(bridge);
		if (run?.epoch !== epoch) {
			return refused(unknownPeer(bridge));
		}
		const taken: TakenPush = { peer, frames: [], results: [] };
		if (accepted) {
			taken.hello = accepted.hello;
			const { lastSeq, version } = accepted;
			taken.frames.push({ type: "welcome", protocol: version, epoch, lastSeq });
		}
		if (read.lines.length > 0) this.#accept(run, read.lines, taken);
		return taken;
	}

	#accept(run: Run, lines: readonly PushLine[], taken: TakenPush): void {
		if (this.#store.full) {
			const words = "the gateway's store is full and its dashboard is away: keep the frames, connect again later and resume";
			taken.frames.push(fatal("internal", words));
			return;
		}
		let read = readLines(lines, run.last);
		if (run.lost) {
			// A bridge without any acknowledgement in this run still has all of it.
			if (readLines(lines.slice(0, 1), 0).lines.length === 0) {
				if (!taken.hello) taken.frames.push(renewal(run));
				return;
			}
			this.#store.beginAgain(run);
			read = readLines(lines, 0);
		}
		if (read.lines.length > 0) this.#store.take(run, read.lines, this.#sent);
		if (read.goodbye) this.#store.end(run);
		taken.results = read.results;
		taken.frames.push(...read.errors.filter((error) => !error.fatal));
		if (read.lines.length > 0 || read.repeats > 0) taken.frames.push({ type: "ack", seq: run.last });
		taken.frames.push(...read.errors.filter((error) => error.fatal));
	}
}

/** Its next welcome reports nothing as received, so the bridge begins a new run. */
export function renewal({ last }: Run): ErrorFrame {
	return fatal("internal", `the dashboard has lost this run up to frame ${last}: connect again and begin a new run`);
}

export function refused(error: ErrorFrame): TakenPush {
	return { frames: [error], results: [] };
}
