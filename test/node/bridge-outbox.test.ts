/**
 * Whatever a link does to an outbox (lose pushes, lose acknowledgements, break, forget) and however full it gets, the other end sees every
 * number once and in order, each sample arrives or is counted in a gap, series always arrive, and no state patch comes without its base.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Outbox } from "../../colony-bridge/bridge/outbox.ts";
import type { Frame } from "../../colony-bridge/bridge/outbox-entry.ts";
import type { UpFrame } from "../../colony-bridge/protocol/up.ts";

type Step =
	| { do: "tick"; samples: number }
	| { do: "events"; events: number }
	| { do: "state"; bytes: number }
	| { do: "series" }
	| { do: "pump" }
	| { do: "deliver"; pushes: number; ack: boolean }
	| { do: "cut" }
	| { do: "forget" };

const step: fc.Arbitrary<Step> = fc.oneof(
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

class Run {
	readonly bufferBytes: number;
	readonly outbox: Outbox;
	receiver = new Receiver();
	wire: string[] = [];
	samples = 0;
	events = 0;
	series = 0;
	version = 0;
	/** What a receiver that has forgotten once knew. */
	past: Receiver[] = [];

	constructor(bufferBytes: number) {
		this.bufferBytes = bufferBytes;
		this.outbox = new Outbox({ bufferBytes, pushBytes: 400, window: 3 });
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
				for (let push = this.outbox.next(); push !== undefined; push = this.outbox.next()) this.wire.push(push);
				break;
			case "deliver":
				for (const push of this.wire.splice(0, action.pushes)) this.receiver.take(push);
				if (action.ack && this.receiver.lastSeq > 0) expect(this.outbox.ack(this.receiver.lastSeq)).toBe(true);
				break;
			case "cut":
				this.wire = [];
				expect(this.outbox.resume(this.receiver.lastSeq)).toBe(true);
				break;
			case "forget":
				this.#forget();
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
		if (this.outbox.acked === 0) {
			expect(this.outbox.resume(0)).toBe(true);
			return;
		}
		expect(this.outbox.resume(0), "a cluster that has less than it acknowledged is found out").toBe(false);
		const series = Array.from({ length: this.series }, (_, id) => ({ id, name: "a", type: "gauge" as const }));
		this.version += 1;
		this.outbox.renew([{ type: "series", series }, this.#state(true, 10)]);
	}

	/** Droppable, unsent frames stay below the bound; what was sent or is never dropped comes on top. */
	#bounded(): void {
		const announced = (this.series + 1) * 200;
		expect(this.outbox.bytes).toBeLessThanOrEqual(this.bufferBytes * 1.5 + announced + 2000);
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

describe("the outbox", () => {
	test("keeps its promises whatever happens to the link", () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200, size: "max" }), fc.integer({ min: 1000, max: 6000 }), (steps, bufferBytes) => {
				const run = new Run(bufferBytes);
				for (const action of steps) run.apply(action);
				run.drain();
				run.verify();
			}),
			{ numRuns: 200 },
		);
	});

	test("drops nothing while there is room", () => {
		const run = new Run(1_000_000);
		for (let i = 0; i < 200; i++) run.apply({ do: "tick", samples: 10 });
		run.drain();
		expect(run.outbox.gaps).toEqual({ count: 0, samples: 0, events: 0 });
		expect(run.receiver.samples.size).toBe(2000);
	});

	test("a run of dropped frames becomes one gap with its instants, and series in between stay", () => {
		const outbox = new Outbox({ bufferBytes: 1000 });
		for (let i = 1; i <= 10; i++) outbox.put({ type: "tick", at: i, ids: [0], values: [i] });
		outbox.put({ type: "series", series: [{ id: 1, name: "kept", type: "gauge" }] });
		for (let i = 11; i <= 30; i++) outbox.put({ type: "tick", at: i, ids: [0], values: [i] });
		const frames: UpFrame[] = [];
		for (let push = outbox.next(); push !== undefined; push = outbox.next()) {
			frames.push(...push.split("\n").map((line) => JSON.parse(line) as UpFrame));
			outbox.ack(frames.at(-1)?.seq ?? 0);
		}
		const gaps = frames.filter((frame) => frame.type === "gap");
		expect(frames.map(({ seq }) => seq)).toEqual(frames.map(({ seq }) => seq).toSorted((a, b) => a - b));
		expect(gaps[0]).toMatchObject({ first: 1, seq: 10, samples: 10, events: 0, from: 1, until: 10 });
		expect(frames[1]).toMatchObject({ type: "series", seq: 11 });
		expect(gaps[1]).toMatchObject({ first: 12, from: 11 });
		expect(gaps).toHaveLength(2);
		expect(outbox.gaps.count).toBe(2);
		expect(outbox.gaps.samples + frames.filter(({ type }) => type === "tick").length).toBe(30);
	});

	test("a state patch on a state that was dropped is not kept, and a whole one heals it", () => {
		const outbox = new Outbox({ bufferBytes: 1000 });
		const patch: Frame = { type: "state", at: 1, workers: { set: [{ id: "w", status: "idle" }] } };
		while (!outbox.stateLost) outbox.put(patch);
		expect(outbox.put(patch)).toBeUndefined();
		expect(outbox.put({ type: "state", at: 2, workers: { replace: true } })).toBeGreaterThan(0);
		expect(outbox.stateLost).toBe(false);
		expect(outbox.put(patch)).toBeGreaterThan(0);
	});

	test("a whole state before the loss does not heal it", () => {
		const outbox = new Outbox({ bufferBytes: 1000 });
		const patch: Frame = { type: "state", at: 1, workers: { set: [{ id: "w".repeat(100), status: "idle" }] } };
		outbox.put({ type: "state", at: 1, workers: { replace: true } });
		outbox.next();
		while (!outbox.stateLost) outbox.put(patch);
		for (let i = 0; i < 40; i++) outbox.put({ type: "tick", at: 2, ids: [0, 0, 0], values: [1, 2, 3] });
		expect(outbox.stateLost).toBe(true);
	});

	test("a frame that no push could carry is refused and changes nothing", () => {
		const outbox = new Outbox();
		const text = "x".repeat(8000);
		const events = Array.from({ length: 130 }, () => ({ type: "log" as const, at: 1, level: "INFO" as const, message: text }));
		expect(() => outbox.put({ type: "events", events })).toThrow(/events frame of 10\d{5} bytes is too large/);
		expect(outbox.seq).toBe(0);
		expect(outbox.frames).toBe(0);
	});

	test("a push stays near its size, and the window bounds what is on the way", () => {
		const outbox = new Outbox({ pushBytes: 1000, window: 2 });
		for (let i = 0; i < 100; i++) outbox.put({ type: "tick", at: i, ids: [0], values: [i] });
		const pushes = [outbox.next(), outbox.next(), outbox.next()];
		expect(pushes[2]).toBeUndefined();
		for (const push of pushes.slice(0, 2)) expect(Buffer.byteLength(push ?? "")).toBeLessThanOrEqual(1000);
		outbox.ack(outbox.acked + (pushes[0]?.split("\n").length ?? 0));
		expect(outbox.next()).toBeDefined();
	});

	test("an acknowledgement of what was never sent is refused", () => {
		const outbox = new Outbox();
		outbox.put({ type: "tick", at: 1, ids: [], values: [] });
		expect(outbox.ack(1)).toBe(false);
		expect(outbox.resume(7)).toBe(false);
		outbox.next();
		expect(outbox.ack(1)).toBe(true);
	});
});
