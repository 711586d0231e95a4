/**
 * Writes the log of one cluster: pushes of bridges, batches of other senders, and entries of its own.
 *
 * A push is judged, taken into memory, shown to those who look, and written as one transaction. Where writing fails, memory is dropped
 * and comes back from the log.
 */
import type { Peer } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { fatal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { ProblemKind, Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Control } from "../control/control.ts";
import { readBatch } from "../intake/batch.ts";
import { answerFrames, type ReadPush, readPush, Uncounted } from "../intake/push.ts";
import { type Bridges, TOO_MANY_HELLOS } from "../live/bridges.ts";
import type { Socket } from "../live/socket.ts";
import type { Flooders } from "../live/socket-limits.ts";
import type { Entry, PushEntry } from "../log/entry.ts";
import type { BatchTaken, SampleBatch } from "../port.ts";
import { verdictDue } from "../state/verdicts.ts";
import { StorageFault } from "../storage/storage-fault.ts";
import { type Liveness, longestSilent, nameFreeAt } from "./liveness.ts";
import { EntryTooLarge, type Memory } from "./memory.ts";
import type { ClusterStorage } from "./storage.ts";

type Welcome = Extract<DownFrame, { type: "welcome" }>;

/** @property greeted hello was among it. @property frames the answer. @property lost it could not be written. */
interface TakenPush {
	speaker?: Peer;
	greeted: boolean;
	frames: DownFrame[];
	lost: boolean;
}

/** A sender whose batch could not be written may try again after this, s. */
const RETRY_S = 5;
class WriteFailed extends Error {}

interface WriterHost {
	name: string;
	now(): number;
	storage: ClusterStorage;
	bridges: Bridges;
	flooders: Flooders;
	liveness: Liveness;
	control: Control;
	/** Viewers are told what is new. */
	updateViewers(): void;
	/** Frames that were sent did not become durable: sockets are closed. */
	beginAnew(): void;
	/** An entry of a push or a batch is stored. */
	taken(entry: PushEntry): void;
}

export class ClusterWriter {
	readonly #host: WriterHost;
	readonly #uncounted = new Uncounted();

	constructor(host: WriterHost) {
		this.#host = host;
	}

	/** @param socket it came over; absent: over HTTP. */
	push(push: PushText, socket?: Socket): TakenPush {
		try {
			const { memory, room, now: received, context } = this.#intake();
			const read = readPush(push, socket && this.#host.bridges.speaker(socket), memory.state, { now: received, ...context });
			if (socket && read.greeting && !this.#host.bridges.mayRepeatHello(socket)) {
				this.#host.flooders.count(socket.client ?? "unknown");
				return { greeted: false, frames: [fatal("too-many", TOO_MANY_HELLOS)], lost: false };
			}
			const welcome = this.#welcome(read, socket);
			this.#accept(read);
			room.count();
			if (welcome && read.greeting?.hello.sent !== undefined) {
				welcome.clock = { sent: read.greeting.hello.sent, received, answered: this.#host.now() };
			}
			const seq = read.entry?.seq ?? (read.speaker && memory.state.links.get(read.speaker.bridge)?.seq);
			const frames = answerFrames(read, welcome, seq);
			return { ...(read.speaker && { speaker: read.speaker }), greeted: read.greeting !== undefined, frames, lost: false };
		} catch (error) {
			const { kind, detail, lost } = this.#failed(error);
			const advice =
				kind !== "internal" ? "" : lost ? "; nothing of the push was applied: connect again and resume" : "; connect again later";
			return { greeted: false, frames: [fatal(kind, `${detail}${advice}`)], lost };
		}
	}

	/** Limits by which a push is judged once there is storage for it. */
	#intake() {
		this.#host.storage.assertWritable();
		const { memory, room } = this.#host.storage.open();
		room.look();
		const now = this.#host.now();
		const freeAt = (bridge: string) => nameFreeAt(memory.state.links.get(bridge), this.#host.bridges, now);
		return { memory, room, now, context: { ...memory.intake(room), freeAt, longestSilent: () => longestSilent(memory.state, now) } };
	}

	/** Why something could not be taken in. @returns `lost`: what was shown of it is not stored. */
	#failed(error: unknown): { kind: ProblemKind; detail: string; lost: boolean } {
		if (error instanceof StorageFault) return { kind: "internal", detail: error.message, lost: false };
		// Memory is ahead of the disk now: it is restored from there.
		this.#host.storage.close();
		if (error instanceof EntryTooLarge) return { kind: "too-large", detail: error.message, lost: false };
		if (!(error instanceof WriteFailed)) console.error(`cluster ${this.#host.name}: a push could not be applied`, error);
		const detail = error instanceof WriteFailed ? this.#host.storage.writeFailed(error.cause).message : "the dashboard failed";
		return { kind: "internal", detail, lost: true };
	}

	/** A batch of a sender that is no bridge. */
	batch(batch: SampleBatch): BatchTaken | Refusal {
		try {
			const { memory, room, now, context } = this.#intake();
			const read = readBatch(batch, memory.state, { now, ...context });
			if ("type" in read) return read;
			this.#accept(read);
			room.count();
			return read.taken;
		} catch (error) {
			const { kind, detail, lost } = this.#failed(error);
			if (lost) this.#host.beginAnew();
			return { type: "refused", kind: kind === "internal" ? "unavailable" : kind, detail, retryAfter: RETRY_S };
		}
	}

	/** Entries of the dashboard's own. @param also writes with them. @throws where they could not be written down. */
	record(entries: Entry[], also?: () => void): void {
		if (entries.length > 0) this.#host.storage.assertWritable();
		try {
			for (const entry of entries) this.#write(entry, this.#host.storage.open().memory, also);
		} catch (error) {
			if (error instanceof StorageFault) throw error;
			this.#host.storage.close();
			this.#host.beginAnew();
			if (!(error instanceof WriteFailed)) throw error;
			throw this.#host.storage.writeFailed(error.cause);
		}
	}

	/** Everything is erased. */
	erased(): void {
		this.#uncounted.written();
	}

	#welcome({ greeting }: ReadPush, socket: Socket | undefined): Welcome | undefined {
		if (!greeting) return undefined;
		const { hello, lastSeq, version } = greeting;
		this.#host.bridges.supersede(hello, socket);
		return { type: "welcome", protocol: version, epoch: hello.epoch, lastSeq };
	}

	#accept(read: ReadPush): void {
		const { memory, view } = this.#host.storage.open();
		this.#uncounted.add(read);
		const { entry, greeting } = read;
		if (!entry) return;
		if (greeting?.replaces !== undefined) this.#write({ type: "forget", at: entry.at, bridge: greeting.replaces }, memory);
		this.#uncounted.writeInto(entry);
		const verdict = verdictDue(memory.state, entry.at, () => view.assess(entry.at));
		if (verdict) entry.verdict = verdict;
		const alarm = this.#host.liveness.due(entry.at);
		if (alarm !== undefined) entry.alarm = alarm;
		this.#write(entry, memory);
		this.#uncounted.written();
		this.#host.taken(entry);
		if (alarm !== undefined) this.#host.liveness.setAlarm(alarm);
	}

	/** @param also writes with it. */
	#write(entry: Entry, memory: Memory, also?: () => void): void {
		const commit = memory.apply(entry);
		const ended = memory.state.commands.takeEnded();
		// Viewers first: what a Durable Object sends after a write waits until the write is on disk.
		this.#host.updateViewers();
		try {
			commit(() => {
				also?.();
				this.#host.control.settle(ended);
			});
		} catch (cause) {
			throw new WriteFailed("the storage could not be written", { cause });
		}
		if (entry.type === "forget") this.#host.bridges.forget(entry.bridge);
		this.#host.control.announce(ended);
	}
}
