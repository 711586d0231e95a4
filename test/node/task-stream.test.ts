/** A task stream of many tasks, against a plain list of them. */
import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Bar, barsOf, encodeBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { encodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import { byName, byResult } from "../../web/task-stream/colours.ts";
import { type StreamState, streamData } from "../../web/task-stream/data.ts";
import { idOf } from "../../web/task-stream/details.ts";
import { type Lane, Lanes } from "../../web/task-stream/lanes.ts";
import { laneLine } from "../../web/task-stream/painter.ts";
import { marks, zoomed } from "../../web/task-stream/time-range.ts";
import { until } from "./until.ts";

type Ran = Bar & { startedAt: number; endedAt: number };
const ran: fc.Arbitrary<Ran> = fc
	.record({
		worker: fc.nat(3),
		name: fc.nat(11),
		startedAt: fc.integer({ min: 1, max: 1000 }),
		ms: fc.nat(300),
		status: fc.constantFrom("completed", "failed"),
	})
	.map(({ worker, name, startedAt, ms, status }) => ({
		number: 0,
		id: "t",
		name: `n${name}`,
		status: status as "completed",
		worker: `worker-${worker}`,
		startedAt,
		endedAt: startedAt + ms,
	}));

function lanesOf(batches: readonly Ran[][]): { lanes: Lanes; all: Ran[] } {
	const lanes = new Lanes();
	const all: Ran[] = [];
	for (const batch of batches) {
		const numbered = batch.map((bar, i) => ({ ...bar, number: all.length + i + 1 }));
		lanes.addEnded(barsOf(numbered), 0);
		all.push(...numbered);
	}
	return { lanes, all };
}

const workerOf = (lanes: Lanes, place: number): Lane => lanes.lanes[place] as Lane;

describe("a task stream", () => {
	test("keeps each lane in order of starts, whatever comes when, and finds what a stretch of time shows", () => {
		fc.assert(
			fc.property(fc.array(fc.array(ran, { maxLength: 90 }), { maxLength: 5 }), fc.nat(1300), (batches, instant) => {
				const { lanes, all } = lanesOf(batches);
				expect(lanes.size).toBe(all.length);
				for (const lane of lanes.lanes) {
					const own = all.filter(({ worker }) => worker === lane.worker);
					const bars = [...lane.bars.subarray(0, lane.length)];
					expect(bars.map((at) => lanes.start[at])).toEqual(own.map(({ startedAt }) => startedAt).sort((a, b) => a - b));
					expect(lane.failed[lane.length - 1]).toBe(own.filter(({ status }) => status === "failed").length);
					const first = lanes.firstAfter(lane, instant);
					expect(bars.slice(0, first).every((at) => (lanes.end[at] as number) <= instant)).toBe(true);
					const hit = lanes.at(lane, instant, 0);
					const under = own.some(({ startedAt, endedAt }) => startedAt <= instant && instant < endedAt);
					expect(hit >= 0).toBe(under);
				}
			}),
			{ numRuns: 60 },
		);
	});

	test("draws every pixel that a task falls on, and failed where one of them failed, however many share it", () => {
		fc.assert(
			fc.property(
				fc.array(ran, { minLength: 1, maxLength: 200 }),
				fc.integer({ min: 1, max: 80 }),
				fc.nat(900),
				fc.integer({ min: 50, max: 1200 }),
				(bars, width, from, span) => {
					const { lanes, all } = lanesOf([bars]);
					const view = { from, until: from + span };
					for (const [place, lane] of lanes.lanes.entries()) {
						const line = new Uint16Array(width);
						laneLine(lanes, workerOf(lanes, place), view, { colours: byName(lanes), failedOnly: false, now: 2000, dots: 1 }, line);
						const perMs = width / span;
						const drawn = new Set<number>();
						for (const { startedAt, endedAt, worker } of all) {
							if (worker !== lane.worker || endedAt <= view.from || startedAt >= view.until) continue;
							const left = Math.max(0, Math.floor((startedAt - from) * perMs));
							const right = Math.max(left + 1, Math.min(width, Math.ceil((endedAt - from) * perMs)));
							for (let x = left; x < right; x++) drawn.add(x);
						}
						for (let x = 0; x < width; x++) {
							// A bar of no length at the very edge may stand on the last pixel.
							if (!drawn.has(x) && x === width - 1) continue;
							expect([x, line[x] !== 0]).toEqual([x, drawn.has(x)]);
						}
					}
				},
			),
			{ numRuns: 100 },
		);
	});

	test("by result, a failed task lies on top of all others and is three pixels wide at least; alone, where only failed ones are asked for", () => {
		fc.assert(
			fc.property(
				fc.array(ran, { minLength: 1, maxLength: 100 }),
				fc.integer({ min: 3, max: 80 }),
				fc.boolean(),
				(bars, width, failedOnly) => {
					const { lanes, all } = lanesOf([bars]);
					const view = { from: 0, until: 1500 };
					for (const [place, lane] of lanes.lanes.entries()) {
						const line = new Uint16Array(width);
						laneLine(lanes, workerOf(lanes, place), view, { colours: byResult(lanes), failedOnly, now: 2000, dots: 1 }, line);
						const red = new Set<number>();
						const perMs = width / 1500;
						for (const { startedAt, endedAt, worker, status } of all) {
							if (status !== "failed" || worker !== lane.worker || endedAt <= 0 || startedAt >= 1500) continue;
							const left = Math.min(width - 1, Math.floor(startedAt * perMs));
							for (let x = left; x < Math.max(left + 1, Math.min(width, Math.ceil(endedAt * perMs))); x++) red.add(x);
						}
						const isFailed = (x: number) => ((line[x] ?? 0) >> 4) % 8 === 1 && ((line[x] ?? 0) & 15) === 2;
						for (const x of red) expect([x, isFailed(x)]).toEqual([x, true]);
						for (let x = 0; x < width; x++) {
							if (failedOnly) expect(line[x] === 0 || isFailed(x)).toBe(true);
							if (isFailed(x)) expect([x - 2, x - 1, x, x + 1, x + 2].filter(isFailed).length).toBeGreaterThanOrEqual(3);
						}
					}
				},
			),
			{ numRuns: 100 },
		);
	});

	test("replaces what runs by what runs now, and forgets nothing that ended", () => {
		const { lanes } = lanesOf([[{ number: 1, id: "a", name: "n", status: "completed", worker: "w", startedAt: 10, endedAt: 20 }]]);
		const open = (ids: string[]) =>
			lanes.setOpen(
				barsOf(ids.map((id, i) => ({ number: 0, id, name: "n", status: "open", worker: i % 2 ? "w" : "v", startedAt: 30 + i }))),
				ids,
				100,
			);
		open(["b", "c", "d"]);
		expect([lanes.size, [...lanes.ids.values()]]).toEqual([4, ["b", "c", "d"]]);
		open(["d"]);
		expect([lanes.size, [...lanes.ids.values()], lanes.nameCounts]).toEqual([2, ["d"], [2]]);
		expect(lanes.lanes.map(({ worker, length }) => [worker, length])).toEqual([
			["w", 1],
			["v", 1],
		]);
	});

	test("a window zooms about an instant that stays, and its marks are round", () => {
		const view = zoomed({ from: 0, until: 1000 }, 250, 0.5);
		expect(view).toEqual({ from: 125, until: 625 });
		expect(marks({ from: 0, until: 3_600_000 }, 6, 0)).toMatchObject({
			step: 600_000,
			at: [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000],
		});
	});
});

describe("the task stream on a page", () => {
	afterEach(() => vi.unstubAllGlobals());

	const bar = (number: number): Bar => ({
		number,
		id: `t${number}`,
		name: "count",
		status: "completed",
		worker: "w",
		startedAt: number,
		endedAt: number + 1,
	});
	/** A server that answers as its log stands. */
	const serving = (server: { log: number; ends: number }) =>
		vi.stubGlobal("fetch", (url: string) => {
			const after = Number(new URL(url, "http://localhost").searchParams.get("after") ?? 0);
			const ended = Array.from({ length: server.ends }, (_, i) => bar(i + 1)).filter(({ number }) => number > after);
			const head = {
				log: server.log,
				at: 1000,
				retained: server.ends,
				first: 1,
				last: server.ends,
				total: server.ends,
				active: 0,
				notHeard: 0,
			};
			return Promise.resolve(new Response(encodeStream(head, [], ended.length > 0 ? [encodeBars(barsOf(ended))] : []) as BodyInit));
		});

	test("names no task of another log by the same number", async () => {
		const asked: string[] = [];
		vi.stubGlobal("fetch", (url: string) => {
			const [, cursor = ""] = /cursor=([^&]*)/.exec(url) ?? [];
			asked.push(cursor);
			return Promise.resolve(Response.json({ tasks: [{ number: 7, id: cursor === "8-1" ? "before" : "after" }] }));
		});
		const named = [];
		for (const log of [1, 1, 2]) named.push(await idOf("http://localhost/history?", 7, log));
		expect(named).toEqual(["before", "before", "after"]);
		expect(asked).toEqual(["8-1", "8-2"]);
	});

	test("goes on with its log, and begins anew with another, however many tasks that has", async () => {
		const server = { log: 1, ends: 50 };
		serving(server);
		let state: StreamState | undefined;
		const data = streamData("http://localhost/stream?", (next) => {
			state = next;
		});
		await data.load();
		expect(state).toMatchObject({ loaded: 50, head: { log: 1, last: 50 } });
		server.ends = 55;
		data.follow();
		await until(() => state?.loaded === 55, "what ended since");
		// The dashboard came back without its data.
		Object.assign(server, { log: 2, ends: 15 });
		data.follow();
		await until(() => state?.head.log === 2, "the other log");
		expect(state).toMatchObject({ loaded: 15, head: { retained: 15, last: 15 } });
		expect(state?.lanes.size).toBe(15);
		data.stop();
	});
});
