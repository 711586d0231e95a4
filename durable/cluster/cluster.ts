/**
 * One cluster, host-free: it is given a database, a clock, an alarm, a timer and sockets, and keeps all policy itself.
 *
 * A push is judged, taken into memory, shown to those who look, written as one transaction, and only then acknowledged. Where writing fails,
 * memory is dropped and comes back from the log: what was acknowledged is there, what was not is sent again by its bridge.
 */

import type { PageData } from "../../colony-bridge/protocol/pages/page-data.ts";
import { planPage } from "../../colony-bridge/protocol/pages/page-queries.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { streamOf } from "../../colony-bridge/protocol/pages/stream-page.ts";
import { workerOf } from "../../colony-bridge/protocol/pages/worker-page.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import { PING, PONG, type Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/close.ts";
import type { Peer } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import { fatal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { AUDIT } from "../audit/audit.ts";
import { Control } from "../control/control.ts";
import { type ExportAsk, exportPart } from "../history/export/part.ts";
import { type ReadPush, readPush, Uncounted } from "../intake/push.ts";
import { Bridges, HELLOS } from "../live/bridges.ts";
import { Flooders } from "../live/flooders.ts";
import { Live } from "../live/live.ts";
import type { Socket, SocketRole } from "../live/socket.ts";
import { closeQuietly, sendQuietly } from "../live/viewer.ts";
import { Demand } from "../live/viewer-count.ts";
import type { Entry, OwnEntry } from "../log/entry.ts";
import { LOG } from "../log/log.ts";
import type { Asking, Exported, Listening, Streamed } from "../port.ts";
import { tryRoom } from "../state/keyframes.ts";
import { openPart } from "../storage/schema.ts";
import { StorageFault, storageFault } from "../storage/storage-fault.ts";
import type { StreamAsk } from "../tasks/stream.ts";
import { mergeLayouts } from "../view/layout.ts";
import { answerAll } from "../work/answer-all.ts";
import type { Work } from "../work/work.ts";
import type { ClusterHost, ClusterOptions } from "./cluster-host.ts";
import { longestSilent, Vigil } from "./liveness.ts";
import { EntryTooLarge, type Memory } from "./memory.ts";
import { type Opened, openCluster } from "./opened.ts";

type Welcome = Extract<DownFrame, { type: "welcome" }>;

/** @property greeted hello was among it. @property frames the answer. @property lost it could not be written. */
interface Taken {
	speaker?: Peer;
	greeted: boolean;
	frames: DownFrame[];
	lost: boolean;
}

const ERASED = "the cluster was deleted with all its data: what is pushed from now on begins it anew";

const TOO_MANY_HELLOS = `more than ${HELLOS.burst} hellos on one link, and ${HELLOS.perSecond} a second after that: say it where something in it has changed`;

/** Storage that could not be read or written is left alone for so long, ms. */
const FAULT_MS = 5_000;

class WriteFailed extends Error {}

export class Cluster {
	readonly #name: string;
	readonly #host: ClusterHost;
	readonly #options: ClusterOptions;
	readonly #live: Live;
	readonly #bridges: Bridges;
	readonly #flooders: Flooders;
	readonly #demand = new Demand(
		() => this.#live.viewers,
		(viewers) => this.#bridges.tellDemand(viewers),
	);
	readonly #vigil: Vigil;
	/** Commands to the colony, and the record of who did what. */
	readonly control: Control;
	#opened: Opened | undefined;
	/** What is wrong with the storage, and when it is tried again, ms. */
	#unreadable: { fault: StorageFault; until: number } | undefined;
	#unwritable: { fault: StorageFault; until: number } | undefined;
	readonly #uncounted = new Uncounted();

	/**
	 * @param name as in the URL.
	 * @param host one whose alarms do not outlive the process calls {@link alarm} once after opening.
	 */
	constructor(name: string, host: ClusterHost, options: ClusterOptions = {}) {
		this.#name = name;
		this.#host = host;
		this.#options = options;
		this.#bridges = new Bridges(() => host.now());
		this.#flooders = new Flooders(() => host.now());
		this.#live = new Live({
			now: () => host.now(),
			defer: (work, ms) => host.defer(work, ms),
			build: options.build,
			log: () => this.#open().memory.state.began,
			position: () => this.#open().memory.state.position,
			answer: (query, now) => this.#open().view.answer(query, now),
			onViewers: () => this.#demand.review(host.now()),
			onFlood: (client) => this.#flooders.count(client),
		});
		this.#vigil = new Vigil({
			now: () => host.now(),
			setAlarm: (at) => host.setAlarm(at),
			state: () => this.#open().memory.state,
			deadline: () => Math.min(this.#open().memory.state.commands.deadline ?? Number.POSITIVE_INFINITY, this.#firstWordDue),
			record: (entries) => this.#record(entries),
		});
		this.control = new Control(
			host,
			{
				state: () => this.#open().memory.state,
				audit: () => this.#open().audit,
				write: (entry, also) => this.#record([entry], also),
				by: (at) => this.#vigil.by(at),
				socketOf: (to) => this.#bridges.socketOf(to),
			},
			options.control,
		);
	}

	/** Answers to all queries. Where pushes come between them, the position is that of the first: what came later may be in the others. @param partial as in `Asking` */
	*view(queries: readonly Query[], { partial = false }: Asking = {}): Work<Snapshot> {
		const { memory, view } = this.#open();
		const at = this.#host.now();
		const { position } = memory.state;
		// Nothing is asked where only the cluster's existence is looked up.
		if (queries.length > 0) this.#demand.asked(at);
		const answers = yield* answerAll(queries, (query) => view.answer(query, at), partial);
		const { build } = this.#options;
		return { type: "snapshot", log: memory.state.began, position, at, ...(build !== undefined && { build }), answers };
	}

	*page(name: string, view: PageView = {}): Work<PageData> {
		const { state, history } = this.#open().memory;
		const layout = mergeLayouts(state);
		const worker = workerOf(name);
		const stream = streamOf(name);
		const known =
			(worker === undefined || state.workers.get(worker) !== undefined) &&
			(stream === undefined || state.streams.get(stream) !== undefined);
		const numbers = worker === undefined ? [] : Array.from(history.labelled("worker", worker), (series) => history.definition(series));
		const queries = known ? planPage(name, layout, view, numbers) : undefined;
		const { position } = state;
		return { position, layout, ...(queries && { queries, snapshot: yield* this.view(queries, { partial: true }) }) };
	}

	*exported(ask: ExportAsk): Work<Exported> {
		const { state, history } = this.#open().memory;
		return { position: state.position, ...(yield* exportPart(history, ask)) };
	}

	*taskStream(ask: StreamAsk): Work<Streamed> {
		const { memory, view } = this.#open();
		return { position: memory.state.position, bytes: yield* view.stream(ask, this.#host.now()) };
	}

	/** A push over HTTP: `hello` and frames. @returns what a socket would be sent, a fatal error last. */
	push(body: string): DownFrame[] {
		const { speaker, frames, lost } = this.#take(body);
		if (lost) this.#beginAnew();
		else if (speaker) frames.push(...this.control.redeliver(speaker));
		return frames;
	}

	/** The dashboard's own pages and widgets, and what its custom widgets show. @throws where it could not be written down. */
	publish(own: Pick<OwnEntry, "layout" | "widgets">): void {
		this.#record([{ type: "own", at: this.#host.now(), ...own }]);
	}

	/** This client opens a socket. @returns why it may not */
	refusal(client = "unknown"): Refusal | undefined {
		return this.#flooders.refusal(client);
	}

	/** More came over the socket than may: it is closed. */
	flooded(socket: Socket, reason: string): void {
		this.#flooders.count(socket.client ?? "unknown");
		closeQuietly(socket, CLOSE.policy, reason);
	}

	open(socket: Socket, role: SocketRole): void {
		if (role === "viewer") this.#live.open(socket);
		else this.#bridges.add(socket, role);
		try {
			this.#vigil.by(this.#firstWordDue);
		} catch (error) {
			// Storage that fails keeps nobody out; who says something is told.
			if (!(error instanceof StorageFault)) throw error;
		}
	}

	/** When the first socket that has said nothing is to be closed, ms; infinity: there is none. */
	get #firstWordDue(): number {
		return Math.min(this.#bridges.silent.due, this.#live.silent.due);
	}

	message(socket: Socket, text: string): void {
		const role = this.#bridges.roleOf(socket);
		if (text === PING && role !== undefined) {
			sendQuietly(socket, PONG);
			return;
		}
		if (role === "listener") {
			this.#listen(socket, text);
			return;
		}
		if (role === undefined) {
			this.#live.message(socket, text);
			return;
		}
		// Before anything is answered: a bridge hears nothing before its welcome.
		this.#demand.review(this.#host.now());
		const { speaker, greeted, frames, lost } = this.#take(text, socket);
		if (greeted && speaker) {
			this.#bridges.introduce(socket, speaker);
			this.#vigil.came(speaker.bridge);
			this.#tellViewers();
			frames.push({ type: "demand", viewers: this.#demand.greeting(this.#host.now()) });
			frames.push(...this.control.redeliver(speaker));
		}
		this.#bridges.answer(socket, frames);
		if (lost) this.#beginAnew();
	}

	closed(socket: Socket): void {
		this.#live.closed(socket);
		const left = this.#bridges.remove(socket);
		const link = left !== undefined && this.#open().memory.state.links.get(left);
		if (!link) return;
		this.#tellViewers();
		this.#vigil.left(link);
	}

	/** After the host slept: the sockets that are still open, each with the attachment it had. */
	restore(sockets: Iterable<Socket>): void {
		for (const socket of sockets) {
			const role = (socket.attachment as { role?: SocketRole } | null)?.role;
			if (role === "bridge" || role === "listener") this.#bridges.restore(socket);
			else this.#live.restore(socket);
		}
	}

	alarm(): void {
		for (const { silent } of [this.#bridges, this.#live]) silent.sweep(this.#host.now());
		this.#vigil.look();
	}

	/**
	 * Everything kept of the cluster goes. Who is connected is told; what comes later begins anew.
	 * @param keepAudit the record of who did what stays.
	 */
	erase(keepAudit: boolean): void {
		this.#live.closeAll(CLOSE.restart, ERASED);
		this.#bridges.closeAll(CLOSE.restart, ERASED);
		this.#opened = undefined;
		this.#host.setAlarm(undefined);
		this.#host.erase(keepAudit && openPart(this.#host.sql, AUDIT) ? [AUDIT] : []);
		this.#vigil.reset();
		this.#uncounted.written();
	}

	/** A request that waits begins: told at once what its bridge has not got, or kept until there is something. */
	#listen(socket: Socket, text: string): void {
		const { hello, viewers, known = [] } = JSON.parse(text) as Listening;
		this.#demand.review(this.#host.now());
		const { speaker, frames, lost } = this.#take(hello, socket);
		const news: DownFrame[] = frames.filter(({ type }) => type === "error");
		if (speaker && news.length === 0) {
			this.#bridges.introduce(socket, speaker);
			const now = this.#demand.greeting(this.#host.now());
			if (viewers === undefined || viewers > 0 !== now > 0) news.push({ type: "demand", viewers: now });
			for (const frame of this.control.redeliver(speaker)) if (frame.type !== "command" || !known.includes(frame.id)) news.push(frame);
		}
		this.#bridges.answer(socket, news);
		if (lost) this.#beginAnew();
	}

	/** @throws StorageFault: it is not read again at every question. */
	#open(): Opened {
		if (this.#opened) return this.#opened;
		if (this.#unreadable && this.#host.now() < this.#unreadable.until) throw this.#unreadable.fault;
		try {
			this.#opened = openCluster(this.#name, this.#host.sql, this.#options, this.#bridges.connected, () => this.#unwritable?.fault.message);
			this.#unreadable = undefined;
		} catch (cause) {
			const fault = storageFault(this.#where, cause);
			this.#unreadable = { fault, until: this.#host.now() + FAULT_MS };
			console.error(`cluster ${this.#name}: ${fault.message}`);
			throw fault;
		}
		const { leftOut } = this.#opened.memory;
		if (leftOut !== undefined) console.error(`cluster ${this.#name}: ${this.#where}: ${leftOut}`);
		return this.#opened;
	}

	get #where(): string {
		return this.#host.storage ?? `the storage of cluster "${this.#name}"`;
	}

	/** While the disk takes nothing, nothing is taken in, and who looks sees what there is. @throws StorageFault */
	#mustBeWritable(): void {
		if (!this.#unwritable) return;
		if (this.#host.now() < this.#unwritable.until) throw this.#unwritable.fault;
		const { sql } = this.#host;
		try {
			if (openPart(sql, LOG)) sql.transaction(() => tryRoom(sql));
			this.#unwritable = undefined;
			console.error(`cluster ${this.#name}: ${this.#where} can be written again`);
		} catch (cause) {
			throw this.#cannotWrite(cause, FAULT_MS);
		}
	}

	/** @param waitMs it is tried again with the first push after this. */
	#cannotWrite(cause: unknown, waitMs = 0): StorageFault {
		const fault = storageFault(this.#where, cause, "written");
		if (fault.message !== this.#unwritable?.fault.message) console.error(`cluster ${this.#name}: ${fault.message}`);
		this.#unwritable = { fault, until: this.#host.now() + waitMs };
		return fault;
	}

	/** @param socket it came over; absent: over HTTP. */
	#take(text: string, socket?: Socket): Taken {
		try {
			this.#mustBeWritable();
			const { memory } = this.#open();
			const received = this.#host.now();
			const read = readPush(text, socket && this.#bridges.speaker(socket), memory.state, {
				now: received,
				define: (definition) => memory.history.define(definition),
				definition: (number) => memory.history.definition(number),
				takes: (at) => memory.history.takes(at),
				stateBytes: memory.stateBytes,
				freeAt: (bridge) => this.#freeAt(bridge, received),
				longestSilent: () => longestSilent(memory.state, received),
			});
			if (socket && read.greeting && !this.#bridges.mayGreet(socket)) {
				this.#flooders.count(socket.client ?? "unknown");
				return { greeted: false, frames: [fatal("too-many", TOO_MANY_HELLOS)], lost: false };
			}
			const welcome = this.#welcome(read, socket);
			this.#accept(read, memory);
			if (welcome && read.greeting?.hello.sent !== undefined) {
				welcome.clock = { sent: read.greeting.hello.sent, received, answered: this.#host.now() };
			}
			const frames: DownFrame[] = welcome ? [welcome] : [];
			frames.push(...read.errors.filter((error) => !error.fatal));
			const seq = read.entry?.seq ?? (read.speaker && memory.state.links.get(read.speaker.bridge)?.seq);
			if (seq && (read.repeats > 0 || read.advanced)) frames.push({ type: "ack", seq });
			frames.push(...read.errors.filter((error) => error.fatal));
			return { ...(read.speaker && { speaker: read.speaker }), greeted: read.greeting !== undefined, frames, lost: false };
		} catch (error) {
			if (error instanceof StorageFault)
				return { greeted: false, frames: [fatal("internal", `${error.message}; connect again later`)], lost: false };
			// Memory says more than the disk now: it comes back from there.
			this.#opened = undefined;
			if (error instanceof EntryTooLarge) return { greeted: false, frames: [fatal("too-large", error.message)], lost: false };
			if (!(error instanceof WriteFailed)) console.error(`cluster ${this.#name}: a push could not be taken in`, error);
			const why = error instanceof WriteFailed ? this.#cannotWrite(error.cause).message : "the dashboard failed";
			const words = `${why}; nothing of the push was taken in: connect again and resume`;
			return { greeted: false, frames: [fatal("internal", words)], lost: true };
		}
	}

	#welcome({ greeting }: ReadPush, socket: Socket | undefined): Welcome | undefined {
		if (!greeting) return undefined;
		const { hello, lastSeq, version } = greeting;
		this.#bridges.supersede(hello, socket);
		return { type: "welcome", protocol: version, epoch: hello.epoch, lastSeq, known: lastSeq > 0 };
	}

	/** When another bridge may have the name if its holder stays silent, ms. */
	#freeAt(bridge: string, now: number): number {
		const link = this.#open().memory.state.links.get(bridge);
		if (!link) return now;
		// After the clock was set back a push of before it lies ahead: nothing was heard since.
		const heard = link.lastPushAt > now && !this.#bridges.connected.has(bridge) ? now : liveness.silentFrom(link);
		return Math.min(heard, this.#bridges.freedAt(bridge));
	}

	#accept(read: ReadPush, memory: Memory): void {
		this.#uncounted.add(read);
		const { entry, greeting } = read;
		if (!entry) return;
		if (greeting?.replaces !== undefined) this.#write({ type: "forget", at: entry.at, bridge: greeting.replaces }, memory);
		this.#uncounted.writeInto(entry);
		const alarm = this.#vigil.due(entry.at);
		if (alarm !== undefined) entry.alarm = alarm;
		this.#write(entry, memory);
		this.#uncounted.written();
		if (alarm !== undefined) this.#vigil.setAlarm(alarm);
	}

	/** @param also writes with it. */
	#write(entry: Entry, memory: Memory, also?: () => void): void {
		const commit = memory.apply(entry);
		const ended = memory.state.commands.takeEnded();
		// Viewers first: what a Durable Object sends after a write waits until the write is on disk.
		this.#tellViewers();
		try {
			commit(() => {
				also?.();
				this.control.settle(ended);
			});
		} catch (cause) {
			throw new WriteFailed("the storage could not be written", { cause });
		}
		if (entry.type === "forget") this.#bridges.forget(entry.bridge);
		this.control.announce(ended);
	}

	/** A failure here is no reason to refuse a push. */
	#tellViewers(): void {
		try {
			this.#live.changed();
		} catch (error) {
			console.error(`cluster ${this.#name}: its viewers could not be told`, error);
			this.#live.closeAll(CLOSE.restart, "the cluster begins anew");
		}
	}

	#record(entries: Entry[], also?: () => void): void {
		if (entries.length > 0) this.#mustBeWritable();
		try {
			for (const entry of entries) this.#write(entry, this.#open().memory, also);
		} catch (error) {
			if (error instanceof StorageFault) throw error;
			this.#opened = undefined;
			this.#beginAnew();
			if (!(error instanceof WriteFailed)) throw error;
			throw this.#cannotWrite(error.cause);
		}
	}

	/** Those who were told what did not become durable come back and are told what did. */
	#beginAnew(): void {
		this.#live.closeAll(CLOSE.restart, "the cluster begins anew");
		this.#bridges.closeAll(CLOSE.restart, "the cluster begins anew: connect again and resume");
	}
}
