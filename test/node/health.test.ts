/** Each rule of `durable/view/health-rules.ts`, from healthy to its finding and back. */
import { describe, expect, test } from "vitest";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import type { Checkpoint, Stream, TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const MINUTE = 60_000;

function colony() {
	const rig = new Rig();
	let seq = 0;
	const view = (): ClusterView => rig.ask({ kind: "cluster" }).view;
	const push = (...frames: object[]) => {
		const sent = frames.map((frame) => ({ seq: ++seq, ...frame }));
		expect(rig.push(hello(), ...sent).at(-1)).toEqual({ type: "ack", seq });
	};
	const state = (parts: object) => push({ type: "state", at: rig.now, ...parts });
	state({ workers: { replace: true, set: [{ id: "worker-1", status: "idle" }] } });
	return {
		rig,
		view,
		push,
		state,
		/** Status, reason and where it can be seen. */
		found: () => {
			const { status, findings = [] } = view();
			return [status, ...findings.map(({ status, text, page, params }) => [status, text, page, ...(params ? [params] : [])])];
		},
		stream: (stream: Partial<Stream>) => state({ streams: { set: [{ id: "a/b", status: "running", ...stream }] } }),
		ends: (ends: Partial<TaskEnd>[]) =>
			push({
				type: "events",
				events: ends.map((end, i) => ({ type: "taskEnd", id: `t${i}`, name: "spin", status: "completed", endedAt: rig.now, ...end })),
			}),
		/** The bridge speaks on and says nothing new. */
		minute(lag?: number) {
			for (let i = 0; i < 12; i++) {
				rig.pass(5000);
				if (lag === undefined) push({ type: "tick", at: rig.now, ids: [], values: [] });
				else push({ type: "tick", at: rig.now, ids: [0], values: [lag] });
			}
		},
	};
}

const HEALTHY = ["healthy"];

test("a colony without troubles is healthy, and gives no reason", () => {
	const { found, view } = colony();
	expect(found()).toEqual(HEALTHY);
	expect(view()).not.toHaveProperty("reason");
});

describe("workers", () => {
	const workers = (...statuses: string[]) => ({
		workers: { replace: true, set: statuses.map((status, i) => ({ id: `worker-${i}`, status })) },
	});

	test("one that failed leads to its page, several to all", () => {
		const { state, found } = colony();
		state(workers("failed", "idle", "idle"));
		expect(found()).toEqual(["degraded", ["degraded", "1 of 3 workers failed (worker-0)", "/workers/worker-0"]]);
		state(workers("failed", "failed", "idle"));
		expect(found()).toEqual([
			"degraded",
			["degraded", "2 of 3 workers failed (worker-0, worker-1)", "/workers", { filter: "status=failed" }],
		]);
	});

	test("an unhealthy worker is not a failed one, and each is a finding of its own", () => {
		const { state, found } = colony();
		const busy = { id: "worker-1", status: "busy", health: "unhealthy" };
		state({ workers: { replace: true, set: [busy, ...["a", "b"].map((id) => ({ id, status: "idle" }))] } });
		expect(found()).toEqual(["degraded", ["degraded", "1 of 3 workers unhealthy (worker-1)", "/workers/worker-1"]]);
		state({ workers: { replace: true, set: [busy, { id: "a", status: "failed", health: "unhealthy" }] } });
		expect(found()).toEqual([
			"unhealthy",
			["unhealthy", "1 of 2 workers failed (a)", "/workers/a"],
			["unhealthy", "1 of 2 workers unhealthy (worker-1)", "/workers/worker-1"],
		]);
	});

	test("a colony without a worker that can take work is unhealthy; starting workers count as able", () => {
		const { state, found } = colony();
		state(workers("stopped", "draining"));
		expect(found()).toEqual(["unhealthy", ["unhealthy", "none of 2 workers can take work", "/workers"]]);
		state(workers("stopped", "starting"));
		expect(found()).toEqual(HEALTHY);
	});
});

describe("checkpoints", () => {
	const ended = (n: number, status: Checkpoint["status"]): Checkpoint => ({
		id: String(n),
		status,
		startedAt: START + n,
		endedAt: START + n + 1,
	});

	test("one failure is no finding, two degrade, five are unhealthy; a completed one ends it, a running one changes nothing", () => {
		const { stream, found, view } = colony();
		stream({ checkpoint: ended(1, "completed") });
		stream({ checkpoint: ended(2, "failed") });
		expect(found()).toEqual(HEALTHY);
		stream({ checkpoint: ended(3, "failed") });
		expect(found()).toEqual(["degraded", ["degraded", "the last 2 checkpoints of stream a/b failed", "/streaming/a%2Fb"]]);
		for (const n of [4, 5]) stream({ checkpoint: ended(n, "failed") });
		stream({ checkpoint: { ...ended(6, "failed"), message: "the disk is full" } });
		stream({ checkpoint: { id: "7", status: "running", startedAt: START + 7 } });
		expect(found()).toEqual(["unhealthy", ["unhealthy", "the last 5 checkpoints of stream a/b failed", "/streaming/a%2Fb"]]);
		expect(view().findings?.[0]).toMatchObject({ message: "the disk is full", since: START + 3 });
		stream({ checkpoint: ended(7, "completed") });
		expect(found()).toEqual(HEALTHY);
	});

	test("they count though the colony calls itself healthy: it may not look at them", () => {
		const { stream, state, view } = colony();
		state({ health: { status: "healthy" } });
		for (const n of [1, 2]) stream({ checkpoint: ended(n, "failed") });
		expect(view().status).toBe("degraded");
	});
});

test("a stream held back half of its time names the operator", () => {
	const { stream, found } = colony();
	const operators = (backPressured: number) => ({ operators: [{ id: "map", name: "map", subtasks: [{ id: "0", backPressured }] }] });
	stream(operators(0.49));
	expect(found()).toEqual(HEALTHY);
	stream(operators(0.87));
	const text = "stream a/b is back-pressured: map waits 87 % of its time for the operators after it";
	expect(found()).toEqual(["degraded", ["degraded", text, "/streaming/a%2Fb"]]);
	const sum = { id: "sum", name: "sum", inputs: ["map"], subtasks: [{ id: "0", busy: 0.98 }] };
	stream({ operators: [...operators(0.87).operators, sum] });
	expect(found()).toEqual(["degraded", ["degraded", "stream a/b: sum is 98 % busy and holds back map", "/streaming/a%2Fb"]]);
});

test("lag counts where it grows; much of it that stays is the stream's own way", () => {
	const { stream, push, minute, view, found } = colony();
	stream({});
	push({ type: "series", series: [{ id: 0, name: "stream_lag_seconds", labels: { stream: "a/b" }, type: "gauge", unit: "seconds" }] });
	for (const lag of [50, 50, 50, 50]) minute(lag);
	expect(found()).toEqual(HEALTHY);
	for (const lag of [65, 80, 95, 110]) minute(lag);
	expect(found()[0]).toBe("degraded");
	expect(view().reason).toMatch(/^stream a\/b lags \d+ s, growing \d+ s per minute$/);
	for (const lag of [700, 800, 900, 1000]) minute(lag);
	expect(view().status).toBe("unhealthy");
	for (const lag of [900, 700, 500, 300]) minute(lag);
	expect(found()).toEqual(HEALTHY);
});

describe("tasks", () => {
	const failed = (n: number, name = "spin"): Partial<TaskEnd>[] => Array.from({ length: n }, () => ({ name, status: "failed" }));
	const completed = (n: number): Partial<TaskEnd>[] => Array.from({ length: n }, () => ({ name: "walk" }));

	test("failures count by their share, lead to those that failed, and fade", () => {
		const { ends, found, view, minute } = colony();
		ends(failed(2));
		expect(found()).toEqual(HEALTHY);
		ends([...completed(6), ...failed(2)]);
		expect(found()).toEqual(["degraded", ["degraded", "40 % of tasks fail", "/tasks", { status: "failed" }]]);
		ends(failed(20));
		const text = "80 % of tasks fail, all spin tasks among them";
		expect(found()).toEqual(["unhealthy", ["unhealthy", text, "/tasks", { status: "failed", name: "spin" }]]);
		for (let i = 0; i < 5; i++) minute();
		expect(view().status).toBe("healthy");
	});

	test("one name that fails among many that do not is found by its name, after a restart too", () => {
		const { rig, ends, found } = colony();
		ends([...completed(100), ...failed(6, "stumble")]);
		const wanted = ["degraded", ["degraded", "all stumble tasks fail", "/tasks", { status: "failed", name: "stumble" }]];
		expect(found()).toEqual(wanted);
		rig.restart();
		expect(found()).toEqual(wanted);
	});
});

describe("bridges", () => {
	test("dropped frames are a finding for a quarter of an hour", () => {
		const { push, rig, found, minute } = colony();
		push({ type: "gap", first: 1, from: rig.now - 5000, until: rig.now, samples: 120, events: 3 });
		rig.pass(1000);
		expect(found()).toEqual(["degraded", ["degraded", "bridge bridge-1 lost 120 samples and 3 events in 1 gap", "/#events"]]);
		for (let i = 0; i < 16; i++) minute();
		expect(found()).toEqual(["healthy", ["healthy", "bridge bridge-1 lost 120 samples and 3 events in 1 gap", "/#events"]]);
		rig.pass(24 * 60 * MINUTE);
		push({ type: "tick", at: rig.now, ids: [], values: [] });
		expect(found()).toEqual(HEALTHY);
	});

	test("entries left out are a finding for as long as they are, dropped events for a quarter of an hour", () => {
		const { state, rig, found, minute } = colony();
		const missing = { field: "workers.startedAt", count: 1_200, reason: "no instant" };
		state({ leftOut: [{ field: "logs.level", count: 9_000, reason: "LOUD", at: rig.now }, missing] });
		const words = "bridge bridge-1 left out 1,200 entries at workers.startedAt";
		expect(found()).toEqual(["degraded", ["degraded", `${words}, and at 1 more`, "/#left-out"]]);
		for (let i = 0; i < 16; i++) minute();
		expect(found()).toEqual(["degraded", ["degraded", words, "/#left-out"]]);
		state({ leftOut: [] });
		expect(found()).toEqual(HEALTHY);
	});

	test("old samples are a finding with their age", () => {
		const { push, rig, found, stream } = colony();
		rig.pass(10 * MINUTE);
		push({ type: "tick", at: rig.now - 4 * MINUTE, ids: [], values: [] });
		stream({});
		expect(found()).toEqual(["degraded", ["degraded", "bridge bridge-1 is catching up: its data is 4 min old", "/"]]);
	});
});

test("the worst finding is first; the colony's own words stand for its workers and checks, and link to them", () => {
	const { state, found, view } = colony();
	state({
		health: { status: "degraded", reason: "the queen is tired" },
		workers: { replace: true, set: [{ id: "w", status: "idle", health: "degraded" }] },
		streams: { set: ["s", "t"].map((id) => ({ id, status: "failed" })) },
	});
	expect(found()).toEqual([
		"unhealthy",
		["unhealthy", "stream s failed", "/streaming/s"],
		["unhealthy", "stream t failed", "/streaming/t"],
		["degraded", "the queen is tired", "/workers/w"],
	]);
	expect(view().reason).toBe("stream s failed; stream t failed; the queen is tired");
	// What its parts tell may be worse than its word.
	state({ workers: { replace: true, set: [{ id: "w", status: "failed" }] }, streams: { replace: true, set: [] } });
	expect(found()).toEqual(["unhealthy", ["unhealthy", "the queen is tired", "/workers/w"]]);
});
