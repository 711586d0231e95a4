/**
 * Whatever a link does to an outbox (lose pushes, lose acknowledgements, break, forget) and however full it gets, the other end sees every
 * number once and in order, each sample arrives or is counted in a gap, series always arrive, and no state patch comes without its base.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import type { Frame } from "../../colony-bridge/bridge/outbox/outbox-entry.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { Run, step } from "./outbox-model.ts";

/** Instants of these tests are of 1970. */
const NOW = 1000;

describe("the outbox", () => {
	test("D2, D5: matches its model whatever happens to the link", () => {
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

	test("D1, D2, D5: matches its model with a spool whatever happens to the link and to its process", () => {
		const root = mkdtempSync(join(tmpdir(), "hiveframe-spool-"));
		let runs = 0;
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 120, size: "max" }),
				fc.integer({ min: 1000, max: 6000 }),
				fc.integer({ min: 4000, max: 40_000 }),
				(steps, bufferBytes, maxBytes) => {
					const run = new Run(bufferBytes, { directory: join(root, String(++runs)), maxBytes });
					try {
						for (const action of steps) run.apply(action);
						run.drain();
						run.verify();
					} finally {
						run.close();
					}
				},
			),
			{ numRuns: Number(process.env.RUNS ?? 60), interruptAfterTimeLimit: 12_000 },
		);
		rmSync(root, { recursive: true });
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
		for (let push = outbox.next(NOW); push !== undefined; push = outbox.next(NOW)) {
			frames.push(...push.split("\n").map((line) => JSON.parse(line) as UpFrame));
			outbox.ack(frames.at(-1)?.seq ?? 0);
		}
		const ticks = frames.filter((frame) => frame.type === "tick");
		const kept = ticks.length;
		expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => i + 1));
		expect(frames[0]).toMatchObject({ type: "gap", first: 1, seq: 1, samples: 30 - kept, events: 0, from: 1, until: 30 - kept });
		expect(frames[1]).toMatchObject({ type: "series" });
		expect(ticks.map(({ at }) => at)).toEqual(Array.from({ length: kept }, (_, i) => 31 - kept + i));
		expect(frames).toHaveLength(kept + 2);
		expect(outbox.gaps).toEqual({ count: 1, samples: 30 - kept, events: 0 });
	});

	test("after a day without a link frames in flight become gaps under their numbers, and acknowledged ones count as delivered", () => {
		const outbox = new Outbox({ pushBytes: 250 });
		for (let i = 1; i <= 9; i++) outbox.put({ type: "tick", at: i, ids: [0], values: [i] });
		const sent = [outbox.next(NOW), outbox.next(NOW)].flatMap((push) => (push ?? "").split("\n")).length;
		expect(sent).toBeGreaterThan(2);
		const later = NOW + 25 * 3_600_000;
		outbox.put({ type: "tick", at: later, ids: [0], values: [10] });
		// Only the first frame that was sent arrived.
		expect(outbox.resume(1, later)).toBe(true);
		const frames: UpFrame[] = [];
		for (let push = outbox.next(later); push !== undefined; push = outbox.next(later)) {
			frames.push(...push.split("\n").map((line) => JSON.parse(line) as UpFrame));
			outbox.ack(frames.at(-1)?.seq ?? 0);
		}
		const gaps = frames.filter((frame) => frame.type === "gap");
		expect(gaps.slice(0, sent - 1).map(({ first, seq, samples }) => [first, seq, samples])).toEqual(
			Array.from({ length: sent - 1 }, (_, i) => [i + 2, i + 2, 1]),
		);
		expect(gaps.reduce((sum, { samples }) => sum + samples, 0)).toBe(8);
		expect(outbox.gaps.samples).toBe(8);
		expect(frames.filter((frame) => frame.type === "tick")).toMatchObject([{ at: later, values: [10] }]);
	});

	test("a state patch on a dropped state is not kept, and a whole state repairs it", () => {
		const outbox = new Outbox({ bufferBytes: 1000 });
		const patch: Frame = { type: "state", at: 1, workers: { set: [{ id: "w", status: "idle" }] } };
		while (!outbox.stateLost) outbox.put(patch);
		expect(outbox.put(patch)).toBe(false);
		expect(outbox.put({ type: "state", at: 2, workers: { replace: true } })).toBe(true);
		expect(outbox.stateLost).toBe(false);
		expect(outbox.put(patch)).toBe(true);
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
		const pushes = [outbox.next(NOW), outbox.next(NOW), outbox.next(NOW)];
		expect(pushes[2]).toBeUndefined();
		for (const push of pushes.slice(0, 2)) expect(Buffer.byteLength(push ?? "")).toBeLessThanOrEqual(1000);
		outbox.ack(outbox.acked + (pushes[0]?.split("\n").length ?? 0));
		expect(outbox.next(NOW)).toBeDefined();
	});

	test("an acknowledgement of a number that was never sent is refused", () => {
		const outbox = new Outbox();
		outbox.put({ type: "tick", at: 1, ids: [], values: [] });
		expect(outbox.ack(1)).toBe(false);
		expect(outbox.resume(7)).toBe(false);
		outbox.next();
		expect(outbox.ack(1)).toBe(true);
	});
});
