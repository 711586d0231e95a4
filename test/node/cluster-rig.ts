/** A cluster on a real database with a clock, an alarm and timers that move when the test says so. */

import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { Query, QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, AnswerOf, ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { Cluster } from "../../durable/cluster/cluster.ts";
import type { ClusterOptions } from "../../durable/cluster/storage.ts";
import type { RelaysHost } from "../../durable/live/relays.ts";
import type { Socket, SocketRole } from "../../durable/live/socket.ts";
import { wholly } from "../../durable/work/work.ts";
import { type NodeDatabase, openNodeSql } from "../../worker/node/clusters/sql.ts";

export const START = Date.UTC(2026, 0, 1);

export class Rig {
	readonly sql: NodeDatabase;
	readonly #name: string;
	readonly #options: ClusterOptions;
	#timers: { at: number; work: () => void }[] = [];
	now = START;
	alarmAt: number | undefined;
	/** How often an alarm was set: each is a row written in a Durable Object. */
	alarms = 0;
	cluster: Cluster;

	readonly #relays: RelaysHost | undefined;

	constructor(options: ClusterOptions = {}, sql: NodeDatabase = openNodeSql(":memory:"), name = "test", relays?: RelaysHost) {
		this.#name = name;
		this.#relays = relays;
		this.#options = options;
		this.sql = sql;
		this.cluster = this.#open();
	}

	#open(): Cluster {
		return new Cluster(
			this.#name,
			{
				sql: this.sql,
				now: () => this.now,
				erase: (keep) => this.sql.erase(keep),
				setAlarm: (at) => {
					this.alarmAt = at;
					this.alarms++;
				},
				defer: (work, ms) => this.#timers.push({ at: this.now + ms, work }),
				...(this.#relays && { relays: this.#relays }),
			},
			this.#options,
		);
	}

	/** How many are pending: each would keep a Durable Object awake. */
	get timers(): number {
		return this.#timers.length;
	}

	/** Memory and timers are lost, the disk stays. Sockets that hibernated are restored. */
	restart(hibernating: Iterable<Socket> = []): void {
		this.#timers = [];
		this.cluster = this.#open();
		this.cluster.restore(hibernating);
	}

	/** Time passes; timers and the alarm go off on the way, each at its time. */
	pass(ms: number): void {
		const end = this.now + ms;
		for (;;) {
			const next = this.#timers.reduce<{ at: number; work: () => void } | undefined>((a, b) => (!a || b.at < a.at ? b : a), undefined);
			const alarm = this.alarmAt !== undefined && this.alarmAt <= (next?.at ?? Number.POSITIVE_INFINITY) ? this.alarmAt : undefined;
			const at = alarm ?? next?.at;
			if (at === undefined || at > end) break;
			this.now = Math.max(this.now, at);
			if (alarm !== undefined) {
				this.alarmAt = undefined;
				this.cluster.alarm();
			} else if (next) {
				this.#timers.splice(this.#timers.indexOf(next), 1);
				next.work();
			}
		}
		this.now = end;
	}

	push(...frames: (object | string)[]): DownFrame[] {
		return this.cluster.push(lines(...frames));
	}

	ask<K extends QueryKind>(query: Extract<Query, { kind: K }>): AnswerOf<K> {
		return wholly(this.cluster.reader.view([query])).answers[0] as AnswerOf<K>;
	}

	get position(): number {
		return wholly(this.cluster.reader.view([])).position;
	}
}

export function lines(...frames: (object | string)[]): string {
	return frames.map((frame) => (typeof frame === "string" ? frame : JSON.stringify(frame))).join("\n");
}

export function hello(more: object = {}): object {
	return {
		type: "hello",
		protocol: PROTOCOL_VERSION,
		bridge: "bridge-1",
		epoch: 1,
		colony: "production",
		capabilities: [],
		intervalMs: 5000,
		...more,
	};
}

/** A cluster, or a relay of one. */
export type SocketHolder = Pick<Cluster, "open" | "closed"> & { message(socket: Socket, text: string): void };

/** One end of a socket in this process: what the cluster sends stays here. */
export class Line implements Socket {
	readonly cluster: () => SocketHolder;
	attachment: unknown;
	sent: string[] = [];
	closedWith: number | undefined;

	constructor(rig: { readonly cluster: SocketHolder }, role: SocketRole) {
		this.cluster = () => rig.cluster;
		rig.cluster.open(this, role);
	}

	send(text: string): void {
		if (this.closedWith !== undefined) throw new Error("the socket is closed");
		this.sent.push(text);
	}
	close(code: number, _reason: string): void {
		if (this.closedWith !== undefined) return;
		this.closedWith = code;
		this.cluster().closed(this);
	}
	/** The other end says something. */
	say(...frames: (object | string)[]): void {
		this.cluster().message(this, lines(...frames));
	}
	/** The other end hangs up. */
	hangUp(): void {
		this.closedWith ??= 1000;
		this.cluster().closed(this);
	}
	/** What has come since asked last. */
	take<T = DownFrame>(): T[] {
		const sent = this.sent.flatMap((text) => text.split("\n")).map((text) => JSON.parse(text) as T);
		this.sent = [];
		return sent;
	}
}

/** A viewer as the browser is: it applies what comes, and says so when it is asked to. */
export class Watcher extends Line {
	answers: Answer[] = [];
	queries: object[] = [];
	position = -1;
	/** Longest delta so far, characters. */
	longest = 0;
	/** Id of the newest probe. */
	probe: string | undefined;

	constructor(rig: { readonly cluster: SocketHolder }, queries?: object[]) {
		super(rig, "viewer");
		if (queries) this.watch(queries);
	}

	watch(queries: object[], keep?: boolean): void {
		this.queries = queries;
		this.say({ type: "watch", queries, ...(keep && { keep }) });
	}

	override send(text: string): void {
		const message = JSON.parse(text) as ToViewer;
		if (message.type === "probe") {
			this.probe = message.id;
			return;
		}
		super.send(text);
		if (message.type === "error") return;
		if (message.type === "snapshot") this.answers = message.answers;
		else if (message.type === "renewal") {
			const before = this.answers;
			this.answers = message.answers.map((answer) => (typeof answer === "number" ? (before[answer] as Answer) : answer));
		} else {
			this.longest = Math.max(this.longest, text.length);
			this.answers = this.answers.slice();
			for (const change of message.changes) this.answers[change.index] = applyChange(this.answers[change.index], change);
		}
		this.position = message.position;
	}

	/** Confirms the newest probe. */
	seen(): void {
		if (this.probe !== undefined) this.say({ type: "ack", probe: this.probe });
	}
}
