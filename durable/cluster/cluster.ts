/**
 * One cluster, host-free: it is given a database, a clock, an alarm, a timer and sockets, and keeps all policy itself.
 *
 * A push is acknowledged once it is stored (`writer.ts`): what was acknowledged is there after a failure, what was not is sent again by
 * its bridge.
 */

import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import { PING, PONG } from "../../colony-bridge/protocol/query/view.ts";
import { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { CLOSE, type DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { AUDIT } from "../audit/audit.ts";
import { eachCall, invoke } from "../calls/calls.ts";
import { Control } from "../control/control.ts";
import { Bridges } from "../live/bridges.ts";
import { Live } from "../live/live.ts";
import { type Held, Relays } from "../live/relays.ts";
import type { Socket, SocketRole } from "../live/socket.ts";
import { Flooders } from "../live/socket-limits.ts";
import { Standing } from "../live/standing.ts";
import { closeQuietly, sendQuietly, ViewerCount } from "../live/viewer.ts";
import type { OwnEntry } from "../log/entry.ts";
import { Meter, type OwnMetric } from "../meter/meter.ts";
import { OwnHistory } from "../meter/own-history.ts";
import { type BatchTaken, CLUSTER_READS, type ClusterReads, type Listening, type SampleBatch } from "../port.ts";
import { openPart } from "../storage/sql.ts";
import { StorageFault } from "../storage/storage-fault.ts";
import { type Work, wholly } from "../work/work.ts";
import { Liveness } from "./liveness.ts";
import { ownMetrics } from "./own-metrics.ts";
import { ClusterReader } from "./reader.ts";
import { type ClusterHost, type ClusterOptions, ClusterStorage, type Opened } from "./storage.ts";
import { summaryOf, Telling } from "./summary.ts";
import { ClusterWriter } from "./writer.ts";

const ERASED = "the cluster was deleted with all its data: what is pushed from now on begins it anew";

export class Cluster {
	readonly #name: string;
	readonly #host: ClusterHost;
	readonly #live: Live;
	readonly #bridges: Bridges;
	readonly #flooders: Flooders;
	readonly #viewerCount = new ViewerCount(
		() => this.#live.viewers,
		(viewers) => this.#bridges.sendViewerCount(viewers),
	);
	readonly #liveness: Liveness;
	/** Commands to the colony, and the record of who did what. */
	readonly control: Control;
	/** Objects that take viewers past a number. */
	readonly relays: Relays | undefined;
	/** Answers of the cluster. */
	readonly reader: ClusterReader;
	/** The same, counted: for those who ask from outside. */
	readonly reads: ClusterReads;
	readonly #meter: Meter;
	readonly #ownHistory: OwnHistory;
	readonly #storage: ClusterStorage;
	readonly #writer: ClusterWriter;
	readonly #telling: Telling | undefined;
	readonly #open = (): Opened => this.#storage.open();

	/**
	 * @param name as in the URL.
	 * @param host one whose alarms do not outlive the process calls {@link alarm} once after opening.
	 */
	constructor(name: string, host: ClusterHost, options: ClusterOptions = {}) {
		this.#name = name;
		this.#host = host;
		this.#bridges = new Bridges(() => host.now());
		this.#flooders = new Flooders(() => host.now());
		this.#storage = new ClusterStorage(name, host, options, this.#bridges.connected, {
			bytes: () => this.reader.bytes,
			letGo: () => this.#live.letGo(),
			ownSeries: (at) => this.#ownHistory.series(at),
		});
		const { tell } = host;
		this.#telling = tell && new Telling({ now: () => host.now(), summary: () => this.summary(), tell });
		this.#meter = new Meter(() => host.now());
		const own = () => [...this.#meter.metrics(), ...this.#ownMetrics()];
		this.#ownHistory = new OwnHistory(own);
		this.reader = new ClusterReader(this.#open, {
			own,
			ownHistory: this.#ownHistory,
			now: () => host.now(),
			queried: (at) => this.#viewerCount.queried(at),
			build: options.build,
			live: () => this.#live.bytes,
		});
		this.reads = eachCall<ClusterReads>(CLUSTER_READS, (name, given) =>
			this.#meter.timed(name, invoke(this.reader, name, given) as Work<unknown>),
		);
		this.relays = host.relays && new Relays(host.relays);
		this.#live = new Live({
			now: () => host.now(),
			defer: (work, ms) => host.defer(work, ms),
			build: options.build,
			log: () => this.#open().memory.state.began,
			position: () => this.#open().memory.state.position,
			answers: new Standing(
				(query, at) => this.#open().view.answer(query, at),
				(bytes) => this.#open().room.forAnswer(bytes),
			),
			relays: this.relays,
			onViewers: () => this.#viewerCount.review(host.now()),
			onFlood: (client) => this.#flooders.count(client),
		});
		this.#liveness = new Liveness({
			now: () => host.now(),
			setAlarm: (at) => host.setAlarm(at),
			state: () => this.#open().memory.state,
			deadline: () => Math.min(this.#open().memory.state.commands.deadline ?? Number.POSITIVE_INFINITY, this.#firstWordDue),
			record: (entries) => this.#writer.record(entries),
		});
		this.control = new Control(
			host,
			{
				state: () => this.#open().memory.state,
				audit: () => this.#open().audit,
				write: (entry, also) => this.#writer.record([entry], also),
				by: (at) => this.#liveness.by(at),
				socketOf: (to) => this.#bridges.socketOf(to),
			},
			options.control,
		);
		this.#writer = new ClusterWriter({
			name,
			now: () => host.now(),
			storage: this.#storage,
			bridges: this.#bridges,
			flooders: this.#flooders,
			liveness: this.#liveness,
			control: this.control,
			updateViewers: () => this.#updateViewers(),
			beginAnew: () => this.#beginAnew(),
			taken: (entry) => {
				this.#meter.taken(entry);
				this.#ownHistory.look(entry.at);
				this.#tell();
			},
		});
	}

	/** A push over HTTP. @returns what a socket would be sent. */
	push(body: string | PushText): DownFrame[] {
		const { speaker, frames, lost } = this.#writer.push(PushText.of(body));
		if (lost) this.#beginAnew();
		else if (speaker) frames.push(...this.control.redeliver(speaker));
		return frames;
	}

	/** A batch of a sender that is no bridge. */
	write(batch: SampleBatch): BatchTaken | Refusal {
		return this.#writer.batch(batch);
	}

	/** The dashboard's own pages and widgets, and what its custom widgets show. @throws where it could not be written down. */
	publish(own: Pick<OwnEntry, "layout" | "widgets">): void {
		this.#writer.record([{ type: "own", at: this.#host.now(), ...own }]);
	}

	/** This client opens a socket. @returns why it may not */
	refusal(client = "unknown"): Refusal | undefined {
		return this.#flooders.refusal(client);
	}

	/** Open sockets of viewers, without those of relays. */
	get viewerSockets(): number {
		return this.#live.sockets;
	}

	/** A relay says what its viewers watch. @returns false: it is to say all of it. */
	relay(number: number, held: Held): boolean {
		return this.#live.relay(number, held);
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
			this.#liveness.by(this.#firstWordDue);
		} catch (error) {
			// Failing storage refuses no socket; a message is answered with the fault.
			if (!(error instanceof StorageFault)) throw error;
		}
	}

	/** When the first socket that has said nothing is to be closed, ms; infinity: there is none. */
	get #firstWordDue(): number {
		return Math.min(this.#bridges.silent.due, this.#live.silent.due);
	}

	message(socket: Socket, message: string | PushText): void {
		const { text } = PushText.of(message);
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
		this.#viewerCount.review(this.#host.now());
		const { speaker, greeted, frames, lost } = this.#writer.push(PushText.of(message), socket);
		if (greeted && speaker) {
			this.#bridges.introduce(socket, speaker);
			this.#liveness.came(speaker.bridge);
			this.#updateViewers();
			frames.push({ type: "viewers", count: this.#viewerCount.forHello(this.#host.now()) });
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
		this.#updateViewers();
		this.#liveness.left(link);
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
		this.#liveness.look();
		if (this.#open().memory.state.position > 0) this.#tell();
	}

	/**
	 * Erases everything kept of the cluster, in one step of its storage, and then closes all sockets. What comes later begins anew.
	 * @param keepAudit the record of who did what stays. @throws StorageFault where nothing was erased.
	 */
	erase(keepAudit: boolean): void {
		this.#host.setAlarm(undefined);
		this.#liveness.reset();
		try {
			this.#storage.erase(() => this.#host.erase(keepAudit && openPart(this.#host.sql, AUDIT) ? [AUDIT] : []));
		} catch (fault) {
			this.#host.setAlarm(this.#host.now() + 1);
			throw fault;
		}
		this.#writer.erased();
		this.#live.closeAll(CLOSE.restart, ERASED);
		this.#bridges.closeAll(CLOSE.restart, ERASED);
	}

	get exists(): boolean {
		return this.#storage.holdsSomething;
	}

	/** A long poll begins: answered at once with frames that its bridge lacks, or kept until there are some. */
	#listen(socket: Socket, text: string): void {
		const { hello, viewers, received = [] } = JSON.parse(text) as Listening;
		this.#viewerCount.review(this.#host.now());
		const { speaker, frames, lost } = this.#writer.push(new PushText(hello), socket);
		const news: DownFrame[] = frames.filter(({ type }) => type === "error");
		if (speaker && news.length === 0) {
			this.#bridges.introduce(socket, speaker);
			const now = this.#viewerCount.forHello(this.#host.now());
			if (viewers === undefined || viewers > 0 !== now > 0) news.push({ type: "viewers", count: now });
			for (const frame of this.control.redeliver(speaker)) if (frame.type !== "command" || !received.includes(frame.id)) news.push(frame);
		}
		this.#bridges.answer(socket, news);
		if (lost) this.#beginAnew();
	}

	#ownMetrics(): OwnMetric[] {
		return ownMetrics(this.#open(), {
			sql: this.#host.sql,
			viewers: this.#live.viewers,
			connected: this.#bridges.connected.size,
			bytes: this.reader.bytes,
		});
	}

	/** The cluster at a glance. */
	summary(): ClusterSummary {
		const now = this.#host.now();
		const { memory, view } = this.#open();
		const answer = wholly(view.answer({ kind: "cluster" }, now));
		if (answer.kind !== "cluster") throw new Error("a cluster answers with itself");
		return summaryOf({ cluster: this.#name, view: answer.view, state: memory.state }, now);
	}

	#tell(): void {
		this.#telling?.look(this.#open().memory.state.verdicts.version);
	}

	/** A failure here is no reason to refuse a push. */
	#updateViewers(): void {
		try {
			this.#live.changed();
		} catch (error) {
			console.error(`cluster ${this.#name}: its viewers could not be updated`, error);
			this.#live.closeAll(CLOSE.restart, "the cluster begins anew");
		}
	}

	/** Clients that were sent what did not become durable reconnect and are sent the durable state. */
	#beginAnew(): void {
		this.#live.closeAll(CLOSE.restart, "the cluster begins anew");
		this.#bridges.closeAll(CLOSE.restart, "the cluster begins anew: connect again and resume");
	}
}
