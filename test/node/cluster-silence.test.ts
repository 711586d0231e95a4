import { describe, expect, test } from "vitest";
import { stateNumber, stateOf } from "../../colony-bridge/protocol/query/cells.ts";
import { BAR_STATUSES } from "../../colony-bridge/protocol/query/task-bars.ts";
import { decodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import { wholly } from "../../durable/work/work.ts";
import { advancedBy, stepsBehind } from "../../web/live/clock.ts";
import { silentSince } from "../../web/live/liveness.ts";
import { hello, Line, Rig, Watcher } from "./cluster-rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const state = (rig: Rig, seq: number) => ({
	type: "state",
	seq,
	at: rig.now,
	workers: { replace: true, set: [{ id: "worker-1", status: "idle" }] },
});
const cluster = (rig: Rig) => rig.ask({ kind: "cluster" }).view;
const marks = (rig: Rig) =>
	rig
		.ask({ kind: "marks", limit: 100 })
		.rows.filter(({ kind }) => kind === "silence" || kind === "forget")
		.map(({ text }) => text);

describe("a colony that stops talking", () => {
	test("is silent after three intervals, with or without viewers", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		const at = rig.now;
		rig.pass(14_999);
		expect(cluster(rig)).toMatchObject({ status: "healthy", lastPushAt: at });
		expect(cluster(rig)).not.toHaveProperty("silentSince");
		rig.pass(1);
		expect(cluster(rig)).toMatchObject({ status: "silent", silentSince: at, links: [{ lastPushAt: at, intervalMs: 5000 }] });
		rig.restart();
		expect(cluster(rig)).toMatchObject({ status: "silent", silentSince: at });
	});

	test("is written down by the alarm, once", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		rig.pass(HOUR);
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
		expect(rig.alarmAt).toBeUndefined();
		rig.push(hello(), state(rig, 2));
		expect(marks(rig)).toEqual([expect.stringContaining("speaks again after 3600 s"), "bridge-1 fell silent"]);
		expect(cluster(rig).status).toBe("healthy");
		expect(rig.alarmAt).toBeGreaterThan(rig.now);
	});

	test("keeps no timer for viewers alone, and no alarm once the staleness is logged", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		const viewer = new Watcher(rig, [{ kind: "cluster" }]);
		viewer.take();
		rig.pass(20_000);
		// Browsers know by their own clocks; whoever asks is told.
		expect(rig.timers).toBe(0);
		expect(cluster(rig).status).toBe("silent");
		expect(marks(rig)).toEqual([]);
		rig.pass(5 * MINUTE);
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([{ kind: "cluster" }])).answers);
		expect(rig).toMatchObject({ timers: 0, alarmAt: undefined });
	});

	test("is noticed on time where its socket has closed", () => {
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		bridge.say(hello(), state(rig, 1));
		rig.pass(2000);
		bridge.hangUp();
		rig.pass(13_000);
		expect(marks(rig)).toEqual([]);
		rig.pass(1);
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
	});

	test("is detected soon for many bridges that left at once", () => {
		const rig = new Rig();
		const bridges = Array.from({ length: 5 }, (_, n) => {
			const bridge = new Line(rig, "bridge");
			bridge.say(hello({ bridge: `bridge-${n}` }), state(rig, 1));
			rig.pass(100);
			return bridge;
		});
		for (const bridge of bridges) bridge.hangUp();
		rig.pass(16_500);
		expect(marks(rig)).toHaveLength(5);
	});

	test("again is written down again, after a restart too", () => {
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		bridge.say(hello(), state(rig, 1));
		bridge.hangUp();
		rig.pass(MINUTE);
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
		// Its alarm has gone off, and nothing but the log says so.
		rig.restart();
		rig.push(hello(), state(rig, 2));
		expect(rig.alarmAt).toBeGreaterThan(rig.now);
		rig.pass(HOUR);
		expect(marks(rig)).toEqual(["bridge-1 fell silent", expect.stringContaining("speaks again"), "bridge-1 fell silent"]);
	});

	test("between two checks, is recorded with the push that ends it", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		rig.pass(MINUTE);
		rig.push(hello(), state(rig, 2));
		expect(marks(rig)).toEqual(["bridge-1 speaks again after 60 s of silence"]);
	});
});

test("a bridge that only brought a layout is never missed", () => {
	const rig = new Rig();
	rig.push(hello(), { type: "layout", seq: 1, layout: { widgets: [], pages: [] } });
	rig.pass(HOUR);
	expect(cluster(rig)).toMatchObject({ status: "unknown" });
	expect(marks(rig)).toEqual([]);
	rig.push(hello({ bridge: "bridge-2" }), state(rig, 1));
	expect(cluster(rig).status).toBe("healthy");
});

test("one stale bridge of two degrades the cluster, and is forgotten after a day with all its state", () => {
	const rig = new Rig();
	const workers = (id: string) => ({ type: "state", seq: 1, at: rig.now, workers: { set: [{ id, status: "idle" }] } });
	rig.push(hello(), workers("worker-1"));
	rig.push(hello({ bridge: "bridge-2" }), workers("worker-2"));
	let seq = 1;
	const talk = (ms: number) => {
		for (const end = rig.now + ms; rig.now < end; rig.pass(HOUR / 2)) {
			rig.push(hello({ bridge: "bridge-2", intervalMs: HOUR }), { type: "state", seq: ++seq, at: rig.now });
		}
	};
	talk(HOUR);
	expect(cluster(rig)).toMatchObject({
		status: "degraded",
		reason: "bridge bridge-1 is silent: 1 worker not heard",
		workers: { total: 2 },
	});
	talk(24 * HOUR);
	expect(cluster(rig)).toMatchObject({ status: "healthy", workers: { total: 1 }, links: [{ bridge: "bridge-2" }] });
	expect(marks(rig)[0]).toContain("silent for too long");
	rig.restart();
	expect(cluster(rig)).toMatchObject({ workers: { total: 1 }, links: [{ bridge: "bridge-2" }] });
	// It may come back: in another run, told what has arrived of the one that it names.
	const [back] = rig.push(hello(), { type: "state", seq: 2, at: rig.now });
	expect(back).toMatchObject({ type: "welcome", epoch: rig.now, lastSeq: 1 });
	rig.push(hello({ epoch: rig.now }), { ...workers("worker-1") });
	expect(cluster(rig)).toMatchObject({ status: "healthy", workers: { total: 2 } });
});

test("a bridge that sent only hello is forgotten after a day, one with a layout is not", () => {
	const rig = new Rig();
	rig.push(hello({ bridge: "pages" }), { type: "layout", seq: 1, layout: { widgets: [], pages: [] } });
	const passing = new Line(rig, "bridge");
	passing.say(hello({ bridge: "passing" }));
	const listed = () => cluster(rig).links.map(({ bridge, connected, unreported }) => ({ bridge, connected, unreported }));
	expect(listed()).toEqual([{ bridge: "passing", connected: true, unreported: true }]);
	rig.pass(HOUR);
	expect(cluster(rig)).toMatchObject({ status: "unknown", bridges: { total: 1, stale: 0 } });
	expect(silentSince(cluster(rig), rig.now)).toBeUndefined();
	rig.push(hello({ intervalMs: HOUR }), state(rig, 1));
	for (let seq = 2; seq < 30; seq++) {
		rig.pass(HOUR);
		rig.push(hello({ intervalMs: HOUR }), state(rig, seq));
	}
	expect(cluster(rig).links.map(({ bridge }) => bridge)).toEqual(["bridge-1"]);
	expect(rig.ask({ kind: "layout" }).layout).toEqual({ widgets: [], pages: [] });
	passing.take();
	passing.say({ type: "state", seq: 1, at: rig.now });
	expect(passing.take()).toEqual([expect.objectContaining({ kind: "no-hello", fatal: true })]);
	passing.hangUp();
	const again = new Line(rig, "bridge");
	again.say(hello({ bridge: "passing", epoch: 0 }), { type: "state", seq: 1, at: rig.now });
	expect(again.take()).toContainEqual({ type: "ack", seq: 1 });
});

test("one bridge too many is refused with what to do, unless the longest stale one makes room", () => {
	const rig = new Rig();
	for (let i = 1; i <= 2000; i++) rig.push(hello({ bridge: `pod-${i}` }), state(rig, 1));
	expect(rig.push(hello({ bridge: "pod-2001" }))).toEqual([
		{ type: "error", kind: "limit", fatal: true, detail: expect.stringMatching(/this cluster has 2000, .* give some of them a cluster/) },
	]);
	expect(rig.push(hello({ bridge: "pod-7" }))).toEqual([expect.objectContaining({ type: "welcome" })]);
	rig.pass(20_000);
	rig.push(hello({ bridge: "pod-1" }), state(rig, 2));
	for (let i = 2001; i <= 2010; i++) rig.push(hello({ bridge: `pod-${i}` }), state(rig, 1));
	expect(cluster(rig).bridges.total).toBe(2000);
	expect(marks(rig)[0]).toContain("silent for too long");
	// Its place went to another, and its run stays known: nothing that had arrived counts twice.
	expect(rig.push(hello({ bridge: "pod-2" }), state(rig, 2))[0]).toMatchObject({ type: "welcome", lastSeq: 1, epoch: rig.now });
	rig.push(hello({ bridge: "pod-2", epoch: rig.now }), state(rig, 1));
	rig.restart();
	expect(cluster(rig).bridges.total).toBe(2000);
});

test("alarms are seldom set: each is a row written", () => {
	const rig = new Rig();
	const bridge = new Line(rig, "bridge");
	bridge.say(hello());
	for (let seq = 1; seq <= 720; seq++) {
		rig.pass(5000);
		bridge.say(state(rig, seq));
		// As after every sleep of a cluster that is pushed to rarely.
		if (seq % 10 === 0) rig.restart([bridge]);
	}
	expect(rig.alarms).toBeLessThanOrEqual(26);
	rig.pass(HOUR);
	expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
});

test("is judged by the interval that was promised until then: a bridge that rests and is asked to hurry was never silent", () => {
	const rig = new Rig();
	rig.push(hello({ intervalMs: 30_000 }), state(rig, 1));
	rig.pass(27_000);
	// Somebody looks: it promises shorter intervals from now on.
	rig.push(hello({ intervalMs: 5000 }), state(rig, 2));
	expect(marks(rig)).toEqual([]);
	rig.pass(14_999);
	expect(cluster(rig).status).toBe("healthy");
	rig.pass(1);
	expect(cluster(rig).status).toBe("silent");
	// The same for a run that begins anew.
	rig.push(hello({ intervalMs: 60_000 }), state(rig, 3));
	rig.pass(100_000);
	rig.push(hello({ epoch: 2, intervalMs: 5000 }), state(rig, 1));
	expect(marks(rig).filter((text) => text.includes("speaks again"))).toEqual(["bridge-1 speaks again after 15 s of silence"]);
});

describe("state reported by a stale bridge", () => {
	const everything = (rig: Rig, seq: number, name: string) => ({
		type: "state",
		seq,
		at: rig.now,
		workers: {
			set: [
				{ id: `${name}-1`, status: "busy", health: "healthy", tasks: [`${name}-task`] },
				{ id: `${name}-2`, status: "idle" },
			],
		},
		tasks: {
			set: [
				{ id: `${name}-task`, name: "count", status: "running", worker: `${name}-1`, startedAt: rig.now - 5000 },
				{ id: `${name}-next`, name: "count", status: "queued" },
			],
		},
		queued: 3,
		streams: { set: [{ id: `${name}-stream`, status: "running" }] },
		checks: { set: [{ id: `${name}-check`, status: "ok" }] },
	});
	/** Two bridges of which one is silent, since `since`. */
	const half = () => {
		const rig = new Rig();
		rig.push(hello({ capabilities: ["restart"] }), everything(rig, 1, "east"));
		rig.push(hello({ bridge: "bridge-2", capabilities: ["restart"] }), everything(rig, 1, "west"));
		const since = rig.now;
		for (let seq = 2; seq < 6; seq++) {
			rig.pass(5000);
			rig.push(hello({ bridge: "bridge-2", capabilities: ["restart"] }), everything(rig, seq, "west"));
		}
		return { rig, since };
	};

	test("is not heard: in rows, in counts, in the comb, in orders and filters", () => {
		const { rig, since } = half();
		expect(cluster(rig)).toMatchObject({
			status: "degraded",
			reason: "bridge bridge-1 is silent: 2 workers, 1 stream, 1 check not heard",
			findings: [{ page: "/workers", params: { filter: "status=not-heard" } }],
			workers: { total: 4, ready: 2, busy: 1, notHeard: 2, byStatus: { busy: 1, idle: 1, "not-heard": 2 } },
			tasks: { active: 1, queued: 3, notHeard: 4 },
			streams: { total: 2, running: 1, notHeard: 1 },
			checks: { total: 2, ok: 1, notHeard: 1 },
		});
		const unheard = { status: "not-heard", staleSince: since };
		const { rows } = rig.ask<"workers">({ kind: "workers", limit: 10 });
		expect(rows.map(({ id, status }) => [id, status])).toEqual([
			["east-1", "not-heard"],
			["east-2", "not-heard"],
			["west-1", "busy"],
			["west-2", "idle"],
		]);
		expect(rows[0]).toMatchObject({ ...unheard, lastStatus: "busy", tasks: ["east-task"] });
		expect(rows[0]).not.toHaveProperty("health");
		expect(rows[2]).not.toHaveProperty("staleSince");
		const found = (filter: string) => rig.ask<"workers">({ kind: "workers", limit: 10, filter }).rows.map(({ id }) => id);
		expect(found("status=not-heard")).toEqual(["east-1", "east-2"]);
		expect(found("status=busy")).toEqual(["west-1"]);
		const [comb] = rig.ask<"comb">({ kind: "comb" }).rows;
		expect(Array.from(comb?.states ?? "", (_, i) => stateOf(stateNumber(comb?.states ?? "", i)).status)).toEqual(
			rows.map(({ status }) => status),
		);
		expect(rig.ask<"streams">({ kind: "streams", limit: 10 }).rows).toMatchObject([
			{ id: "east-stream", ...unheard, lastStatus: "running" },
			{ id: "west-stream", status: "running" },
		]);
		expect(rig.ask<"checks">({ kind: "checks", limit: 10 }).rows).toMatchObject([
			{ id: "east-check", ...unheard, lastStatus: "ok" },
			{ id: "west-check", status: "ok" },
		]);
		expect(rig.ask<"tasks">({ kind: "tasks", limit: 10 }).rows[0]).toMatchObject({ id: "east-task", ...unheard, lastStatus: "running" });
		expect(rig.ask<"task">({ kind: "task", id: "east-task" })).toMatchObject({ view: { active: unheard } });
	});

	test("ends in the task stream at the bridge's last push", () => {
		const { rig, since } = half();
		const stream = decodeStream(wholly(rig.cluster.reader.taskStream({})).bytes);
		expect(stream).toMatchObject({ active: 1, notHeard: 4, ids: ["east-task", "west-task"] });
		expect(Array.from(stream.open.status, (status) => BAR_STATUSES[status])).toEqual(["not-heard", "open"]);
		expect(stream.open.ended[0]).toBe(since);
	});

	test("is current again with the bridge's next push, and viewers that watched throughout agree", () => {
		const { rig } = half();
		const queries = [{ kind: "cluster" }, { kind: "workers", limit: 10 }, { kind: "comb" }, { kind: "tasks", limit: 10 }] as const;
		const viewer = new Watcher(rig, [...queries]);
		rig.push(hello({ capabilities: ["restart"] }), everything(rig, 2, "east"));
		rig.pass(100);
		viewer.seen();
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([...queries])).answers);
		expect(cluster(rig)).toMatchObject({
			status: "healthy",
			workers: { ready: 4, notHeard: 0 },
			tasks: { active: 2, queued: 6, notHeard: 0 },
		});
		expect(JSON.stringify(rig.ask({ kind: "workers", limit: 10 }))).not.toContain("not-heard");
	});

	test("of all bridges is counted as not heard, for new viewers too", () => {
		const { rig } = half();
		rig.pass(15_000);
		expect(cluster(rig)).toMatchObject({
			status: "silent",
			workers: { total: 4, ready: 0, notHeard: 4 },
			tasks: { active: 0, queued: 0, notHeard: 8 },
		});
		rig.restart();
		expect(cluster(rig)).toMatchObject({ status: "silent", workers: { total: 4, ready: 0, notHeard: 4 } });
	});
});

test("a bridge that only brought pages does not count: beside it a silent colony is silent", () => {
	const rig = new Rig();
	rig.push(hello({ bridge: "pages", intervalMs: HOUR }), { type: "layout", seq: 1, layout: { widgets: [], pages: [] } });
	rig.push(hello(), state(rig, 1));
	rig.pass(MINUTE);
	const view = cluster(rig);
	expect(view).toMatchObject({ status: "silent", bridges: { total: 1, stale: 1 }, links: [{ bridge: "bridge-1" }] });
	expect(silentSince(view, rig.now)).toBe(rig.now - MINUTE);
});

test("a chart ends with the clock, whether or not anything came", () => {
	const rig = new Rig();
	const chart = { kind: "metrics" as const, selectors: ["cpu"], range: "15m", points: 90, fold: "each" as const };
	rig.push(hello(), { type: "series", seq: 1, series: [{ id: 0, name: "cpu", type: "gauge" }] });
	for (let seq = 2; seq < 62; seq++) {
		rig.pass(5000);
		rig.push(hello(), { type: "tick", seq, at: rig.now, ids: [0], values: [seq] });
	}
	const last = rig.now;
	const before = rig.ask<"metrics">(chart);
	rig.pass(10 * MINUTE);
	const after = rig.ask<"metrics">(chart);
	const end = after.start + (after.length - 1) * after.step;
	expect(end - rig.now).toBeLessThan(after.step);
	expect(end).toBeGreaterThanOrEqual(rig.now);
	const known = after.series[0]?.values.findLastIndex((value) => value !== null) ?? -1;
	expect(after.start + known * after.step - last).toBeLessThan(after.step);
	expect(after).toEqual(advancedBy(before, stepsBehind(before, rig.now)));
});

test("a log is identified by its beginning, over restarts", () => {
	const rig = new Rig({ keyframes: { soonest: 1, latest: 2, large: 1 } });
	expect(wholly(rig.cluster.reader.view([])).log).toBe(0);
	rig.push(hello(), state(rig, 1));
	const { log } = wholly(rig.cluster.reader.view([]));
	expect(log).toBe(rig.now);
	for (let seq = 2; seq < 8; seq++) {
		rig.pass(5000);
		rig.push(hello(), state(rig, seq));
	}
	rig.restart();
	expect(wholly(rig.cluster.reader.view([])).log).toBe(log);
	expect(new Watcher(rig, [{ kind: "cluster" }]).take()).toContainEqual(expect.objectContaining({ type: "snapshot", log }));
	expect(decodeStream(wholly(rig.cluster.reader.taskStream({})).bytes).log).toBe(log);
});
