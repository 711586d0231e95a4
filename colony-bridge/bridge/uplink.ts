/**
 * Keeps a link to the cluster up and the outbox flowing over it.
 *
 * `hello` goes first on every link; `welcome` says from where to go on. Then pushes flow, a window of them unacknowledged. A link that
 * breaks is replaced, and the cluster's last durable number decides what is sent again, so nothing is missing and nothing counts twice.
 * A cluster that has lost what it had acknowledged gets everything anew, in a new epoch. Epochs are the cluster's (see `protocol/up.ts`).
 */
import { CLOSE } from "../protocol/wire/close.ts";
import type { DownFrame } from "../protocol/wire/down.ts";
import type { UpFrameOf } from "../protocol/wire/up.ts";
import { Backoff } from "./backoff.ts";
import { Clock } from "./clock.ts";
import { CurrentLink } from "./current-link.ts";
import type { Connect } from "./link.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { Signal } from "./signal.ts";
import type { UplinkOwner, UplinkState } from "./uplink-owner.ts";
import type { Warnings } from "./warnings.ts";

/** Longest delay before a name in use is requested again, ms. */
const MOST_WAIT_MS = 15_000;
const LEAST_WAIT_MS = 250;
const LOST = "the cluster has lost what it had acknowledged; everything is announced to it again";
/** After a link that lived this long, a clean restart is followed at once, ms. */
const GOOD_MS = 1_000;

export class Uplink {
	state: UplinkState = "idle";
	reconnects = 0;
	viewers: number | undefined;
	/** HTTP status with which the dashboard refused the newest link, 401 or 403; undefined once a link is live. */
	denied: number | undefined;
	/** Set if another bridge of the name still pushes after its liveness period. */
	inUse: string | undefined;
	pushes = 0;
	readonly clock = new Clock();
	/** 0: the cluster is to assign one. */
	#epoch = 0;
	/** Monotonic time at which the name's holder would have been stale, ms. */
	#freeAt: number | undefined;
	/** `hello` has changed: it leads the next push. */
	#saysMore = false;
	readonly #link: CurrentLink;
	readonly #outbox: Outbox;
	readonly #owner: UplinkOwner;
	readonly #warnings: Warnings;
	readonly #backoff: Backoff;
	#liveAt = 0;
	/** Sequence number of the goodbye in flight. */
	#goodbye: number | undefined;
	#timer: NodeJS.Timeout | undefined;
	readonly #changed = new Signal();

	constructor(connect: Connect, outbox: Outbox, owner: UplinkOwner, warnings: Warnings, backoff = new Backoff()) {
		const heard = {
			opened: () => this.#link.send(this.#hello()),
			receive: (frame: DownFrame) => this.#receive(frame),
			closed: (code: number, reason: string, retryAfterMs?: number) => this.#closed(code, reason, retryAfterMs),
			outOfStep: (detail: string) => this.#outOfStep(detail),
		};
		this.#link = new CurrentLink(connect, heard, warnings);
		this.#outbox = outbox;
		this.#owner = owner;
		this.#warnings = warnings;
		this.#backoff = backoff;
	}

	get epoch(): number {
		return this.#epoch;
	}

	/** @param epoch the one to go on in; 0: a new one. */
	start(epoch = 0): void {
		this.#epoch = epoch;
		this.#open();
	}

	/** Starts in a new epoch, whatever the outbox holds of an earlier one. */
	startAnew(): void {
		this.#outbox.renew(this.#owner.everything());
		this.#open();
	}

	/** Sends what the window allows. */
	pump(): void {
		if (this.state !== "live") return;
		for (let push = this.#outbox.next(); push !== undefined; push = this.#outbox.next()) {
			this.#link.expectAnswer();
			this.pushes += 1;
			this.#link.send(this.#saysMore || this.clock.due ? `${this.#hello()}\n${push}` : push);
			if (this.state !== "live") return;
		}
	}

	/** Sends a changed `hello` and the waiting frames. */
	announce(): void {
		this.#saysMore = true;
		this.pump();
		if (this.#saysMore && this.state === "live") this.#link.send(this.#hello());
	}

	#hello(): string {
		this.#saysMore = false;
		return JSON.stringify({ ...this.#owner.hello(this.#epoch), sent: this.clock.begin(), skewMs: this.clock.skewMs });
	}

	/** Requests a new epoch on a new link. */
	renew(): void {
		this.#epoch = 0;
		this.#outbox.renew(this.#owner.everything());
		this.#link.drop();
		this.#again(this.#backoff.next());
	}

	/** Sends goodbye, once all frames are acknowledged. It is not repeated if the link breaks. */
	async goodbye(ms: number): Promise<void> {
		if (this.state !== "live" || this.#outbox.frames > 0) return;
		const seq = this.#outbox.seq + 1;
		const frame: UpFrameOf<"goodbye"> = { type: "goodbye", seq };
		this.#goodbye = seq;
		this.#link.send(JSON.stringify(frame));
		const deadline = performance.now() + ms;
		while (this.#goodbye !== undefined && this.state === "live" && performance.now() < deadline)
			await this.#changed.next(deadline - performance.now());
	}

	/** Waits until all is durable, as long as there is a link or one is being opened. */
	async flush(ms: number): Promise<void> {
		this.pump();
		const deadline = performance.now() + ms;
		while (this.#outbox.frames > 0 && (this.state === "live" || this.state === "connecting")) {
			const left = deadline - performance.now();
			if (left <= 0) return;
			await this.#changed.next(left);
		}
	}

	/** Closes the link for good. */
	async stop(ms: number): Promise<void> {
		clearTimeout(this.#timer);
		if (this.state !== "superseded") this.state = "stopped";
		this.#link.close();
		const deadline = performance.now() + ms;
		while (this.#link.exists && performance.now() < deadline) await this.#changed.next(deadline - performance.now());
	}

	#open(): void {
		this.state = "connecting";
		if (!this.#link.open()) this.#again(this.#backoff.next());
	}

	#receive(frame: DownFrame): void {
		switch (frame.type) {
			case "welcome":
				// Frames sent from now on are corrected by the new measurement.
				if (frame.clock && this.clock.end(frame.clock)) this.#corrected();
				this.#welcome(frame);
				break;
			case "ack":
				this.#ack(frame.seq);
				break;
			case "command":
				this.#owner.command(frame.id, frame.command);
				break;
			case "demand":
				this.viewers = frame.viewers;
				this.#owner.demand(frame.viewers);
				break;
			case "error":
				if (frame.kind === "superseded") this.#superseded(frame.detail);
				else if (frame.kind === "in-use") this.#nameInUse(frame);
				else this.#owner.refused(frame);
				// The cluster misses a frame before this one: the next welcome says which.
				if (frame.kind === "sequence") this.#outOfStep(frame.detail);
		}
	}

	#corrected(): void {
		this.#outbox.skewMs = this.clock.skewMs;
		this.#saysMore = true;
		if (Math.abs(this.clock.skewMs) < 1000) return;
		const way = this.clock.skewMs > 0 ? "ahead of" : "behind";
		const seconds = (Math.abs(this.clock.skewMs) / 1000).toFixed(1);
		this.#warnings.add(`this machine's clock is ${seconds} s ${way} the dashboard's; instants are corrected by that`, "skew");
	}

	#ack(seq: number): void {
		if (seq === this.#goodbye) {
			this.#goodbye = undefined;
			this.#changed.tell();
			return;
		}
		const before = this.#outbox.acked;
		if (!this.#outbox.ack(seq)) {
			this.#outOfStep(`it acknowledged frame ${seq}, the newest is ${this.#outbox.seq}`);
			return;
		}
		// A welcome alone does not reset the backoff: the dashboard may accept no frame.
		if (this.#outbox.acked > before) this.#backoff.reset();
		if (this.#outbox.inFlight === 0) this.#link.answered();
		else this.#link.expectAnswer();
		this.pump();
		this.#changed.tell();
	}

	/** Once a link; once a request over HTTP, where a repeat only confirms. */
	#welcome({ epoch, lastSeq }: Extract<DownFrame, { type: "welcome" }>): void {
		const repeated = this.state === "live";
		if (epoch !== this.#epoch) {
			// Frames in flight on this link belong to the previous run.
			if (repeated) {
				this.#outOfStep("another run of this bridge goes on there");
				return;
			}
			this.#begin(epoch, lastSeq);
		} else {
			if (!(repeated ? lastSeq >= this.#outbox.acked && this.#outbox.ack(lastSeq) : this.#outbox.resume(lastSeq))) {
				this.#warnings.add(LOST);
				this.renew();
				return;
			}
			if (repeated) return;
		}
		this.#link.answered();
		this.state = "live";
		this.denied = undefined;
		this.inUse = undefined;
		this.#freeAt = undefined;
		this.#liveAt = performance.now();
		if (this.#saysMore) this.announce();
		else this.pump();
		this.#changed.tell();
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
		// A link of requests says hello with each of them.
		this.#saysMore = true;
	}

	/** Retries soon: the name's holder may stop, or become stale. */
	#nameInUse({ detail, retryAfterMs = MOST_WAIT_MS }: Extract<DownFrame, { type: "error" }>): void {
		const now = performance.now();
		this.#freeAt ??= now + retryAfterMs;
		if (now >= this.#freeAt) this.inUse = detail;
		this.#warnings.add(`${detail}; frames are kept and it is tried again`, "in use");
		this.#link.drop();
		this.#again(Math.min(retryAfterMs, MOST_WAIT_MS) + Math.random() * LEAST_WAIT_MS);
	}

	#outOfStep(detail: string): void {
		this.#warnings.add(`out of step with the cluster (${detail}); the link is opened anew`);
		this.#link.drop();
		this.#again(this.#backoff.next());
	}

	#closed(code: number, reason: string, retryAfterMs = 0): void {
		const wasLive = this.state === "live";
		if (this.state === "stopped") {
			this.#changed.tell();
			return;
		}
		if (code === CLOSE.superseded) {
			this.#superseded(reason);
			return;
		}
		if (code === 401 || code === 403) {
			this.denied = code;
			this.#warnings.add(
				`the dashboard refused the bridge's token (${code}: ${reason}); give the bridge the token that the dashboard has as BRIDGE_TOKEN`,
			);
		} else if (!wasLive || code !== CLOSE.restart) {
			this.#warnings.add(
				`no link to the dashboard: ${reason || `it closed it (${code})`}; frames are kept and it is tried again`,
				"no link",
			);
		}
		const good = wasLive && performance.now() - this.#liveAt > GOOD_MS;
		if (good) this.#backoff.reset();
		this.#again(good && code === CLOSE.restart ? 0 : Math.max(retryAfterMs, this.#backoff.next()));
	}

	#superseded(detail: string): void {
		this.#link.drop();
		this.state = "superseded";
		this.#warnings.add(
			`another run of bridge "${this.#owner.hello(this.#epoch).bridge}" has taken over; this one stops (${detail}). Give each bridge of a cluster its own name`,
		);
		this.#owner.superseded();
		this.#changed.tell();
	}

	#again(ms: number): void {
		this.state = "waiting";
		this.reconnects += 1;
		this.viewers = undefined;
		this.#owner.demand(undefined);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#open(), ms);
		this.#changed.tell();
	}
}
