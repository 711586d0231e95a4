/** A windowed stream: its numbers, its checkpoints, and that a failure or a restart loses nothing and doubles nothing. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LocalColony } from "../../colony-bridge/local-colony/local-colony.ts";
import { WindowedStream } from "../../colony-bridge/local-colony/stream.ts";
import type { StreamOptions } from "../../colony-bridge/local-colony/stream-options.ts";
import type { FiredWindow } from "../../colony-bridge/local-colony/tumbling-windows.ts";
import { Stream } from "../../colony-bridge/protocol/wire/state.ts";
import { type Reading, RULES } from "./stream-readings.ts";
import { until } from "./until.ts";

let directory: string;
let streams: { stop(): Promise<void> }[];
let lines: string[];
let out: FiredWindow<number>[];

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "stream-"));
	streams = [];
	lines = [];
	out = [];
});
afterEach(async () => {
	await Promise.all(streams.map((stream) => stream.stop()));
	rmSync(directory, { recursive: true, force: true });
});

function open(more: Partial<StreamOptions<Reading, number>> = {}): WindowedStream<Reading, number> {
	const options = {
		...RULES,
		name: "sums",
		emit: (window: FiredWindow<number>) => void out.push(window),
		checkpoint: { directory },
		...more,
	};
	const stream = new WindowedStream(options, (level, message) => lines.push(`${level} ${message}`));
	streams.push(stream);
	return stream;
}

const processed = (stream: WindowedStream<Reading, number>, count: number) =>
	until(() => stream.numbers().processed >= count && stream.status === "running", `${count} records`);

describe("a stream", () => {
	test("reports its metrics", async () => {
		const stream = open();
		expect(await stream.start()).toBe(0);
		for (const at of [100, 101, 112, 135, 104]) await stream.push({ at, key: "a", n: 2 });
		await processed(stream, 5);
		expect(out).toEqual([
			{ key: "a", start: 100, end: 110, value: 4, records: 2 },
			{ key: "a", start: 110, end: 120, value: 2, records: 1 },
		]);
		const numbers = stream.numbers();
		expect(numbers).toMatchObject({
			recordsIn: 5,
			processed: 5,
			recordsOut: 2,
			late: 1,
			fired: 2,
			openWindows: 1,
			bufferFill: 0,
			skipped: 0,
		});
		expect(numbers.lagSeconds).toBeCloseTo((Date.now() - 130) / 1000, -1);
		expect(v.parse(Stream, stream.view())).toMatchObject({ status: "running", watermark: 130, windows: { open: 1, fired: 2, late: 1 } });
	});

	test("resumes in the next process from the checkpoint", async () => {
		const first = open();
		await first.start();
		for (const at of [100, 101, 112, 118]) await first.push({ at, key: "a", n: 1 });
		await first.stop();
		expect(first.checkpoints.at(-1)).toMatchObject({ status: "completed", progress: 1, bytes: expect.any(Number) });
		expect(out).toEqual([{ key: "a", start: 100, end: 110, value: 2, records: 2 }]);

		const second = open();
		expect(await second.start()).toBe(4);
		await second.push({ at: 119, key: "a", n: 1 });
		await second.push({ at: 126, key: "a", n: 1 });
		await processed(second, 6);
		expect(out.at(-1)).toEqual({ key: "a", start: 110, end: 120, value: 3, records: 3 });
		expect(second.numbers()).toMatchObject({ processed: 6, fired: 2, recordsOut: 2 });
		await second.stop();
		expect(Number(second.checkpoints.at(-1)?.id)).toBe(2);
	});

	test("after a failure it resumes from the checkpoint: nothing missing, nothing twice", async () => {
		let fail = true;
		const add = (sum: number, { n }: Reading) => {
			if (n === 7 && fail) {
				fail = false;
				throw new Error("the disk hiccuped");
			}
			return sum + n;
		};
		const stream = open({ add });
		await stream.start();
		for (let at = 100; at < 130; at++) await stream.push({ at, key: "a", n: 1 });
		await processed(stream, 30);
		expect(await stream.checkpoint()).toBe(true);
		for (let at = 130; at < 150; at++) await stream.push({ at, key: "a", n: 1 });
		await stream.push({ at: 150, key: "a", n: 7 });
		for (let at = 151; at < 200; at++) await stream.push({ at, key: "a", n: 1 });
		await processed(stream, 100);
		expect(out.map(({ start, value }) => [start, value])).toEqual([
			[100, 10],
			[110, 10],
			[120, 10],
			[130, 10],
			[140, 10],
			[150, 16],
			[160, 10],
			[170, 10],
			[180, 10],
		]);
		expect(stream.numbers()).toMatchObject({ restores: 1, skipped: 0, processed: 100, recordsOut: 9, fired: 9 });
		expect(lines.join("\n")).toMatch(/ERROR stream sums: record 50 failed: Error: the disk hiccuped; the stream goes back/);
		expect(lines.join("\n")).toMatch(/WARNING stream sums: runs again, 21 records were processed anew/);
	});

	test("a record that fails twice is left out and counted", async () => {
		const add = (sum: number, { n }: Reading) => {
			if (n < 0) throw new RangeError("negative");
			return sum + n;
		};
		const stream = open({ add });
		await stream.start();
		for (const n of [1, 2, -1, 3]) await stream.push({ at: 100, key: "a", n });
		await stream.push({ at: 115, key: "a", n: 0 });
		await processed(stream, 5);
		expect(out).toEqual([{ key: "a", start: 100, end: 110, value: 6, records: 3 }]);
		expect(stream.numbers()).toMatchObject({ restores: 2, skipped: 1 });

		const bare = open({ name: "bare", add, checkpoint: undefined as never });
		await bare.start();
		for (const n of [1, -1, 2]) await bare.push({ at: 100, key: "a", n });
		await bare.push({ at: 115, key: "a", n: 0 });
		await processed(bare, 4);
		expect(out.at(-1)).toMatchObject({ value: 3, records: 2 });
		expect(bare.numbers()).toMatchObject({ restores: 0, skipped: 1 });
	});

	test("whatever fails and whenever it checkpoints, the windows are those of a stream without faults", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ n: fc.integer({ min: 1, max: 5 }), fails: fc.integer({ min: 0, max: 12 }), checkpoint: fc.boolean() }), {
					minLength: 1,
					maxLength: 40,
				}),
				async (plan) => {
					out = [];
					const once = new Set<number>();
					const name = `run-${Math.random()}`;
					const add = (sum: number, { at, n }: Reading) => {
						const step = plan[at - 100];
						if (step?.fails === 0 && !once.has(at)) {
							once.add(at);
							throw new Error("once");
						}
						return sum + n;
					};
					const stream = open({ name, add });
					await stream.start();
					for (const [i, { n, checkpoint }] of plan.entries()) {
						await stream.push({ at: 100 + i, key: "a", n });
						if (checkpoint) await stream.checkpoint();
					}
					await stream.push({ at: 1000, key: "a", n: 0 });
					await processed(stream, plan.length + 1);
					const expected = new Map<number, number>();
					for (const [i, { n }] of plan.entries()) {
						const start = Math.floor((100 + i) / 10) * 10;
						expected.set(start, (expected.get(start) ?? 0) + n);
					}
					expect(new Map(out.map(({ start, value }) => [start, value]))).toEqual(expected);
					expect(out).toHaveLength(expected.size);
					await stream.stop();
				},
			),
			{ numRuns: 25 },
		);
	}, 60_000);

	test("holds a fast source back while its buffer is full", async () => {
		const stream = open({ bufferSize: 10, checkpoint: undefined as never });
		await stream.start();
		let through = 0;
		const pushes = Array.from({ length: 50 }, (_, i) => stream.push({ at: 100 + i, key: "a", n: 1 }).then(() => through++));
		await Promise.resolve();
		expect(stream.numbers().bufferFill).toBe(1);
		expect(through).toBeLessThanOrEqual(10);
		await Promise.all(pushes);
		await processed(stream, 50);
		expect(stream.numbers().recordsIn).toBe(50);
	});

	test("the watermark follows the clock where the source falls silent and may", async () => {
		const stream = open({ idleMs: 50 });
		await stream.start();
		await stream.push({ at: Date.now() - 10_000, key: "a", n: 4 });
		await until(() => out.length === 1, "the window");
		expect(out[0]).toMatchObject({ value: 4 });
	});

	test("is refused options that cannot be right, and records when it does not run", async () => {
		expect(() => open({ windowMs: 0 })).toThrow(/stream "sums": invalid windowMs 0; write a number above 0/);
		expect(() => open({ windowMS: 5 } as never)).toThrow('stream "sums": there is no option "windowMS"; did you mean windowMs?');
		expect(() => open({ checkpoint: { directory: "x", every: 5 } } as never)).toThrow(
			'stream "sums": checkpoint: there is no option "every"; did you mean everyMs?',
		);
		expect(() => open({ outOfOrderMs: -1 })).toThrow(/invalid outOfOrderMs -1/);
		await expect(open().push({ at: 1, key: "a", n: 1 })).rejects.toThrow(/is not running/);
	});

	test("a checkpoint that cannot be written is reported and shown as failed; the stream continues", async () => {
		const blocked = join(directory, "file");
		writeFileSync(blocked, "not a directory");
		const stream = open({ checkpoint: { directory: blocked } });
		await stream.start();
		await stream.push({ at: 100, key: "a", n: 1 });
		await processed(stream, 1);
		expect(await stream.checkpoint()).toBe(false);
		expect(stream.view().checkpoint).toMatchObject({ id: "1", status: "failed" });
		expect(lines.join("\n")).toMatch(/ERROR stream sums: checkpoint 1 failed/);
		expect(stream.status).toBe("running");
	});
});

test("a colony reports its streams and stops them with a last checkpoint", async () => {
	const colony = new LocalColony("streaming", { numWorkers: 1 });
	await colony.start();
	const stream = await colony.stream({ ...RULES, name: "sums", checkpoint: { directory } });
	await stream.push({ at: 100, key: "a", n: 1 });
	await processed(stream, 1);
	const { streams: shown, metrics } = await colony.snapshot();
	expect(shown).toMatchObject([{ id: "sums", status: "running" }]);
	expect(metrics?.find(({ name }) => name === "stream_records_total")).toMatchObject({ labels: { stream: "sums" }, value: 1 });
	await expect(colony.stream({ ...RULES, name: "sums" })).rejects.toThrow(/there is a stream "sums" already/);
	await colony.stop();
	expect(stream.status).toBe("stopped");
	expect(readdirSync(directory)).toEqual(["sums-0000000001.checkpoint"]);
});
