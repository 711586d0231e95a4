import { describe, expect, test } from "vitest";
import { wholly } from "../../durable/work/work.ts";
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
	test("is silent after three intervals, whoever reads", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		const at = rig.now;
		rig.pass(14_999);
		expect(cluster(rig)).toMatchObject({ status: "healthy", lastPushAt: at });
		expect(cluster(rig)).not.toHaveProperty("silentSince");
		rig.pass(1);
		expect(cluster(rig)).toMatchObject({ status: "silent", silentSince: at, links: [{ silentSince: at }] });
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

	test("shows to those who look without anything being sent", () => {
		const rig = new Rig();
		rig.push(hello(), state(rig, 1));
		const viewer = new Watcher(rig, [{ kind: "cluster" }]);
		viewer.take();
		rig.pass(20_000);
		expect(viewer.answers).toEqual(wholly(rig.cluster.view([{ kind: "cluster" }])).answers);
		expect(cluster(rig).status).toBe("silent");
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
	});

	test("is noticed on time where its socket has closed", () => {
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		bridge.say(hello(), state(rig, 1));
		rig.pass(2000);
		bridge.hangUp();
		expect(rig.alarmAt).toBe(rig.now - 2000 + 15_001);
		rig.pass(15_000);
		expect(marks(rig)).toEqual(["bridge-1 fell silent"]);
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

	test("short of a look, leaves its trace with the push that ends it", () => {
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

test("one silent bridge of two degrades the cluster, and after a day is let go with all it said", () => {
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
	expect(cluster(rig)).toMatchObject({ status: "degraded", reason: "bridge bridge-1 is silent", workers: { total: 2 } });
	talk(24 * HOUR);
	expect(cluster(rig)).toMatchObject({ status: "healthy", workers: { total: 1 }, links: [{ bridge: "bridge-2" }] });
	expect(marks(rig)[0]).toContain("let go");
	rig.restart();
	expect(cluster(rig)).toMatchObject({ workers: { total: 1 }, links: [{ bridge: "bridge-2" }] });
	// It may come back.
	expect(rig.push(hello(), { ...workers("worker-1") }).at(0)).toMatchObject({ type: "welcome", lastSeq: 0, known: false });
	expect(cluster(rig)).toMatchObject({ status: "healthy", workers: { total: 2 } });
});

test("a bridge that said hello and no more is let go after a day, one with a layout is not", () => {
	const rig = new Rig();
	rig.push(hello({ bridge: "layout" }), { type: "layout", seq: 1, layout: { widgets: [], pages: [] } });
	const passing = new Line(rig, "bridge");
	passing.say(hello({ bridge: "passing" }));
	rig.push(hello({ intervalMs: HOUR }), state(rig, 1));
	for (let seq = 2; seq < 30; seq++) {
		rig.pass(HOUR);
		rig.push(hello({ intervalMs: HOUR }), state(rig, seq));
	}
	expect(cluster(rig).links.map(({ bridge }) => bridge)).toEqual(["bridge-1", "layout"]);
	passing.take();
	passing.say({ type: "state", seq: 1, at: rig.now });
	expect(passing.take()).toEqual([expect.objectContaining({ kind: "no-hello", fatal: true })]);
	passing.hangUp();
	const again = new Line(rig, "bridge");
	again.say(hello({ bridge: "passing" }), { type: "state", seq: 1, at: rig.now });
	expect(again.take()).toContainEqual({ type: "ack", seq: 1 });
});

test("a cluster has so many bridges and no more, and says what to do", () => {
	const rig = new Rig();
	for (let i = 1; i <= 2000; i++) rig.push(hello({ bridge: `pod-${i}` }));
	expect(rig.push(hello({ bridge: "pod-2001" }))).toEqual([
		{ type: "error", kind: "limit", fatal: true, detail: expect.stringContaining("stable names") },
	]);
	expect(rig.push(hello({ bridge: "pod-7" }))).toEqual([expect.objectContaining({ type: "welcome" })]);
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
