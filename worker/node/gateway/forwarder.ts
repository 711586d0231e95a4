/**
 * Forwards one local bridge's frames to the dashboard, under that bridge's name, run and numbers, on a link session of its own: run after run, in
 * order, with a small window of unacknowledged pushes. Acknowledged frames are deleted from the store.
 */

import type { Connect } from "../../../colony-bridge/bridge/link.ts";
import { type DownFrameOf, LinkSession } from "../../../colony-bridge/bridge/link-session.ts";
import { oldestTaken } from "../../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { type Warnings, wordsOf } from "../../../colony-bridge/bridge/warnings.ts";
import type { DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import type { UpFrameOf } from "../../../colony-bridge/protocol/wire/up.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import type { Group } from "./group.ts";
import type { Run } from "./runs.ts";
import type { Store } from "./store.ts";

/** Versions offered to the dashboard: this gateway's, whichever version the bridge has. */
const SPOKEN = { protocol: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION };

/** Bytes a push aims at, and pushes in flight. What is in flight cannot be evicted: of a small store it takes little. */
const PUSH_BYTES = 256_000;
const STORE_SHARE = 1 / 32;
const WINDOW = 2;
/** Pushes that the dashboard may have and the store still holds: so many may have arrived when the gateway was killed. */
const UNSETTLED = 2 * WINDOW;

interface ForwarderOwner {
	/** True if the bridge is connected. */
	present(run: Run): boolean;
	/** A command, viewers, or a refusal of one of its frames. */
	deliver(run: Run, frame: DownFrame): void;
	/** The dashboard has lost the run: its bridge must begin a new one. */
	lost(run: Run): void;
	/** A later run of this bridge has reached the dashboard by another way. */
	superseded(run: Run, frame: DownFrame): void;
}

export class Forwarder {
	readonly session: LinkSession;
	readonly #bridge: string;
	readonly #store: Store;
	/** Writes of this turn. */
	readonly #group: Group;
	readonly #owner: ForwarderOwner;
	readonly #warnings: Warnings;
	/** The run whose frames this link carries. */
	#run: Run | undefined;
	/** Last number of it that was sent, on this link or, until the dashboard has reported what arrived, on one before it. */
	#sent = 0;
	readonly #pushBytes: number;
	/** Last number the dashboard has of the run: the store may take in what it has already. */
	#has = 0;
	/** Last number whose deletion from the store is under way. */
	#leaving = 0;
	/** Last number the dashboard had when this link began. Nothing is sent before the store has deleted up to it. */
	#resumed = 0;
	/** Last number of each push on this link that is still in the store. */
	#pushes: number[] = [];

	constructor(bridge: string, store: Store, group: Group, connect: Connect, owner: ForwarderOwner, warnings: Warnings) {
		this.#bridge = bridge;
		this.#store = store;
		this.#group = group;
		this.#owner = owner;
		this.#warnings = warnings;
		const sessionOwner = {
			hello: () => this.#hello(),
			welcome: (frame: DownFrameOf<"welcome">) => this.#attempt(() => this.#welcome(this.#run as Run, frame)),
			ack: (seq: number) => this.#attempt(() => this.#ack(this.#run as Run, seq)),
			command: (frame: DownFrame) => owner.deliver(this.#run as Run, frame),
			viewerCount: (viewers: number | undefined) => {
				if (viewers !== undefined) owner.deliver(this.#run as Run, { type: "viewers", count: viewers });
			},
			refused: (frame: DownFrameOf<"error">) => this.#refused(this.#run as Run, frame),
			superseded: (frame: DownFrame) => this.#attempt(() => this.#superseded(this.#run as Run, frame)),
			wake: () => this.wake(),
		};
		this.session = new LinkSession(connect, sessionOwner, warnings, "gateway");
		this.#pushBytes = Math.min(PUSH_BYTES, store.maxBytes * STORE_SHARE);
		// A process before this one may have sent so much.
		this.#run = store.due(bridge);
		for (let i = 0; this.#run && i < UNSETTLED; i++) {
			const from = Math.max(this.#sent, this.#run.acked);
			this.#sent = store.next(this.#run, from, this.#pushBytes).at(-1)?.seq ?? from;
		}
	}

	/** Last number of a run that may have arrived. */
	sent(run: Run): number {
		return this.#run?.id === run.id ? Math.max(this.#sent, run.acked) : run.acked;
	}

	/** There is something new: frames, a hello, a bridge that came or went. */
	wake(): void {
		this.#attempt(() => this.#goOn());
	}

	stop(): void {
		this.session.stop();
		this.session.drop();
	}

	get #inFlight(): number {
		return this.#pushes.filter((seq) => seq > this.#has).length;
	}

	#attempt(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#failed(error);
		}
	}

	/** A store that cannot be written now may be able to later. */
	#failed(error: unknown): void {
		this.session.fail(`the gateway's store failed: ${wordsOf(error)}; it is tried again`, "store", error);
	}

	#goOn(): void {
		const run = this.#store.due(this.#bridge);
		const wanted = run && !run.lost && (run.frames > 0 || this.#owner.present(run));
		const rest = run?.lost && run.frames > 0 && run !== this.#store.newest(this.#bridge);
		if (!run || !(wanted || rest)) this.session.rest();
		else if (this.session.state === "idle") this.#open(run);
		else if (this.session.state === "live" && run.id !== this.#run?.id) {
			this.session.drop();
			this.#open(run);
		} else if (this.session.state === "live") this.#pump(run);
	}

	#open(run: Run): void {
		if (run.id !== this.#run?.id) this.#sent = 0;
		this.#run = run;
		this.#has = 0;
		this.#leaving = 0;
		this.#pushes = [];
		this.session.open();
	}

	/** The frame as the bridge sent it, in the dashboard's run of it; a bridge that is not there takes no commands. After goodbye it would begin another run. */
	#hello(): object | undefined {
		const run = this.#run as Run;
		if (this.session.state === "live" && run.gone && this.#sent >= run.last) return undefined;
		const absent = !this.#owner.present(run) && { capabilities: [] };
		const { sent: _, ...hello } = run.hello;
		return { ...hello, ...SPOKEN, epoch: run.upstream, instance: this.#store.instance, ...absent };
	}

	#pump(run: Run): void {
		this.#settle(run);
		const before = oldestTaken(Date.now() - this.session.clock.skewMs);
		this.#pushes = this.#pushes.filter((seq) => seq > run.acked);
		while (run.acked >= this.#resumed && this.#pushes.length < UNSETTLED && this.#inFlight < WINDOW) {
			const lines = this.#store.next(run, this.#sent, this.#pushBytes, before);
			const last = lines.at(-1);
			if (!last) break;
			this.#sent = last.seq;
			this.#pushes.push(last.seq);
			this.session.push(lines.map(({ text }) => text).join("\n"));
			if (this.session.state !== "live") return;
		}
		this.session.announce();
	}

	#refused(run: Run, frame: DownFrameOf<"error">): void {
		if (frame.kind === "sequence") return;
		if (frame.fatal) this.#warnings.add(`the dashboard refused a push: ${frame.detail}`);
		else this.#owner.deliver(run, frame);
	}

	#welcome(run: Run, { epoch, lastSeq }: DownFrameOf<"welcome">): void {
		const otherRun = run.upstream !== 0 && epoch !== run.upstream;
		if (otherRun && run.gone && lastSeq >= run.last) {
			// The dashboard has its goodbye, and has begun another run with this hello.
			this.session.send(JSON.stringify({ type: "goodbye", seq: 1 } satisfies UpFrameOf<"goodbye">));
		} else if (lastSeq < run.acked || otherRun) {
			this.#warnings.add(`the dashboard has lost what it had acknowledged of bridge "${run.bridge}"; it is announced again`);
			this.#store.lose(run);
			this.session.rest();
			this.#owner.lost(run);
			this.wake();
			return;
		}
		if (run.upstream === 0) this.#store.name(run, epoch);
		if (this.session.state !== "live") {
			this.#resumed = Math.min(lastSeq, run.last);
			this.#sent = lastSeq;
			this.session.begin();
		}
		this.#acked(lastSeq);
	}

	#ack(run: Run, seq: number): void {
		if (seq > Math.max(run.last, this.#has)) this.session.outOfStep(`it acknowledged frame ${seq}, the newest is ${run.last}`);
		else this.#acked(seq);
	}

	#acked(seq: number): void {
		const news = seq > Math.max(this.#has, this.#resumed);
		this.#has = Math.max(this.#has, seq);
		this.session.acknowledged(news, this.#inFlight);
		this.wake();
	}

	/** Deletes acknowledged frames from the store, with the next write. */
	#settle(run: Run): void {
		const seq = Math.min(this.#has, run.last);
		if (seq <= Math.max(run.acked, this.#leaving)) return;
		this.#leaving = seq;
		const { generation } = this.session;
		this.#group.add({
			work: () => {
				// The run may have been lost since.
				if (generation === this.session.generation) this.#store.ack(run, seq);
			},
			done: () => this.wake(),
			failed: (error) => {
				if (generation === this.session.generation) this.#failed(error);
			},
		});
	}

	#superseded(run: Run, frame: DownFrame): void {
		if (run.frames > 0) this.#warnings.add(`${run.frames} frames of bridge "${run.bridge}" go nowhere: a later run of it has taken over`);
		this.#store.discard(run);
		this.session.rest();
		this.#owner.superseded(run, frame);
		// The bridge's own later run, if it has begun one.
		if (this.#store.due(this.#bridge) !== run) this.wake();
	}
}
