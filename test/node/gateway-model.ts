/**
 * The real gateway between bridges and a dashboard that are models of the protocol, on a clock of the test: links that do their worst, kills,
 * a disk that refuses, a dashboard that is away or forgets, days that pass. Both ends hold the gateway to its promises.
 */
import fc from "fast-check";
import { expect, vi } from "vitest";
import type { Connect, LinkEvents } from "../../colony-bridge/bridge/link.ts";
import { Warnings } from "../../colony-bridge/bridge/warnings.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import type { Socket } from "../../durable/live/socket.ts";
import type { Sql } from "../../durable/storage/sql.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { Gateway } from "../../worker/node/gateway/gateway.ts";
import type { Run } from "../../worker/node/gateway/runs.ts";
import { Store } from "../../worker/node/gateway/store.ts";

const BRIDGES = ["north", "south"];
const bridge = fc.nat(BRIDGES.length - 1);
const HOUR = 3_600_000;

export type Step =
	| { do: "say"; bridge: number; what: "tick" | "events" | "state" | "series"; many: number }
	| { do: "push"; bridge: number; frames: number }
	/** Time passes, ms: 0 lets what waits be written and answered. */
	| { do: "pass"; ms: number }
	/** The dashboard reads so many texts of each link. Where it does not answer, the links break. */
	| { do: "read"; texts: number; answer: boolean }
	| { do: "leave"; bridge: number }
	/** All of whose words are safe begins anew, and remembers nothing: the gateway has heard that its link is gone, or has not. */
	| { do: "restart"; bridge: number; heard: boolean }
	| { do: "away"; away: boolean }
	| { do: "forget"; bridge: number }
	/** So many transactions to come fail. */
	| { do: "refuse"; writes: number }
	| { do: "kill" };

const frames = fc.integer({ min: 1, max: 6 });
export const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 30,
		arbitrary: fc.record({
			do: fc.constant("say" as const),
			bridge,
			what: fc.constantFrom("tick", "tick", "tick", "events", "state", "series"),
			many: frames,
		}),
	},
	{ weight: 25, arbitrary: fc.record({ do: fc.constant("push" as const), bridge, frames: fc.integer({ min: 1, max: 40 }) }) },
	{ weight: 15, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 0, 0, 500, 5_000) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(HOUR, 30 * HOUR) }) },
	{ weight: 15, arbitrary: fc.record({ do: fc.constant("read" as const), texts: fc.integer({ min: 1, max: 3 }), answer: fc.boolean() }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("leave" as const), bridge }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("restart" as const), bridge, heard: fc.boolean() }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("away" as const), away: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), bridge }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("refuse" as const), writes: fc.integer({ min: 1, max: 3 }) }) },
	{ weight: 5, arbitrary: fc.record({ do: fc.constant("kill" as const) }) },
);

type Said = { [F in UpFrame as F["type"]]: Omit<F, "seq"> }[UpFrame["type"]];

/** A local bridge: everything it has said and was not told to be safe, and what it knows of its link. */
class Local {
	readonly name: string;
	epoch = 0;
	/** Frames of the epoch that are not acknowledged; the first has number `acked + 1`. */
	frames: Said[] = [];
	acked = 0;
	/** Last number said on this link. */
	sent = 0;
	socket: Socket | undefined;
	welcome = false;
	readonly workers = new Map<string, string>();
	series = 0;

	constructor(name: string) {
		this.name = name;
		this.begin();
	}

	/** A new run: the first frames announce everything, what was not acknowledged follows, but for patches on a state that is gone. */
	begin(epoch = 0): void {
		this.epoch = epoch;
		const series = Array.from({ length: this.series }, (_, id) => ({ id, name: `s${id}`, type: "gauge" as const }));
		const set = [...this.workers].map(([id, status]) => ({ id, status: status as "idle" }));
		const rest = this.frames.filter(({ type }) => type === "tick" || type === "events");
		this.frames = [{ type: "series", series }, { type: "state", at: Date.now(), workers: { replace: true, set } }, ...rest];
		this.acked = 0;
		this.sent = 0;
	}

	get last(): number {
		return this.acked + this.frames.length;
	}

	join(gateway: Gateway): void {
		const socket: Socket = {
			send: (text) => {
				for (const line of text.split("\n")) if (this.socket === socket) this.#hear(JSON.parse(line) as DownFrame, gateway);
			},
			close: () => this.#gone(socket),
			attachment: undefined,
		};
		this.socket = socket;
		gateway.open(socket, "bridge");
		const { name, epoch } = this;
		const who = { bridge: name, instance: name, colony: name };
		const hello: Hello = { type: "hello", protocol: PROTOCOL_VERSION, ...who, epoch, capabilities: [], intervalMs: 5000 };
		gateway.message(socket, JSON.stringify(hello));
	}

	leave(gateway: Gateway): void {
		if (this.socket) gateway.closed(this.socket);
		this.#gone(this.socket);
	}

	/** Its process is another one now. */
	restart(gateway: Gateway, heard: boolean): void {
		if (this.frames.length > 0) return;
		if (heard) this.leave(gateway);
		else this.#gone(this.socket);
		this.begin();
	}

	#gone(socket: Socket | undefined): void {
		if (this.socket !== socket) return;
		this.socket = undefined;
		this.welcome = false;
	}

	push(gateway: Gateway, many: number): void {
		if (!this.socket) this.join(gateway);
		if (!this.socket || !this.welcome) return;
		const from = this.sent - this.acked;
		const lines = this.frames.slice(from, from + many).map((frame, i) => JSON.stringify({ ...frame, seq: this.sent + 1 + i }));
		if (lines.length === 0) return;
		this.sent += lines.length;
		gateway.message(this.socket, lines.join("\n"));
	}

	#hear(frame: DownFrame, gateway: Gateway): void {
		if (frame.type === "welcome") {
			this.welcome = true;
			this.sent = this.acked;
			if (this.epoch === 0) this.epoch = frame.epoch;
			else if (frame.epoch !== this.epoch) {
				this.#ack(frame.lastSeq);
				this.begin(frame.epoch);
			} else if (frame.lastSeq < this.acked) {
				this.begin();
				this.leave(gateway);
			} else this.#ack(frame.lastSeq);
			this.sent = this.acked;
		}
		if (frame.type === "ack") this.#ack(frame.seq);
		if (frame.type === "error")
			expect(frame, "only a store that refuses, or has lost the run, turns a push away").toMatchObject({ kind: "internal" });
	}

	#ack(seq: number): void {
		expect(seq, "what is acknowledged was said").toBeLessThanOrEqual(this.last);
		if (seq <= this.acked) return;
		this.frames.splice(0, seq - this.acked);
		this.acked = seq;
	}
}

/** What the dashboard has of one bridge. */
class Known {
	epoch = -1;
	last = 0;
	readonly samples: Set<number>;
	readonly events: Set<number>;
	gaps = { samples: 0, events: 0 };
	readonly workers = new Map<string, string>();
	series = 0;

	constructor(before?: Known) {
		this.samples = new Set(before?.samples);
		this.events = new Set(before?.events);
		if (before) this.gaps = before.gaps;
	}
}

interface FakeLink {
	events: LinkEvents;
	wire: string[];
	name?: string;
}

class Dashboard {
	away = false;
	forgetful = false;
	links = new Set<FakeLink>();
	known = new Map<string, Known>();

	readonly connect: Connect = (events) => {
		const link: FakeLink = { events, wire: [] };
		setTimeout(() => {
			if (this.away) return events.closed(503, "away");
			this.links.add(link);
			events.open();
		}, 1);
		return { send: (text) => void link.wire.push(text), close: () => void this.links.delete(link) };
	};

	of(name: string): Known {
		const known = this.known.get(name) ?? new Known();
		this.known.set(name, known);
		return known;
	}

	read(texts: number, answer: boolean): void {
		for (const link of [...this.links]) {
			for (const text of link.wire.splice(0, texts)) {
				const answers = text.split("\n").flatMap((line) => this.#take(link, JSON.parse(line) as UpFrame | Hello));
				if (answer && this.links.has(link)) link.events.message(answers.map((frame) => JSON.stringify(frame)).join("\n"));
			}
			if (!answer) this.cut(link);
		}
	}

	cut(link: FakeLink): void {
		if (this.links.delete(link)) link.events.closed(1006, "cut");
	}

	/** Nothing of the bridge is known any more; what it once knew counts all the same. */
	forget(name: string): void {
		this.forgetful = true;
		this.known.set(name, new Known(this.known.get(name)));
		for (const link of [...this.links]) if (link.name === name) this.cut(link);
	}

	#take(link: FakeLink, frame: UpFrame | Hello): DownFrame[] {
		if (frame.type === "hello") {
			link.name = frame.bridge;
			const known = this.of(frame.bridge);
			const lastSeq = frame.epoch === known.epoch ? known.last : 0;
			if (frame.epoch !== 0 && known.last > 0) expect(frame.epoch, "runs come one after the other").toBeGreaterThanOrEqual(known.epoch);
			if (frame.epoch !== known.epoch) Object.assign(known, { epoch: Math.max(Date.now(), known.epoch + 1), last: 0, series: 0 });
			return [{ type: "welcome", protocol: PROTOCOL_VERSION, epoch: known.epoch, lastSeq }];
		}
		const known = this.of(link.name as string);
		if (frame.seq > known.last) {
			const first = frame.type === "gap" ? frame.first : frame.seq;
			expect(first, `${frame.type} ${frame.seq} follows the frame before`).toBeLessThanOrEqual(known.last + 1);
			if (frame.type !== "gap") expect(frame.seq).toBe(known.last + 1);
			known.last = frame.seq;
			this.#apply(known, frame);
		}
		return [{ type: "ack", seq: known.last }];
	}

	#apply(known: Known, frame: UpFrame): void {
		const once = (all: Set<number>, value: number) => {
			if (!this.forgetful) expect(all.has(value), `${value} arrives once`).toBe(false);
			all.add(value);
		};
		if (frame.type === "tick") {
			expect(Date.now() - frame.at, "no tick goes that would be refused").toBeLessThanOrEqual(LIMITS.pastMs);
			for (const value of frame.values) once(known.samples, value);
		}
		if (frame.type === "events") for (const event of frame.events) once(known.events, (event as { at: number }).at);
		if (frame.type === "series") known.series += frame.series.length;
		if (frame.type === "gap") {
			known.gaps.samples += frame.samples;
			known.gaps.events += frame.events;
		}
		if (frame.type === "state") {
			if (frame.workers?.replace) known.workers.clear();
			for (const { id, status } of frame.workers?.set ?? []) known.workers.set(id, status);
		}
	}
}

/** A database whose transactions can be made to fail at their end. */
class FailingSql implements Sql {
	refuse = 0;
	readonly #sql = openNodeSql(":memory:");
	all: Sql["all"] = (text, ...params) => this.#sql.all(text, ...params);
	run: Sql["run"] = (text, ...params) => this.#sql.run(text, ...params);
	transaction<T>(work: () => T): T {
		return this.#sql.transaction(() => {
			const result = work();
			if (this.refuse > 0) {
				this.refuse -= 1;
				throw new Error("the disk is full");
			}
			return result;
		});
	}
	get rowsWritten(): number {
		return this.#sql.rowsWritten;
	}
	get databaseBytes(): number {
		return this.#sql.databaseBytes;
	}
}

export class Site {
	readonly maxBytes: number;
	readonly #sql = new FailingSql();
	readonly #dashboard = new Dashboard();
	readonly #locals = BRIDGES.map((name) => new Local(name));
	#store!: Store;
	#gateway!: Gateway;
	#samples = 0;
	#events = 0;
	/** Frames that went into gaps, of gateways that were killed too. */
	#shed = 0;

	constructor(maxBytes: number) {
		this.maxBytes = maxBytes;
		this.#start();
	}

	#start(): void {
		this.#store = new Store(this.#sql, this.maxBytes);
		this.#gateway = new Gateway(this.#store, () => this.#dashboard.connect, new Warnings(() => {}));
	}

	apply(action: Step): void {
		const before = this.#ticks();
		this.#do(action);
		this.#bounded();
		for (const [run, ticks] of this.#ticks()) {
			const were = before.get(run) ?? [];
			const left = were.filter((seq) => ticks.includes(seq));
			expect(left, "the oldest ticks go first").toEqual(were.slice(were.length - left.length));
		}
	}

	/** Numbers of the ticks that are held and have not gone out, of each run. */
	#ticks(): Map<number, number[]> {
		const runs = BRIDGES.flatMap((name) => this.#store.newest(name) ?? []);
		const text = "SELECT seq FROM frames WHERE run = ? AND seq > ? AND at IS NOT NULL ORDER BY seq";
		const sent = (run: Run) => Math.max(...[...this.#gateway.forwarders].map((forwarder) => forwarder.sent(run)));
		return new Map(runs.map((run) => [run.id, this.#sql.all<{ seq: number }>(text, run.id, sent(run)).map(({ seq }) => seq)]));
	}

	#do(action: Step): void {
		const gateway = this.#gateway;
		switch (action.do) {
			case "say":
				for (let i = 0; i < action.many; i++) this.#say(this.#locals[action.bridge] as Local, action.what);
				break;
			case "push":
				this.#locals[action.bridge]?.push(gateway, action.frames);
				break;
			case "pass":
				vi.advanceTimersByTime(action.ms);
				break;
			case "read":
				this.#dashboard.read(action.texts, action.answer);
				break;
			case "leave":
				this.#locals[action.bridge]?.leave(gateway);
				break;
			case "restart":
				this.#locals[action.bridge]?.restart(gateway, action.heard);
				break;
			case "away":
				this.#dashboard.away = action.away;
				if (action.away) for (const link of [...this.#dashboard.links]) this.#dashboard.cut(link);
				break;
			case "forget":
				this.#dashboard.forget(BRIDGES[action.bridge] as string);
				break;
			case "refuse":
				this.#sql.refuse = action.writes;
				break;
			case "kill":
				this.#kill();
		}
	}

	/** The process is gone with its timers and sockets; the next one finds what was written. */
	#kill(): void {
		vi.clearAllTimers();
		this.#dashboard.links.clear();
		this.#sql.refuse = 0;
		this.#shed += this.#store.evicted;
		const nobody = { closed: () => {} } as unknown as Gateway;
		for (const local of this.#locals) local.leave(nobody);
		this.#start();
	}

	#say(local: Local, what: "tick" | "events" | "state" | "series"): void {
		const at = Date.now();
		if (what === "tick") local.frames.push({ type: "tick", at, ids: [0, 0], values: [this.#samples++, this.#samples++] });
		if (what === "events") local.frames.push({ type: "events", events: [{ type: "mark", at: this.#events++, kind: "k", text: "t" }] });
		if (what === "series") local.frames.push({ type: "series", series: [{ id: local.series, name: `s${local.series++}`, type: "gauge" }] });
		if (what === "state") {
			const [id, status] = [`w${this.#samples % 3}`, (["idle", "busy"] as const)[this.#events % 2] ?? "idle"];
			local.workers.set(id, status);
			local.frames.push({ type: "state", at, workers: { set: [{ id, status }] } });
		}
	}

	/** Series are never dropped, nor what is on its way to a dashboard; one push may pass the bound before room is made. On the way is an eighth a bridge. */
	#bounded(): void {
		const { bytes } = this.#store.held;
		const kept = this.#locals.reduce((sum, { series }) => sum + (series + 4) * 200, 0);
		expect(bytes).toBeLessThanOrEqual(this.maxBytes * 1.35 + 40 * 150 + 2 * kept);
	}

	drain(): void {
		this.#sql.refuse = 0;
		this.#dashboard.away = false;
		const open = () => this.#store.held.frames > 0 || this.#locals.some((local) => local.frames.length > 0);
		for (let turn = 0; open(); turn++) {
			expect(turn, "everything arrives").toBeLessThan(2_000);
			for (const local of this.#locals) local.push(this.#gateway, 100);
			vi.advanceTimersByTime(turn % 20 === 19 ? 30_000 : 10);
			this.#dashboard.read(10, true);
		}
	}

	verify(): void {
		const known = BRIDGES.map((name) => this.#dashboard.of(name));
		const sum = (count: (each: Known) => number) => known.reduce((total, each) => total + count(each), 0);
		const samples = sum((each) => each.samples.size + each.gaps.samples);
		const events = sum((each) => each.events.size + each.gaps.events);
		if (this.#dashboard.forgetful) {
			// What it had once may be part of a gap on its second way.
			expect(samples).toBeGreaterThanOrEqual(this.#samples);
			expect(events).toBeGreaterThanOrEqual(this.#events);
		} else {
			expect(samples, "each sample arrived or is counted in a gap").toBe(this.#samples);
			expect(events, "each event arrived or is counted in a gap").toBe(this.#events);
			if (this.#store.evicted + this.#shed === 0)
				expect(
					sum((each) => each.gaps.samples + each.gaps.events),
					"no gap without need",
				).toBe(0);
		}
		for (const [i, local] of this.#locals.entries()) {
			expect(known[i]?.series, "series are never lost").toBe(local.series);
			expect(known[i]?.workers, "the newest state is there").toEqual(local.workers);
		}
	}

	stop(): void {
		this.#gateway.stop();
		vi.clearAllTimers();
	}
}
