/**
 * Collects for a site: to local bridges it is a cluster, to the cluster it is those bridges. What a local bridge says is acknowledged once it
 * is in the store; what the dashboard says comes down to the bridge it is meant for.
 */

import type { Speaker } from "../../durable/intake/hello.ts";
import { type ErrorFrame, fatal, quote } from "../../durable/intake/refusal.ts";
import { type BridgeRole, Bridges } from "../../durable/live/bridges.ts";
import type { Listening } from "../../durable/port.ts";
import { CLOSE, type Socket, type SocketRole } from "../../durable/socket.ts";
import type { Complaints } from "../bridge/complaints.ts";
import type { Connect } from "../bridge/link.ts";
import type { DownFrame } from "../protocol/down.ts";
import type { Hello } from "../protocol/up.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import { Forwarder } from "./forwarder.ts";
import { readBeginning, readLines } from "./intake.ts";
import { Mailbox } from "./mailbox.ts";
import type { Run, Store } from "./store.ts";

/** A bridge without a socket counts as there for so long after its last request, ms. */
const PRESENT_MS = 60_000;

interface Taken {
	speaker?: Speaker;
	greeted: boolean;
	frames: DownFrame[];
}

export class Gateway {
	readonly #store: Store;
	/** A way to the dashboard for each bridge: which transport it takes is its own matter. */
	readonly #connect: () => Connect;
	readonly #complaints: Complaints;
	readonly #bridges = new Bridges();
	readonly #forwarders = new Map<string, Forwarder>();
	readonly #mail = new Map<string, Mailbox>();
	/** Newest run of each bridge that a later one, heard by the dashboard elsewhere, has taken over. */
	readonly #over = new Map<string, Hello>();
	/** Last request of each bridge that has no socket, by the time that has passed. */
	readonly #heard = new Map<string, number>();
	readonly #leaving: NodeJS.Timeout;

	constructor(store: Store, connect: () => Connect, complaints: Complaints) {
		this.#store = store;
		this.#connect = connect;
		this.#complaints = complaints;
		for (const bridge of store.bridges) this.#forwarder(bridge).wake();
		this.#leaving = setInterval(() => this.#forgetSilent(), PRESENT_MS / 4);
	}

	get forwarders(): Iterable<Forwarder> {
		return this.#forwarders.values();
	}

	get present(): number {
		return new Set([...this.#bridges.connected, ...this.#heard.keys()]).size;
	}

	open(socket: Socket, role: SocketRole): void {
		this.#bridges.add(socket, role as BridgeRole);
	}

	message(socket: Socket, text: string): void {
		const role = this.#bridges.roleOf(socket);
		if (role === "listener") this.#listen(socket, text);
		if (role !== "bridge") return;
		const { speaker, greeted, frames } = this.#take(text, socket);
		if (greeted && speaker) {
			this.#bridges.introduce(socket, speaker);
			frames.push(this.#demand(speaker.bridge), ...this.#mailbox(speaker.bridge).commands(speaker.epoch));
		}
		this.#bridges.answer(socket, frames);
		if (speaker) this.#forwarder(speaker.bridge).wake();
	}

	/** One POST. */
	push(text: string): DownFrame[] {
		const { speaker, greeted, frames } = this.#take(text);
		if (!speaker) return frames;
		this.#heard.set(speaker.bridge, performance.now());
		const mail = this.#mailbox(speaker.bridge);
		const news = greeted ? [this.#demand(speaker.bridge), ...mail.refusals(speaker.epoch), ...mail.commands(speaker.epoch)] : [];
		this.#forwarder(speaker.bridge).wake();
		// A fatal one stays the last.
		const end = frames.findIndex((frame) => frame.type === "error" && frame.fatal);
		return end < 0 ? [...frames, ...news] : frames;
	}

	closed(socket: Socket): void {
		const left = this.#bridges.remove(socket);
		if (left !== undefined) this.#forwarder(left).wake();
	}

	stop(): void {
		clearInterval(this.#leaving);
		for (const forwarder of this.#forwarders.values()) forwarder.stop();
		this.#bridges.closeAll(CLOSE.restart, "the gateway stops");
	}

	#listen(socket: Socket, text: string): void {
		const { hello, viewers, known = [] } = JSON.parse(text) as Listening;
		const { speaker, frames } = this.#take(hello, socket);
		const news: DownFrame[] = frames.filter(({ type }) => type === "error");
		if (speaker && news.length === 0) {
			this.#heard.set(speaker.bridge, performance.now());
			this.#bridges.introduce(socket, speaker);
			const demand = this.#demand(speaker.bridge);
			if (viewers === undefined || viewers > 0 !== demand.viewers > 0) news.push(demand);
			const mail = this.#mailbox(speaker.bridge);
			news.push(...mail.refusals(speaker.epoch), ...mail.commands(speaker.epoch).filter(({ id }) => !known.includes(id)));
		}
		this.#bridges.answer(socket, news);
		if (speaker) this.#forwarder(speaker.bridge).wake();
	}

	#take(text: string, socket?: Socket): Taken {
		const received = Date.now();
		const read = readBeginning(text, socket && this.#bridges.speaker(socket), this.#store);
		const refused = (error: ErrorFrame): Taken => ({ greeted: false, frames: [error] });
		if ("type" in read) return refused(read);
		const { speaker, greeting } = read;
		const { bridge, epoch } = speaker;
		const over = this.#over.get(bridge);
		if (over?.epoch === epoch && (speaker.started ?? 0) <= (over.started ?? 0)) {
			return refused(fatal("superseded", `bridge ${quote(bridge)} run ${epoch} was taken over by a later run of it at the dashboard`));
		}
		try {
			const run = greeting ? this.#store.greet(greeting.hello) : this.#store.newest(bridge);
			if (run?.epoch !== epoch)
				return refused(fatal("no-hello", `bridge ${quote(bridge)} is not known any more: connect again and say hello`));
			const frames: DownFrame[] = [];
			if (greeting) {
				this.#bridges.supersede(greeting.hello, socket);
				const lastSeq = run.lost ? 0 : run.last;
				const { sent } = greeting.hello;
				const skewMs = this.#forwarder(bridge).clock.skewMs;
				const clock = sent === undefined ? {} : { clock: { sent, received: received - skewMs, answered: Date.now() - skewMs } };
				frames.push({ type: "welcome", protocol: PROTOCOL_VERSION, lastSeq, known: lastSeq > 0, ...clock });
			}
			if (read.lines.length > 0) frames.push(...this.#accept(run, read.lines, greeting !== undefined));
			return { speaker, greeted: greeting !== undefined, frames };
		} catch (error) {
			console.error("the gateway's store failed:", error);
			return refused(fatal("internal", "the push could not be written and nothing of it was taken in: connect again and resume"));
		}
	}

	#accept(run: Run, lines: readonly string[], welcomed: boolean): DownFrame[] {
		if (this.#store.full) {
			return [fatal("internal", "the gateway's store is full and its dashboard is away: keep the frames, connect again later and resume")];
		}
		let taken = readLines(lines, run.last);
		if (run.lost) {
			// A bridge that was never told that anything of the run had arrived has all of it.
			if (readLines(lines.slice(0, 1), 0).lines.length === 0) return welcomed ? [] : [this.#renewal(run)];
			this.#store.beginAgain(run);
			taken = readLines(lines, 0);
		}
		if (taken.lines.length > 0) this.#store.take(run, taken.lines, (each) => this.#forwarders.get(each.bridge)?.sent(each) ?? each.acked);
		for (const id of taken.results) this.#mailbox(run.bridge).answered(id);
		const frames: DownFrame[] = taken.errors.filter((error) => !error.fatal);
		if (taken.lines.length > 0 || taken.repeats) frames.push({ type: "ack", seq: run.last });
		frames.push(...taken.errors.filter((error) => error.fatal));
		return frames;
	}

	/** On its next link a bridge is told that nothing of its run is known, and begins a new one. */
	#renewal({ last }: Run): ErrorFrame {
		return fatal("internal", `the dashboard has lost this run, all of it up to frame ${last}: connect again and begin a new one`);
	}

	#demand(bridge: string): Extract<DownFrame, { type: "demand" }> {
		return { type: "demand", viewers: this.#forwarders.get(bridge)?.viewers ?? 0 };
	}

	#mailbox(bridge: string): Mailbox {
		const mail = this.#mail.get(bridge) ?? new Mailbox();
		this.#mail.set(bridge, mail);
		return mail;
	}

	#forwarder(bridge: string): Forwarder {
		const known = this.#forwarders.get(bridge);
		if (known) return known;
		const forwarder = new Forwarder(
			bridge,
			this.#store,
			this.#connect(),
			{
				present: (run) => this.#present(run),
				tell: (run, frame) => this.#tell(run, frame),
				lost: (run) => this.#answer(run, this.#renewal(run)),
				superseded: (run, frame) => {
					this.#over.set(run.bridge, run.hello);
					this.#answer(run, frame);
				},
			},
			this.#complaints,
		);
		this.#forwarders.set(bridge, forwarder);
		return forwarder;
	}

	#present(run: Run): boolean {
		return run === this.#store.newest(run.bridge) && (this.#bridges.connected.has(run.bridge) || this.#heard.has(run.bridge));
	}

	/** A command or refusal waits where there is no link to say it on; of viewers the newest word is at hand anyway. */
	#tell(run: Run, frame: DownFrame): void {
		if (run !== this.#store.newest(run.bridge)) return;
		if (frame.type === "command") this.#mailbox(run.bridge).command(run.epoch, frame);
		if (!this.#answer(run, frame) && frame.type === "error") this.#mailbox(run.bridge).refusal(run.epoch, frame);
	}

	#answer({ bridge, epoch }: Run, frame: DownFrame): boolean {
		const socket = this.#bridges.socketOf({ bridge, epoch });
		if (socket) this.#bridges.answer(socket, [frame]);
		return socket !== undefined;
	}

	#forgetSilent(): void {
		for (const [bridge, at] of this.#heard) {
			if (performance.now() - at < PRESENT_MS) continue;
			this.#heard.delete(bridge);
			this.#forwarder(bridge).wake();
		}
	}
}
