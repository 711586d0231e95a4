/**
 * Sends the outbox over a link session. Pushes flow, a window of them unacknowledged; after a reconnect the cluster's last durable number
 * decides what is sent again, so nothing is missing and nothing counts twice. A cluster that has lost what it had acknowledged is sent
 * everything anew, in a new epoch. Epochs are the cluster's (see `protocol/wire/up.ts`).
 */
import type { Command } from "../protocol/wire/down.ts";
import type { Hello, UpFrameOf } from "../protocol/wire/up.ts";
import type { Connect } from "./link.ts";
import { type DownFrameOf, LinkSession } from "./link-session.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Frame } from "./outbox/outbox-entry.ts";
import { Signal } from "./timing.ts";
import type { Warnings } from "./warnings.ts";

const LOST = "the cluster has lost what it had acknowledged; everything is announced to it again";

/** The uplink's callbacks into its bridge. */
interface UplinkOwner {
	hello(epoch: number): Hello;
	/** The first frames for a cluster without any state. */
	everything(): Frame[];
	command(id: string, command: Command): void;
	/** Viewer count of the cluster; undefined: unknown. */
	viewerCount(viewers: number | undefined): void;
	/** The cluster refused a frame; it changed nothing there. */
	refused(frame: DownFrameOf<"error">): void;
	/** A later run of this bridge has taken over: this one must stop. */
	superseded(): void;
}

export class Uplink {
	pushes = 0;
	readonly session: LinkSession;
	/** 0: the cluster is to assign one. */
	#epoch = 0;
	readonly #outbox: Outbox;
	readonly #owner: UplinkOwner;
	readonly #warnings: Warnings;
	/** Sequence number of the goodbye in flight. */
	#goodbye: number | undefined;
	readonly #changed = new Signal();

	constructor(connect: Connect, outbox: Outbox, owner: UplinkOwner, warnings: Warnings) {
		this.#outbox = outbox;
		this.#owner = owner;
		this.#warnings = warnings;
		this.session = new LinkSession(
			connect,
			{
				hello: () => ({ ...owner.hello(this.#epoch), skewMs: this.session.clock.skewMs }),
				welcome: (frame) => this.#welcome(frame),
				ack: (seq) => this.#ack(seq),
				command: ({ id, command }) => owner.command(id, command),
				viewerCount: (viewers) => owner.viewerCount(viewers),
				refused: (frame) => owner.refused(frame),
				superseded: ({ detail }) => this.#superseded(detail),
				corrected: () => this.#corrected(),
				wake: () => this.session.open(),
				changed: () => this.#changed.notify(),
			},
			warnings,
			"bridge",
		);
	}

	get epoch(): number {
		return this.#epoch;
	}

	get live(): boolean {
		return this.session.state === "live";
	}

	/** @param epoch the one to resume; 0: a new one. */
	start(epoch = 0): void {
		this.#epoch = epoch;
		this.session.open();
	}

	/** Starts in a new epoch, whatever the outbox holds of an earlier one. */
	startAnew(): void {
		this.#outbox.renew(this.#owner.everything());
		this.session.open();
	}

	/** Sends what the window allows. */
	pump(): void {
		while (this.live) {
			const push = this.#outbox.next();
			if (push === undefined) return;
			this.pushes += 1;
			this.session.push(push);
		}
	}

	/** Sends the waiting frames and a changed `hello`. */
	announce(): void {
		this.pump();
		if (this.live) this.session.announce();
	}

	/** Requests a new epoch on a new link. */
	renew(): void {
		this.#epoch = 0;
		this.#outbox.renew(this.#owner.everything());
		this.session.again();
	}

	/** Sends goodbye, once all frames are acknowledged. It is not repeated if the link breaks. */
	async goodbye(ms: number): Promise<void> {
		if (!this.live || this.#outbox.frames > 0) return;
		const seq = this.#outbox.seq + 1;
		const frame: UpFrameOf<"goodbye"> = { type: "goodbye", seq };
		this.#goodbye = seq;
		this.session.send(JSON.stringify(frame));
		await this.#until(() => this.#goodbye === undefined || !this.live, ms);
	}

	/** Waits until all is durable, as long as there is a link or one is being opened. */
	async flush(ms: number): Promise<void> {
		this.pump();
		await this.#until(() => this.#outbox.frames === 0 || !(this.live || this.session.state === "connecting"), ms);
	}

	/** Closes the link for good. */
	async stop(ms: number): Promise<void> {
		this.session.stop();
		await this.#until(() => this.session.closed, ms);
	}

	async #until(done: () => boolean, ms: number): Promise<void> {
		const deadline = performance.now() + ms;
		for (let left = ms; left > 0 && !done(); left = deadline - performance.now()) await this.#changed.next(left);
	}

	#corrected(): void {
		const { skewMs } = this.session.clock;
		this.#outbox.skewMs = skewMs;
		if (Math.abs(skewMs) < 1000) return;
		const way = skewMs > 0 ? "ahead of" : "behind";
		const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
		this.#warnings.add(`this machine's clock is ${seconds} s ${way} the dashboard's; instants are corrected by that`, "skew");
	}

	#ack(seq: number): void {
		if (seq === this.#goodbye) {
			this.#goodbye = undefined;
			this.#changed.notify();
			return;
		}
		const before = this.#outbox.acked;
		if (!this.#outbox.ack(seq)) {
			this.session.outOfStep(`it acknowledged frame ${seq}, the newest is ${this.#outbox.seq}`);
			return;
		}
		this.session.acknowledged(this.#outbox.acked > before, this.#outbox.inFlight);
		this.pump();
		this.#changed.notify();
	}

	#welcome({ epoch, lastSeq }: DownFrameOf<"welcome">): void {
		const repeated = this.live;
		if (epoch !== this.#epoch) {
			// Frames in flight on this link belong to the previous run.
			if (repeated) {
				this.session.outOfStep("another run of this bridge goes on there");
				return;
			}
			this.#begin(epoch, lastSeq);
		} else if (!(repeated ? lastSeq >= this.#outbox.acked && this.#outbox.ack(lastSeq) : this.#outbox.resume(lastSeq))) {
			this.#warnings.add(LOST);
			this.renew();
			return;
		}
		if (repeated) return;
		this.session.begin();
		this.announce();
		this.#changed.notify();
	}

	/** A new run. @param lastSeq newest durable frame of the one before. */
	#begin(epoch: number, lastSeq: number): void {
		if (this.#epoch !== 0) {
			if (lastSeq < this.#outbox.acked) this.#warnings.add(LOST);
			this.#outbox.ack(Math.min(lastSeq, this.#outbox.seq));
			this.#outbox.renew(this.#owner.everything());
		}
		this.#epoch = epoch;
		this.#outbox.begin(epoch);
	}

	#superseded(detail: string): void {
		this.#warnings.add(
			`another run of bridge "${this.#owner.hello(this.#epoch).bridge}" has taken over; this one stops (${detail}). Give each bridge of a cluster its own name`,
		);
		this.#owner.superseded();
	}
}
