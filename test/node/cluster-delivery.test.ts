/** Bridges that reconnect, come twice, have another clock, or were away for hours. */
import { describe, expect, test } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { hello, Line, Rig, START } from "./cluster-rig.ts";

const HOUR = 3_600_000;
const series = (seq: number, name = "a") => ({ type: "series", seq, series: [{ id: 0, name, type: "gauge" }] });
const tick = (seq: number, at: number, value = seq) => ({ type: "tick", seq, at, ids: [0], values: [value] });
const state = (seq: number) => ({ type: "state", seq, at: START, workers: { replace: true, set: [{ id: "w", status: "idle" }] } });
const links = (rig: Rig) => rig.ask({ kind: "cluster" }).view.links;
const fatal = (frames: readonly DownFrame[]) => frames.find((frame) => frame.type === "error" && frame.fatal);

test("a run that first reports only left-out entries keeps the state of the run before", () => {
	const rig = new Rig();
	const state = (seq: number, more: object) => ({ type: "state", seq, at: rig.now, ...more });
	rig.push(hello(), state(1, { workers: { replace: true, set: [{ id: "worker-1", status: "idle" }] } }));
	rig.pass(1000);
	const epoch = rig.now;
	const told = () => ({
		workers: rig.ask({ kind: "workers", limit: 10 }).rows.map(({ id }) => id),
		reasons: rig.ask({ kind: "cluster" }).view.leftOut?.rows.map(({ reason }) => reason),
	});
	rig.push(hello({ epoch }), state(1, { leftOut: [{ field: "snapshot", count: 1, reason: "the hive is shut" }] }));
	expect(told()).toEqual({ workers: ["worker-1"], reasons: ["the hive is shut"] });
	rig.push(hello({ epoch }), state(2, { workers: { set: [{ id: "worker-2", status: "idle" }] }, leftOut: [] }));
	expect(told()).toEqual({ workers: ["worker-2"] });
});

describe("two processes with one spool's epoch", () => {
	test("D6: the process started first is refused from then on, on its socket and over HTTP", () => {
		const rig = new Rig();
		const first = new Line(rig, "bridge");
		first.say(hello({ started: START }), state(1));
		const second = new Line(rig, "bridge");
		second.say(hello({ started: START + 1 }), state(2));
		expect(second.take()[0]).toMatchObject({ type: "welcome", lastSeq: 1 });
		expect(first.take().at(-1)).toMatchObject({ kind: "superseded", fatal: true });
		expect(first.closedWith).toBe(4009);
		const words = /"bridge-1" started 2026-01-01T00:00:00.000Z was superseded by the one started 2026-01-01T00:00:00.001Z/;
		expect(fatal(rig.push(hello({ started: START }), state(3)))).toMatchObject({
			kind: "superseded",
			detail: expect.stringMatching(words),
		});
		expect(fatal(rig.push(hello(), state(3))), "one that does not say").toMatchObject({ kind: "superseded" });
		second.say(state(3));
		expect(second.take()).toEqual([{ type: "ack", seq: 3 }]);
		expect(rig.ask({ kind: "marks", limit: 5 }).rows[0]).toMatchObject({ kind: "start", text: "bridge-1 started again" });
	});

	test("the two are distinguished after a restart of the cluster, with sleeping sockets too", () => {
		const rig = new Rig();
		const line = new Line(rig, "bridge");
		line.say(hello({ started: START }), state(1));
		rig.restart([line]);
		expect(fatal(rig.push(hello({ started: START - 1 }), state(2)))).toMatchObject({ kind: "superseded" });
		line.take();
		line.say(state(2));
		expect(line.take().at(-1)).toEqual({ type: "ack", seq: 2 });
		rig.push(hello({ started: START + 5 }));
		expect(line.closedWith).toBe(4009);
	});
});

describe("clocks", () => {
	test("welcome gives the instant back that hello was sent at, with the cluster's own", () => {
		const rig = new Rig();
		expect(rig.push(hello({ sent: 17 }))[0]).toMatchObject({ type: "welcome", clock: { sent: 17, received: START, answered: START } });
		expect(rig.push(hello())[0]).not.toHaveProperty("clock");
	});

	test("a bridge's measure is shown where it is more than a second", () => {
		const rig = new Rig();
		rig.push(hello({ skewMs: 900 }), state(1));
		expect(links(rig)[0]).not.toHaveProperty("skewMs");
		rig.push(hello({ skewMs: -61_000 }));
		expect(links(rig)[0]).toMatchObject({ skewMs: -61_000 });
		rig.push(hello());
		expect(links(rig)[0], "one that does not say takes nothing back").toMatchObject({ skewMs: -61_000 });
		rig.restart();
		expect(links(rig)[0]).toMatchObject({ skewMs: -61_000 });
	});
});

describe("after an absence", () => {
	test("the age of the newest samples is shown until they have caught up", () => {
		const rig = new Rig();
		rig.push(hello(), series(1), tick(2, START - 8 * HOUR));
		expect(links(rig)[0]).toMatchObject({ backlogMs: 8 * HOUR });
		rig.push(hello(), tick(3, START - HOUR));
		expect(links(rig)[0]).toMatchObject({ backlogMs: HOUR });
		rig.push(hello(), tick(4, START - 5000));
		expect(links(rig)[0]).not.toHaveProperty("backlogMs");
	});

	test("samples older than the retention are counted and marked, never dropped silently", () => {
		const rig = new Rig({ history: { rawMs: 4 * HOUR } });
		rig.push(hello({ bridge: "other" }), series(1, "b"), tick(2, START));
		const late = [tick(2, START - 9 * HOUR), tick(3, START - 7 * HOUR), tick(4, START - HOUR), tick(5, START - 60_000)];
		expect(rig.push(hello(), series(1), ...late).at(-1)).toEqual({ type: "ack", seq: 5 });
		rig.restart();
		expect(links(rig).find(({ bridge }) => bridge === "bridge-1")?.gaps).toEqual({ count: 1, samples: 2, events: 0 });
		const text = "2 samples of bridge-1 came too late: samples that old are no longer kept";
		const mark = { kind: "gap", at: START - 9 * HOUR, until: START - 7 * HOUR, text };
		expect(rig.ask({ kind: "marks", limit: 1 }).rows).toMatchObject([mark]);
		expect(rig.push(hello(), tick(6, START)).at(-1)).toEqual({ type: "ack", seq: 6 });
		const kept = rig.ask({ kind: "samples", selectors: ["a"], range: "12h", points: 100 }).series[0];
		expect(kept).toMatchObject({ at: [START - HOUR, START - 60_000, START], values: [4, 5, 6] });
	});
});

describe("viewers", () => {
	test("a client without a socket counts as a viewer for half a minute", () => {
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		bridge.say(hello(), state(1));
		expect(bridge.take()).toContainEqual({ type: "viewers", count: 0 });
		links(rig);
		links(rig);
		expect(bridge.take()).toEqual([{ type: "viewers", count: 1 }]);
		rig.pass(29_000);
		bridge.say(state(2));
		expect(bridge.take()).toEqual([{ type: "ack", seq: 2 }]);
		rig.pass(1000);
		bridge.say(state(3));
		expect(bridge.take()).toEqual([
			{ type: "viewers", count: 0 },
			{ type: "ack", seq: 3 },
		]);
	});
});
