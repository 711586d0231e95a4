/**
 * Collects for a site: to local bridges it is a cluster, to the cluster it is those bridges. Frames of local bridges are acknowledged once
 * they are in the store; frames of the dashboard are passed on to the bridge that they concern.
 */
import type { Connect } from "../../../colony-bridge/bridge/link.ts";
import type { Warnings } from "../../../colony-bridge/bridge/warnings.ts";
import { PushText } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { fatal } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE, type DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import { staleFrom } from "../../../colony-bridge/protocol/wire/liveness.ts";
import { type BridgeRole, Bridges } from "../../../durable/live/bridges.ts";
import type { Socket, SocketRole } from "../../../durable/live/socket.ts";
import type { Listening } from "../../../durable/port.ts";
import { Forwarder } from "./forwarder.ts";
import { Group } from "./group.ts";
import { Reception, refused, renewal, type TakenPush } from "./reception.ts";
import type { Run } from "./runs.ts";
import type { Store } from "./store.ts";

/** A bridge without a socket counts as there for so long after its last request, ms. */
const PRESENT_MS = 60_000;

export class Gateway {
	readonly #store: Store;
	/** A way to the dashboard for each bridge: which transport it takes is its own matter. */
	readonly #connect: () => Connect;
	readonly #warnings: Warnings;
	readonly #group: Group;
	readonly #reception: Reception;
	readonly #bridges = new Bridges(Date.now);
	readonly #forwarders = new Map<string, Forwarder>();
	readonly #mail = new Map<string, Mailbox>();
	/** Last request of each bridge that has no socket, by the time that has passed. */
	readonly #lastHeardAt = new Map<string, number>();
	readonly #leaving: NodeJS.Timeout;

	constructor(store: Store, connect: () => Connect, warnings: Warnings) {
		this.#store = store;
		this.#connect = connect;
		this.#warnings = warnings;
		this.#group = new Group((work) => store.together(work));
		this.#reception = new Reception(store, (run) => this.#forwarders.get(run.bridge)?.sent(run) ?? run.acked, {
			freeAt: (bridge) => this.#freeAt(bridge),
			longestSilent: () => this.#longestSilent(),
		});
		for (const bridge of store.bridges) this.#forwarder(bridge).wake();
		this.#leaving = setInterval(() => {
			this.#forgetSilent();
			this.#bridges.silent.sweep(Date.now());
		}, PRESENT_MS / 4);
	}

	get forwarders(): Iterable<Forwarder> {
		return this.#forwarders.values();
	}

	get present(): number {
		return new Set([...this.#bridges.connected, ...this.#lastHeardAt.keys()]).size;
	}

	open(socket: Socket, role: SocketRole): void {
		this.#bridges.add(socket, role as BridgeRole);
	}

	message(socket: Socket, message: string | PushText): void {
		const push = PushText.of(message);
		const role = this.#bridges.roleOf(socket);
		if (role === "listener") this.#listen(socket, push.text);
		if (role !== "bridge") return;
		this.#take(push, socket, ({ peer, hello, frames }) => {
			const news = hello && peer ? [this.#viewerCount(peer.bridge), ...this.#mailbox(peer.bridge).commands(peer.epoch)] : [];
			this.#bridges.answer(socket, [...frames, ...news]);
		});
	}

	flooded(socket: Socket, reason: string): void {
		socket.close(CLOSE.policy, reason);
	}

	/** One POST. */
	push(text: string): Promise<DownFrame[]> {
		return new Promise((resolve) => {
			this.#take(new PushText(text), undefined, ({ peer, hello, frames }) => {
				// A fatal one stays the last.
				if (!peer || !hello || frames.some((frame) => frame.type === "error" && frame.fatal)) return resolve(frames);
				const mail = this.#mailbox(peer.bridge);
				resolve([...frames, this.#viewerCount(peer.bridge), ...mail.refusals(peer.epoch), ...mail.commands(peer.epoch)]);
			});
		});
	}

	closed(socket: Socket): void {
		const left = this.#bridges.remove(socket);
		if (left !== undefined) this.#forwarder(left).wake();
	}

	stop(): void {
		this.#group.write();
		clearInterval(this.#leaving);
		for (const forwarder of this.#forwarders.values()) forwarder.stop();
		this.#bridges.closeAll(CLOSE.restart, "the gateway stops");
	}

	#listen(socket: Socket, text: string): void {
		const { hello, viewers, received = [] } = JSON.parse(text) as Listening;
		this.#take(new PushText(hello), socket, ({ peer, frames }) => {
			const news: DownFrame[] = frames.filter(({ type }) => type === "error");
			if (peer && news.length === 0) {
				const viewerCount = this.#viewerCount(peer.bridge);
				if (viewers === undefined || viewers > 0 !== viewerCount.count > 0) news.push(viewerCount);
				const mail = this.#mailbox(peer.bridge);
				news.push(...mail.refusals(peer.epoch), ...mail.commands(peer.epoch).filter(({ id }) => !received.includes(id)));
			}
			this.#bridges.answer(socket, news);
		});
	}

	/** @param answer once what was taken in is on disk. */
	#take(push: PushText, socket: Socket | undefined, answer: (taken: TakenPush) => void): void {
		const received = Date.now();
		const connection = socket && this.#bridges.roleOf(socket) === "bridge";
		let taken: TakenPush;
		this.#group.add({
			work: () => {
				taken = this.#reception.take(push, socket && this.#bridges.speaker(socket));
				const { peer, hello } = taken;
				if (!peer || !hello) return;
				// At once: the next message of this socket may stand in the same group.
				this.#bridges.supersede(hello, socket);
				if (socket) this.#bridges.introduce(socket, peer);
			},
			done: () => {
				const { peer, hello, frames, results } = taken;
				const bridge = peer?.bridge;
				if (bridge !== undefined) {
					if (!connection) this.#lastHeardAt.set(bridge, performance.now());
					for (const id of results) this.#mailbox(bridge).answered(id);
					const welcome = frames.find(({ type }) => type === "welcome");
					if (welcome?.type === "welcome" && hello?.sent !== undefined) {
						const { skewMs } = this.#forwarder(bridge).session.clock;
						welcome.clock = { sent: hello.sent, received: received - skewMs, answered: Date.now() - skewMs };
					}
				}
				answer(taken);
				if (bridge !== undefined) this.#forwarder(bridge).wake();
			},
			failed: (error) => {
				console.error("the gateway's store failed:", error);
				answer(refused(fatal("internal", "the push could not be written and nothing of it was applied: connect again and resume")));
			},
		});
	}

	#viewerCount(bridge: string): Extract<DownFrame, { type: "viewers" }> {
		return { type: "viewers", count: this.#forwarders.get(bridge)?.session.viewers ?? 0 };
	}

	#mailbox(bridge: string): Mailbox {
		const mail = this.#mail.get(bridge) ?? new Mailbox();
		this.#mail.set(bridge, mail);
		return mail;
	}

	#forwarder(bridge: string): Forwarder {
		const existing = this.#forwarders.get(bridge);
		if (existing) return existing;
		const owner = {
			present: (run: Run) => this.#present(run),
			deliver: (run: Run, frame: DownFrame) => this.#deliver(run, frame),
			lost: (run: Run) => this.#answer(run, renewal(run)),
			superseded: (run: Run, frame: DownFrame) => {
				this.#reception.turnAway(run);
				this.#answer(run, frame);
			},
		};
		const forwarder = new Forwarder(bridge, this.#store, this.#group, this.#connect(), owner, this.#warnings);
		this.#forwarders.set(bridge, forwarder);
		return forwarder;
	}

	/** When another bridge may have the name if its holder stays silent, ms. */
	#freeAt(bridge: string): number {
		const run = this.#store.newest(bridge);
		return run ? Math.min(staleFrom({ lastPushAt: run.heardAt, intervalMs: run.hello.intervalMs }), this.#bridges.freedAt(bridge)) : 0;
	}

	/** The disconnected bridge silent for longest, all of whose frames have arrived. */
	#longestSilent(): string | undefined {
		let found: Run | undefined;
		for (const bridge of this.#store.bridges) {
			const run = this.#store.newest(bridge);
			if (!run || run.gone || this.#present(run) || this.#store.holds(bridge) || this.#freeAt(bridge) > Date.now()) continue;
			if (run.heardAt < (found?.heardAt ?? Number.POSITIVE_INFINITY)) found = run;
		}
		return found?.bridge;
	}

	#present(run: Run): boolean {
		return run === this.#store.newest(run.bridge) && (this.#bridges.connected.has(run.bridge) || this.#lastHeardAt.has(run.bridge));
	}

	/** A command or refusal waits if there is no link; the viewer count is sent with each hello anyway. */
	#deliver(run: Run, frame: DownFrame): void {
		if (run !== this.#store.newest(run.bridge)) return;
		if (frame.type === "command") this.#mailbox(run.bridge).command(run.epoch, frame);
		if (!this.#answer(run, frame) && frame.type === "error") this.#mailbox(run.bridge).refusal(run.epoch, frame);
	}

	#answer({ bridge, epoch }: Run, frame: DownFrame): boolean {
		const socket = this.#bridges.socketOf({ bridge, epoch });
		if (socket) this.#bridges.answer(socket, [frame]);
		return socket !== undefined;
	}

	/** Removes what belongs to bridges that have sent goodbye or were forgotten. */
	#forgetGone(): void {
		for (const [bridge, forwarder] of this.#forwarders) {
			const run = this.#store.newest(bridge);
			if (forwarder.session.state !== "idle" || (run && (!run.gone || this.#store.holds(bridge)))) continue;
			forwarder.stop();
			this.#forwarders.delete(bridge);
			this.#mail.delete(bridge);
			this.#bridges.forget(bridge);
			this.#reception.forget(bridge);
		}
	}

	#forgetSilent(): void {
		this.#forgetGone();
		for (const [bridge, at] of this.#lastHeardAt) {
			if (performance.now() - at < PRESENT_MS) continue;
			this.#lastHeardAt.delete(bridge);
			this.#forwarder(bridge).wake();
		}
	}
}

/** Commands and refusals for one local bridge, held until it has received them. */
type CommandFrame = Extract<DownFrame, { type: "command" }>;
type ErrorFrame = Extract<DownFrame, { type: "error" }>;

/** An order that nobody took for so long, ms, is not carried out any more: the dashboard has given it up. */
const COMMAND_MS = 30_000;
const MOST_REFUSALS = 20;

class Mailbox {
	#commands: { epoch: number; frame: CommandFrame; until: number }[] = [];
	#refusals: { epoch: number; frame: ErrorFrame }[] = [];

	command(epoch: number, frame: CommandFrame): void {
		this.#commands = this.#commands.filter((each) => each.frame.id !== frame.id);
		this.#commands.push({ epoch, frame, until: performance.now() + COMMAND_MS });
	}

	/** Its result is in the store. */
	answered(id: string): void {
		this.#commands = this.#commands.filter(({ frame }) => frame.id !== id);
	}

	/** Commands of a run without a result: a bridge knows those it has heard before by their ids. */
	commands(epoch: number): CommandFrame[] {
		const now = performance.now();
		this.#commands = this.#commands.filter(({ until }) => until > now);
		return this.#commands.filter((each) => each.epoch === epoch).map(({ frame }) => frame);
	}

	refusal(epoch: number, frame: ErrorFrame): void {
		this.#refusals = [...this.#refusals, { epoch, frame }].slice(-MOST_REFUSALS);
	}

	/** Takes them out. */
	refusals(epoch: number): ErrorFrame[] {
		const refusals = this.#refusals.filter((each) => each.epoch === epoch).map(({ frame }) => frame);
		this.#refusals = [];
		return refusals;
	}
}
