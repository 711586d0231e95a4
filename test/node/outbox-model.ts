/** An outbox, with a spool or without, a link that does its worst, kills, and another end that holds the outbox to its promises. */
import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import type { Frame } from "../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { Spool } from "../../colony-bridge/bridge/outbox/spool.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";

export type Step =
	| { do: "tick"; samples: number }
	| { do: "events"; events: number }
	| { do: "state"; bytes: number }
	| { do: "series" }
	| { do: "pump" }
	| { do: "deliver"; pushes: number; ack: boolean }
	| { do: "cut" }
	| { do: "forget" }
	/** Without a spool nothing happens. `torn`: bytes of a transaction that was being written. */
	| { do: "kill"; torn: number };

export const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 30, arbitrary: fc.record({ do: fc.constant("tick" as const), samples: fc.integer({ min: 0, max: 30 }) }) },
	{ weight: 15, arbitrary: fc.record({ do: fc.constant("events" as const), events: fc.integer({ min: 1, max: 5 }) }) },
	{ weight: 20, arbitrary: fc.record({ do: fc.constant("state" as const), bytes: fc.integer({ min: 0, max: 300 }) }) },
	{ weight: 5, arbitrary: fc.record({ do: fc.constant("series" as const) }) },
	{ weight: 20, arbitrary: fc.record({ do: fc.constant("pump" as const) }) },
	{
		weight: 15,
		arbitrary: fc.record({ do: fc.constant("deliver" as const), pushes: fc.integer({ min: 1, max: 3 }), ack: fc.boolean() }),
	},
	{ weight: 5, arbitrary: fc.record({ do: fc.constant("cut" as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const) }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("kill" as const), torn: fc.nat(40) }) },
);

/** The other end, as the protocol describes it, and what it knows. */
class Receiver {
	lastSeq = 0;
	samples = new Set<number>();
	events = new Set<number>();
	series: number[] = [];
	stateVersion = 0;
	gapSamples = 0;

	take(push: string): void {
		for (const line of push.split("\n")) {
			const frame = JSON.parse(line) as UpFrame;
			if (frame.seq <= this.lastSeq) continue;
			const first = frame.type === "gap" ? frame.first : frame.seq;
			expect(first, "the next frame follows the one before").toBe(this.lastSeq + 1);
			this.lastSeq = frame.seq;
			this.#apply(frame);
		}
	}

	#apply(frame: UpFrame): void {
		if (frame.type === "tick") for (const value of frame.values) this.#once(this.samples, value);
		if (frame.type === "events") for (const event of frame.events) this.#once(this.events, (event as { at: number }).at);
		if (frame.type === "series") for (const { id } of frame.series) this.series.push(id);
		if (frame.type === "gap") this.gapSamples += frame.samples;
		if (frame.type === "state") {
			const version = frame.queued ?? 0;
			if (!frame.workers?.replace) expect(this.stateVersion, "a patch finds the state it leans on").toBe(version - 1);
			this.stateVersion = version;
		}
	}

	#once(known: Set<number>, value: number): void {
		expect(known.has(value), `${value} arrives once`).toBe(false);
		known.add(value);
	}
}

/** Ticks of the model are of 1970. */
const NOW = 1000;

export interface Disk {
	directory: string;
	maxBytes: number;
}

export class Run {
	readonly bufferBytes: number;
	outbox: Outbox;
	#disk: Disk | undefined;
	#spool: Spool | undefined;
	receiver = new Receiver();
	wire: string[] = [];
	samples = 0;
	events = 0;
	series = 0;
	version = 0;
	#epoch = Date.now();
	/** What a receiver that has forgotten once knew. */
	past: Receiver[] = [];

	constructor(bufferBytes: number, disk?: Disk) {
		this.bufferBytes = bufferBytes;
		this.#disk = disk;
		this.outbox = this.#open();
	}

	#open(): Outbox {
		const onError = (message: string) => expect.unreachable(message);
		if (this.#disk) this.#spool = new Spool(this.#disk, { bridge: "model", onError, leastBytes: 0 });
		return new Outbox({ bufferBytes: this.bufferBytes, pushBytes: 400, window: 3, ...(this.#spool && { spool: this.#spool }) });
	}

	close(): void {
		this.#spool?.close();
	}

	apply(action: Step): void {
		const at = 1000 + this.version;
		switch (action.do) {
			case "tick": {
				const values = Array.from({ length: action.samples }, () => this.samples++);
				this.outbox.put({ type: "tick", at, ids: values.map(() => 0), values });
				break;
			}
			case "events": {
				const events = Array.from({ length: action.events }, () => ({ type: "mark" as const, at: this.events++, kind: "k", text: "t" }));
				this.outbox.put({ type: "events", events });
				break;
			}
			case "state":
				this.version += 1;
				this.outbox.put(this.#state(this.outbox.stateLost, action.bytes));
				break;
			case "series":
				this.outbox.put({ type: "series", series: [{ id: this.series++, name: "a", type: "gauge" }] });
				break;
			case "pump":
				for (let push = this.outbox.next(NOW); push !== undefined; push = this.outbox.next(NOW)) this.wire.push(push);
				break;
			case "deliver":
				for (const push of this.wire.splice(0, action.pushes)) this.receiver.take(push);
				if (action.ack && this.receiver.lastSeq > 0) expect(this.outbox.ack(this.receiver.lastSeq)).toBe(true);
				break;
			case "cut":
				this.wire = [];
				expect(this.outbox.resume(this.receiver.lastSeq, NOW)).toBe(true);
				break;
			case "forget":
				this.#forget();
				break;
			case "kill":
				this.#kill(action.torn);
		}
		this.#bounded();
	}

	#state(whole: boolean, bytes: number): Extract<Frame, { type: "state" }> {
		const set = [{ id: "x".repeat(Math.max(1, bytes)).slice(0, 200), status: "idle" as const }];
		return { type: "state", at: 1000 + this.version, queued: this.version, workers: whole ? { replace: true, set } : { set } };
	}

	#forget(): void {
		this.wire = [];
		this.past.push(this.receiver);
		this.receiver = new Receiver();
		const acked = this.outbox.acked;
		if (this.outbox.resume(0, NOW)) expect(acked, "a cluster that has less than it acknowledged is found out").toBe(0);
		else this.#renew();
	}

	/** The process is gone, and what was on the wire with it; the next one finds what the disk had at the end of the turn. */
	#kill(torn: number): void {
		if (!this.#disk || !this.#spool) return;
		this.wire = [];
		this.#spool.commit();
		const directory = `${this.#disk.directory}+`;
		cpSync(this.#disk.directory, directory, { recursive: true });
		appendFileSync(join(directory, "spool.db-wal"), Buffer.alloc(torn, torn));
		this.#spool.close();
		this.#disk = { ...this.#disk, directory };
		this.outbox = this.#open();
		expect(this.#spool.series.map(({ id }) => id)).toEqual(Array.from({ length: this.series }, (_, id) => id));
		if (this.outbox.seq === 0) this.#renew();
		else expect(this.outbox.resume(this.receiver.lastSeq, NOW)).toBe(true);
	}

	#renew(): void {
		const series = Array.from({ length: this.series }, (_, id) => ({ id, name: "a", type: "gauge" as const }));
		this.version += 1;
		this.#epoch += 1;
		this.outbox.renew([{ type: "series", series }, this.#state(true, 10)]);
		this.outbox.begin(this.#epoch);
	}

	/** Droppable frames without a number stay below the bound; what was sent or is never dropped comes on top. */
	#bounded(): void {
		const announced = (this.series + 1) * 200;
		expect(this.outbox.bytes).toBeLessThanOrEqual(this.bufferBytes * 1.5 + announced + 2000);
		// What is under way or never dropped comes on top.
		if (this.#disk && this.#spool) expect(this.#spool.bytes).toBeLessThanOrEqual(this.#disk.maxBytes * 1.5 + 3 * announced + 6000);
	}

	drain(): void {
		this.apply({ do: "cut" });
		for (let turn = 0; this.outbox.frames > 0; turn++) {
			expect(turn, "the outbox drains").toBeLessThan(100_000);
			this.apply({ do: "pump" });
			this.apply({ do: "deliver", pushes: 100, ack: true });
		}
	}

	verify(): void {
		const everyone = [...this.past, this.receiver];
		const arrived = new Set(everyone.flatMap(({ samples }) => [...samples]));
		const heard = new Set(everyone.flatMap(({ events }) => [...events]));
		const [samples, events] = [arrived.size + this.outbox.gaps.samples, heard.size + this.outbox.gaps.events];
		if (this.past.length === 0) {
			expect(samples, "each sample arrived or was counted").toBe(this.samples);
			expect(events, "each event arrived or was counted").toBe(this.events);
			expect(this.receiver.gapSamples, "the gaps that arrived say what was dropped").toBe(this.outbox.gaps.samples);
		} else {
			// What a forgetful receiver had without saying so may be dropped, and counted, on its second way.
			expect(samples).toBeGreaterThanOrEqual(this.samples);
			expect(events).toBeGreaterThanOrEqual(this.events);
		}
		expect(new Set(this.receiver.series).size, "series are never lost").toBe(this.series);
		// The next whole state puts right what was dropped.
		if (!this.outbox.stateLost) expect(this.receiver.stateVersion).toBe(this.version);
	}
}
