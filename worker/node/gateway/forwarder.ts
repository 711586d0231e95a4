/**
 * Forwards one local bridge's frames to the dashboard, under that bridge's name, run and numbers, on a link of its own: run after run, in order,
 * with a small window of unacknowledged pushes. Acknowledged frames are deleted from the store.
 */

import { Backoff } from "../../../colony-bridge/bridge/backoff.ts";
import { Clock } from "../../../colony-bridge/bridge/clock.ts";
import { CurrentLink } from "../../../colony-bridge/bridge/current-link.ts";
import type { Connect } from "../../../colony-bridge/bridge/link.ts";
import { oldestTaken } from "../../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { type Warnings, wordsOf } from "../../../colony-bridge/bridge/warnings.ts";
import { CLOSE } from "../../../colony-bridge/protocol/wire/close.ts";
import type { DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import type { UpFrameOf } from "../../../colony-bridge/protocol/wire/up.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import type { Group } from "./group.ts";
import type { Run } from "./runs.ts";
import type { Store } from "./store.ts";

/** Versions in which the dashboard is spoken to: this gateway's, whichever the bridge speaks. */
const SPOKEN = { protocol: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION };

/** Bytes a push aims at, and pushes on the way. What is on the way cannot make room: of a small store it takes little. */
const PUSH_BYTES = 256_000;
const STORE_SHARE = 1 / 32;
const WINDOW = 2;
/** A name that is in use is asked for again after this, ms, or sooner where it is free sooner. */
const IN_USE_MS = 15_000;
/** Pushes that the dashboard may have and the store still holds: so many are looked after when the gateway was killed. */
const UNSETTLED = 2 * WINDOW;

export interface ForwarderOwner {
	/** True if the bridge is connected. */
	present(run: Run): boolean;
	/** A command, viewers, or a refusal of one of its frames. */
	tell(run: Run, frame: DownFrame): void;
	/** The dashboard has lost the run: its bridge must begin a new one. */
	lost(run: Run): void;
	/** A later run of this bridge speaks to the dashboard, by another way. */
	superseded(run: Run, frame: DownFrame): void;
}

export class Forwarder {
	state: "idle" | "waiting" | "connecting" | "live" | "stopped" = "idle";
	/** HTTP status with which the dashboard turned the newest link away, 401 or 403; undefined once one is live. */
	denied: number | undefined;
	/** Viewer count at the dashboard. */
	viewers: number | undefined;
	readonly clock = new Clock();
	readonly #bridge: string;
	readonly #store: Store;
	/** Writes of this turn. */
	readonly #group: Group;
	readonly #owner: ForwarderOwner;
	readonly #warnings: Warnings;
	readonly #backoff = new Backoff();
	readonly #link: CurrentLink;
	/** The run that this link speaks for. */
	#run: Run | undefined;
	/** Last number of it that went out, on this link or, until the dashboard has said what arrived, on one before it. */
	#sent = 0;
	readonly #pushBytes: number;
	/** Last number the dashboard has of the run: the store may take in what it has already. */
	#has = 0;
	/** Last number that is on its way out of the store for that. */
	#leaving = 0;
	/** Last number the dashboard had when this link began. Nothing is sent before the store has deleted up to it. */
	#resumed = 0;
	/** Last number of each push on this link that has not left the store. */
	#pushes: number[] = [];
	/** `hello` as it was said. */
	#said = "";
	#timer: NodeJS.Timeout | undefined;

	constructor(bridge: string, store: Store, group: Group, connect: Connect, owner: ForwarderOwner, warnings: Warnings) {
		this.#bridge = bridge;
		this.#store = store;
		this.#group = group;
		this.#owner = owner;
		this.#warnings = warnings;
		const heard = {
			opened: () => this.#link.send(this.#hello()),
			receive: (frame: DownFrame) => this.#attempt(() => this.#receive(frame)),
			closed: (code: number, reason: string, retryAfterMs?: number) => this.#closed(code, reason, retryAfterMs),
			outOfStep: (detail: string) => this.#retry(`out of step with the dashboard (${detail}); the link is opened anew`),
		};
		this.#link = new CurrentLink(connect, heard, warnings);
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

	get #inFlight(): number {
		return this.#pushes.filter((seq) => seq > this.#has).length;
	}

	/** There is something new: frames, a hello, a bridge that came or went. */
	wake(): void {
		this.#attempt(() => this.#goOn());
	}

	#attempt(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#failed(error);
		}
	}

	#goOn(): void {
		const run = this.#store.due(this.#bridge);
		const wanted = run && !run.lost && (run.frames > 0 || this.#owner.present(run));
		const rest = run?.lost && run.frames > 0 && run !== this.#store.newest(this.#bridge);
		if (!run || !(wanted || rest)) {
			this.#drop();
			clearTimeout(this.#timer);
			if (this.state !== "stopped") this.state = "idle";
			return;
		}
		if (this.state === "idle") this.#open();
		else if (this.state === "live" && run.id !== this.#run?.id) {
			this.#drop();
			this.#open();
		} else if (this.state === "live") this.#pump();
	}

	stop(): void {
		this.state = "stopped";
		clearTimeout(this.#timer);
		this.#drop();
	}

	#open(): void {
		const run = this.#store.due(this.#bridge);
		if (!run || this.state === "stopped") return;
		if (run.id !== this.#run?.id) this.#sent = 0;
		this.#run = run;
		this.state = "connecting";
		if (!this.#link.open()) this.#again(this.#backoff.next());
	}

	/** As the bridge said it, in the dashboard's run of it; one that is not there can be told nothing. */
	get #words(): object {
		const run = this.#run as Run;
		return { ...run.hello, ...SPOKEN, epoch: run.upstream, instance: this.#store.instance, ...(!this.#owner.present(run) && { can: [] }) };
	}

	#hello(): string {
		const words = this.#words;
		this.#said = JSON.stringify({ ...words, sent: 0 });
		return JSON.stringify({ ...words, sent: this.clock.begin() });
	}

	#pump(): void {
		const run = this.#run as Run;
		this.#settle(run);
		const before = oldestTaken(Date.now() - this.clock.skewMs);
		const news = this.#said !== JSON.stringify({ ...this.#words, sent: 0 }) || this.clock.due;
		// After goodbye a hello would begin another run.
		let hello = news && !(run.gone && this.#sent >= run.last) ? this.#hello() : undefined;
		this.#pushes = this.#pushes.filter((seq) => seq > run.acked);
		while (run.acked >= this.#resumed && this.#pushes.length < UNSETTLED && this.#inFlight < WINDOW) {
			const lines = this.#store.next(run, this.#sent, this.#pushBytes, before);
			const last = lines.at(-1);
			if (!last) break;
			this.#sent = last.seq;
			this.#pushes.push(last.seq);
			this.#link.expectAnswer();
			this.#link.send([...(hello ? [hello] : []), ...lines.map(({ text }) => text)].join("\n"));
			hello = undefined;
			if (this.state !== "live") return;
		}
		if (hello) this.#link.send(hello);
	}

	#receive(frame: DownFrame): void {
		const run = this.#run as Run;
		switch (frame.type) {
			case "welcome":
				if (frame.clock) this.clock.end(frame.clock);
				this.#welcome(run, frame);
				break;
			case "ack":
				if (frame.seq > Math.max(run.last, this.#has))
					this.#retry(`the dashboard acknowledged frame ${frame.seq}, the newest is ${run.last}`);
				else this.#acked(frame.seq);
				break;
			case "demand":
			case "command":
				if (frame.type === "demand") this.viewers = frame.viewers;
				this.#owner.tell(run, frame);
				break;
			case "error":
				if (frame.kind === "superseded") this.#superseded(run, frame);
				else if (frame.kind === "in-use") this.#nameInUse(frame);
				else if (frame.kind === "sequence") this.#retry(`out of step with the dashboard (${frame.detail})`);
				else if (frame.fatal) this.#warnings.add(`the dashboard refused a push: ${frame.detail}`);
				else this.#owner.tell(run, frame);
		}
	}

	/** Once a link; once a request over HTTP, where a repeat only confirms. */
	#welcome(run: Run, { epoch, lastSeq }: Extract<DownFrame, { type: "welcome" }>): void {
		const otherRun = run.upstream !== 0 && epoch !== run.upstream;
		if (otherRun && run.gone && lastSeq >= run.last) {
			// It was told that the dashboard has its goodbye, and has begun another run with that question.
			this.#link.send(JSON.stringify({ type: "goodbye", seq: 1 } satisfies UpFrameOf<"goodbye">));
		} else if (lastSeq < run.acked || otherRun) {
			this.#warnings.add(`the dashboard has lost what it had acknowledged of bridge "${run.bridge}"; it is announced again`);
			this.#store.lose(run);
			this.#drop();
			this.state = "idle";
			this.#owner.lost(run);
			this.wake();
			return;
		}
		if (run.upstream === 0) this.#store.name(run, epoch);
		if (this.state !== "live") {
			this.#link.answered();
			this.state = "live";
			this.denied = undefined;
			this.#resumed = Math.min(lastSeq, run.last);
			this.#sent = lastSeq;
		}
		this.#acked(lastSeq);
	}

	#acked(seq: number): void {
		// A welcome alone is no progress: a dashboard that takes nothing is asked less and less often.
		if (seq > Math.max(this.#has, this.#resumed)) this.#backoff.reset();
		this.#has = Math.max(this.#has, seq);
		if (this.#inFlight === 0) this.#link.answered();
		else this.#link.expectAnswer();
		this.wake();
	}

	/** Deletes acknowledged frames from the store, with the next write. */
	#settle(run: Run): void {
		const seq = Math.min(this.#has, run.last);
		if (seq <= Math.max(run.acked, this.#leaving)) return;
		this.#leaving = seq;
		const { generation } = this.#link;
		this.#group.add({
			work: () => {
				// The run may have been lost since.
				if (generation === this.#link.generation) this.#store.ack(run, seq);
			},
			done: () => this.wake(),
			failed: (error) => {
				if (generation === this.#link.generation) this.#failed(error);
			},
		});
	}

	/** Somebody else speaks under the bridge's name: what is held waits until that one is silent. */
	#nameInUse({ detail, retryAfterMs = IN_USE_MS }: Extract<DownFrame, { type: "error" }>): void {
		this.#warnings.add(`${detail}; frames are kept and it is tried again`, `in use ${this.#bridge}`);
		this.#drop();
		this.#again(Math.min(retryAfterMs, IN_USE_MS));
	}

	#superseded(run: Run, frame: DownFrame): void {
		if (run.frames > 0) this.#warnings.add(`${run.frames} frames of bridge "${run.bridge}" go nowhere: a later run of it has taken over`);
		this.#store.discard(run);
		this.#drop();
		this.state = "idle";
		this.#owner.superseded(run, frame);
		// The bridge's own later run, if it has begun one.
		if (this.#store.due(this.#bridge) !== run) this.wake();
	}

	/** A store that cannot be written now may be able to later. */
	#failed(error: unknown): void {
		this.#retry(`the gateway's store failed: ${wordsOf(error)}; it is tried again`, "store", error);
	}

	#retry(words: string, topic?: string, cause?: unknown): void {
		this.#warnings.add(words, topic, cause);
		this.#drop();
		this.#again(this.#backoff.next());
	}

	#closed(code: number, reason: string, retryAfterMs = 0): void {
		this.#drop();
		if (this.state === "stopped") return;
		if (code === 401 || code === 403) {
			this.denied = code;
			this.#warnings.add(`the dashboard refused the gateway's token (${code}: ${reason})`);
		} else if (code !== CLOSE.restart || this.state !== "live") {
			this.#warnings.add(
				`no link to the dashboard: ${reason || `it closed it (${code})`}; frames are kept and it is tried again`,
				"no link",
			);
		}
		this.#again(Math.max(retryAfterMs, this.#backoff.next()));
	}

	/** Lets go of the link; what it still says does not count. */
	#drop(): void {
		this.#link.drop();
		this.#has = 0;
		this.#leaving = 0;
		this.#pushes = [];
		this.viewers = undefined;
	}

	#again(ms: number): void {
		if (this.state === "stopped") return;
		this.state = "waiting";
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.state = "idle";
			this.wake();
		}, ms);
	}
}
