/** Which record falls into which window, and that a checkpoint on disk is a whole one or none. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointStore } from "../../colony-bridge/local-colony/checkpointer.ts";
import { type FiredWindow, TumblingWindows } from "../../colony-bridge/local-colony/tumbling-windows.ts";
import { RULES } from "./stream-readings.ts";

describe("tumbling windows", () => {
	test("fire when the watermark has passed their end, in order, and count what comes too late", () => {
		const windows = new TumblingWindows(RULES);
		const add = (at: number, key = "a") => windows.add({ at, key, n: 1 });
		for (const at of [100, 109, 103]) expect(add(at)).toBe(true);
		add(104, "b");
		expect(windows.watermark).toBe(104);
		expect(windows.fire()).toEqual([]);
		add(125);
		expect(windows.watermark).toBe(120);
		expect(windows.fire()).toEqual([
			{ key: "a", start: 100, end: 110, value: 3, records: 3 },
			{ key: "b", start: 100, end: 110, value: 1, records: 1 },
		]);
		expect(add(119), "its window ended at 120, which has passed").toBe(false);
		expect(windows).toMatchObject({ late: 1, fired: 2, size: 1 });
		expect(add(120)).toBe(true);
		expect(() => windows.add({ at: Number.NaN, key: "a", n: 1 })).toThrow(/event time is NaN/);
	});

	test("every record counts once: in its own window, or as late", () => {
		const record = fc.record({ at: fc.integer({ min: 0, max: 300 }), key: fc.constantFrom("a", "b"), n: fc.integer({ min: 1, max: 9 }) });
		fc.assert(
			fc.property(fc.array(record, { maxLength: 200, size: "max" }), (records) => {
				const windows = new TumblingWindows(RULES);
				const expected = new Map<string, number>();
				const fired: FiredWindow<number>[] = [];
				let watermark = 0;
				let late = 0;
				for (const each of records) {
					const start = Math.floor(each.at / 10) * 10;
					if (start + 10 <= watermark) late += 1;
					else {
						const name = `${start}${each.key}`;
						expected.set(name, (expected.get(name) ?? 0) + each.n);
						watermark = Math.max(watermark, each.at - 5);
					}
					windows.add(each);
					fired.push(...windows.fire());
				}
				windows.advance(1000);
				fired.push(...windows.fire());
				expect(windows.late).toBe(late);
				expect(new Map(fired.map(({ start, key, value }) => [`${start}${key}`, value]))).toEqual(expected);
				expect(fired, "no window fires twice").toHaveLength(expected.size);
				expect(windows.size).toBe(0);
			}),
		);
	});
});

let directory: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "checkpoints-"));
});
afterEach(() => {
	rmSync(directory, { recursive: true, force: true });
});

describe("checkpoints", () => {
	const head = (checkpoint: number) => ({ format: 1 as const, stream: "a/b", checkpoint, offset: checkpoint * 10 });

	test("are restored as they were written, with progress reported, and only the newest are kept", async () => {
		const store = new CheckpointStore(directory, "a/b");
		const content = Array.from({ length: 1200 }, (_, i) => JSON.stringify({ i }));
		const shares: number[] = [];
		for (let n = 1; n <= 5; n++) await store.write(head(n), content, (share) => n === 5 && shares.push(share));
		expect(shares).toEqual([500 / 1200, 1000 / 1200, 1]);
		expect(readdirSync(directory)).toHaveLength(3);
		expect(await store.read()).toEqual({ found: { head: head(5), lines: content }, passedOver: [] });
		expect((await new CheckpointStore(directory, "a").read()).found, "another stream's are not its own").toBeUndefined();
	});

	test("one that is cut off, changed or unfinished is passed over for the one before, in words", async () => {
		const store = new CheckpointStore(directory, "s");
		for (let n = 1; n <= 3; n++) await store.write({ ...head(n), stream: "s" }, ['{"x":1}'], () => {});
		const path = (n: number) => join(directory, `s-000000000${n}.checkpoint`);
		writeFileSync(path(3), readFileSync(path(3), "utf8").slice(0, 60));
		writeFileSync(path(2), readFileSync(path(2), "utf8").replace('{"x":1}', '{"x":2}'));
		writeFileSync(join(directory, "s-0000000004.checkpoint.tmp"), "half");
		const { found, passedOver } = await store.read();
		expect(found?.head.checkpoint).toBe(1);
		expect(passedOver).toEqual([
			"s-0000000003.checkpoint: truncated: no newline at the end",
			"s-0000000002.checkpoint: the checksum does not match",
		]);
	});
});
