/** Frames on standard input: what a person can print, and what is said to one who printed something else. */
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ColonyEvent } from "../../colony-bridge/protocol/wire/up.ts";
import { StdinSource } from "../../colony-bridge/sources/stdin/stdin-source.ts";
import { values } from "./source-rig.ts";

async function read(...frames: (object | string)[]) {
	const pipe = new PassThrough();
	const events: ColonyEvent[] = [];
	const source = new StdinSource(pipe);
	source.start((event) => events.push(event));
	pipe.end(frames.map((frame) => `${typeof frame === "string" ? frame : JSON.stringify(frame)}\n`).join(""));
	await source.ended;
	const snapshot = source.read();
	return { source, events, snapshot, leftOut: snapshot.leftOut };
}

describe("a frame", () => {
	test("has metrics by name, state that lasts, and events", async () => {
		const before = Date.now();
		const { source, snapshot, events, leftOut } = await read(
			{ metrics: { queue_depth: 3, 'cpu_percent{worker="w1"}': 42.5 } },
			{
				metrics: [
					{ name: "bytes_total", type: "counter", unit: "bytes", value: 7 },
					{ name: "queue_depth", value: 4 },
				],
				queued: 2,
			},
			{ workers: [{ id: "w1", status: "busy", role: "scout" }], health: { status: "degraded", reason: "full" } },
			{ logs: [{ message: "works" }, { at: "2026-11-23T21:06:31Z", level: "ERROR", source: "w1", message: "not" }] },
			{ ended: [{ id: "t", name: "resize", status: "failed", error: { message: "too large" } }] },
			"",
		);
		expect(leftOut).toEqual([]);
		expect(values(snapshot)).toEqual({ queue_depth: 4, 'cpu_percent{worker="w1"}': 42.5, bytes_total: 7 });
		expect(snapshot).toMatchObject({
			queued: 2,
			workers: [{ id: "w1", status: "busy", role: "scout" }],
			health: { status: "degraded", reason: "full" },
		});
		expect(events).toMatchObject([
			{ type: "log", level: "INFO", message: "works" },
			{ type: "log", at: Date.parse("2026-11-23T21:06:31Z"), level: "ERROR", source: "w1" },
			{ type: "taskEnd", id: "t", status: "failed", error: { message: "too large" } },
		]);
		expect((events[0] as { at: number }).at).toBeGreaterThanOrEqual(before);
		expect((events[2] as { endedAt: number }).endedAt).toBeGreaterThanOrEqual(before);
		// A sample is said once; state stands until it is said anew.
		const next = source.read();
		expect(next.metrics).toEqual([]);
		expect(next.workers).toHaveLength(1);
	});

	test.each<[frame: object | string, words: string]>([
		["no json", '"no json" is not JSON'],
		["[1]", '"[1]" is not a JSON object'],
		[{ metric: {} }, 'there is no part "metric"; the parts are health, workers, tasks, queued, streams, checks, metrics, logs, ended'],
		[{ metrics: { "a b": 1 } }, '"a b" is no metric; write name or name{label="value"}'],
		[{ metrics: { a: "1" } }, "metrics.a: expected number, not"],
		[{ workers: [{ id: "w" }] }, "workers.0.status"],
		[{ queued: -1 }, "queued: "],
		[{ logs: [{ message: "x", at: "noon" }] }, 'logs.0.at: "noon" is no instant; write ms since 1970, a Date, or ISO 8601 with a zone'],
		[{ logs: [{ message: "x", lvl: "INFO" }] }, "logs.0.lvl"],
	])("%j is told with its line, changes nothing, and the next one counts", async (frame, words) => {
		const { source, snapshot, events, leftOut } = await read({ queued: 1 }, frame, { metrics: { good: 1 } });
		expect(leftOut).toEqual([{ field: "standard input", count: 1, reason: expect.stringContaining(words), at: expect.any(Number) }]);
		expect(leftOut?.[0]?.reason).toMatch(/^line 2: /);
		expect(snapshot).toMatchObject({ queued: 1, metrics: [{ name: "good" }] });
		expect(events).toEqual([]);
		expect(source.status()).toBe("3 lines, 1 refused");
	});
});
