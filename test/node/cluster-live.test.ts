import { describe, expect, test } from "vitest";
import { PING, type ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { SPOKEN, UNACKNOWLEDGED } from "../../durable/live/viewer.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Line, Rig, START, Watcher } from "./cluster-rig.ts";

const state = (seq: number, ...ids: string[]) => ({
	type: "state",
	seq,
	at: START,
	workers: { replace: true, set: ids.map((id) => ({ id, status: "running" })) },
});
const log = (seq: number, message: string) => ({ type: "events", seq, events: [{ type: "log", at: START, level: "INFO", message }] });

const CLUSTER = { kind: "cluster" };
const LOGS = { kind: "logs", limit: 100 };

function withBridge(): { rig: Rig; bridge: Line } {
	const rig = new Rig();
	const bridge = new Line(rig, "bridge");
	bridge.say(hello());
	bridge.take();
	return { rig, bridge };
}

describe("viewers", () => {
	test("are sent the first change at once and later ones together", () => {
		const { rig, bridge } = withBridge();
		const viewer = new Watcher(rig, [CLUSTER, LOGS]);
		rig.pass(100);
		viewer.take();
		for (let seq = 1; seq <= 10; seq++) bridge.say(log(seq, `line ${seq}`));
		expect(viewer.take()).toHaveLength(1);
		rig.pass(49);
		expect(viewer.take()).toHaveLength(0);
		rig.pass(1);
		expect(viewer.take()).toHaveLength(1);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([CLUSTER, LOGS] as never)).answers);
		rig.pass(1000);
		expect(viewer.take()).toHaveLength(0);
	});

	test("with the same queries share one text, those with overlapping queries share answers", () => {
		const { rig, bridge } = withBridge();
		const same = [1, 2, 3].map(() => new Watcher(rig, [CLUSTER, LOGS]));
		const other = new Watcher(rig, [LOGS]);
		rig.pass(100);
		for (const viewer of [...same, other]) viewer.take();
		bridge.say(log(1, "hello"));
		const [first, ...rest] = same.map((viewer) => viewer.sent[0]);
		for (const text of rest) expect(text).toBe(first);
		expect(other.sent).toHaveLength(1);
		expect(other.answers[0]).toEqual(same[0]?.answers[1]);
	});

	test("that connect while others are behind start from the same position", () => {
		const { rig, bridge } = withBridge();
		const early = new Watcher(rig, [CLUSTER, LOGS]);
		bridge.say(log(1, "one"));
		bridge.say(log(2, "two"));
		const late = new Watcher(rig, [CLUSTER, LOGS]);
		bridge.say(log(3, "three"));
		rig.pass(100);
		expect(early.answers).toEqual(late.answers);
		expect(late.answers).toEqual(wholly(rig.cluster.reader.view([CLUSTER, LOGS] as never)).answers);
	});

	test("do not keep the acknowledgement of a push waiting, however many they are", () => {
		const { rig, bridge } = withBridge();
		const viewers = Array.from({ length: 300 }, () => new Watcher(rig, [CLUSTER, LOGS]));
		rig.pass(100);
		for (const viewer of viewers) viewer.take();
		bridge.take();
		bridge.say(log(1, "one"));
		expect(bridge.take()).toContainEqual({ type: "ack", seq: 1 });
		const sent = () => viewers.filter((viewer) => viewer.sent.length > 0).length;
		expect(sent()).toBe(32);
		// One that goes on to something else meanwhile is sent what it lacks before.
		const [last] = viewers.slice(-1);
		last?.watch([LOGS], true);
		expect(last?.take<ToViewer>()).toMatchObject([{ type: "delta" }, { type: "renewal", answers: [1] }]);
		bridge.say(log(2, "two"));
		rig.pass(1000);
		for (const viewer of viewers) expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view(viewer.queries as never)).answers);
		expect(rig.timers).toBe(0);
	});

	test("that come one after the other while pushes arrive cause no more messages than rounds do, and begin with the present instant", () => {
		const { rig, bridge } = withBridge();
		const viewers: Watcher[] = [];
		for (let n = 1; n <= 200; n++) {
			bridge.say(log(n, `line ${n}`));
			viewers.push(new Watcher(rig, [LOGS]));
			rig.now += 1;
		}
		rig.pass(1000);
		// Of 200 ms.
		expect(viewers[0]?.sent.length).toBeLessThan(50);
		expect(viewers[199]?.sent.length).toBeLessThan(8);
		for (const viewer of viewers) expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([LOGS] as never)).answers);
		rig.pass(3_600_000);
		const late = new Watcher(rig, [LOGS]);
		expect(late.take<ToViewer>()).toMatchObject([{ type: "snapshot", at: rig.now }]);
	});

	test("may change what they watch", () => {
		const { rig, bridge } = withBridge();
		const viewer = new Watcher(rig, [CLUSTER]);
		viewer.say({ type: "watch", queries: [LOGS] });
		viewer.take();
		bridge.say(log(1, "one"));
		rig.pass(100);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([LOGS] as never)).answers);
	});

	test("that change their queries are sent only new answers", () => {
		const { rig, bridge } = withBridge();
		const viewer = new Watcher(rig, [CLUSTER, LOGS, { kind: "errors" }]);
		bridge.say(log(1, "one"));
		rig.pass(100);
		const neighbour = new Watcher(rig, [CLUSTER, LOGS, { kind: "errors" }]);
		// What came since is not with the viewer yet.
		bridge.say(log(2, "two"));
		bridge.say(log(3, "three"));
		viewer.take();
		const queries = [{ kind: "workers" }, LOGS, { kind: "errors" }, CLUSTER];
		viewer.watch(queries, true);
		const [delta, renewal] = viewer.take<ToViewer>();
		expect(delta?.type).toBe("delta");
		expect(renewal).toMatchObject({ type: "renewal", answers: [{ kind: "workers" }, 1, 2, 0] });
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view(queries as never)).answers);
		bridge.say(log(4, "four"));
		rig.pass(100);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view(queries as never)).answers);
		expect(neighbour.answers).toEqual(wholly(rig.cluster.reader.view([CLUSTER, LOGS, { kind: "errors" }] as never)).answers);
	});

	test("that kept nothing are sent everything", () => {
		const { rig } = withBridge();
		const viewer = new Watcher(rig, [CLUSTER, LOGS]);
		rig.restart([viewer]);
		viewer.take();
		viewer.watch([LOGS], true);
		expect(viewer.take<ToViewer>()).toMatchObject([{ type: "snapshot" }]);
	});

	test("that do not acknowledge are closed, and only they", () => {
		const { rig, bridge } = withBridge();
		const quick = new Watcher(rig, [CLUSTER]);
		const slow = new Watcher(rig, [CLUSTER]);
		for (let seq = 1; seq <= 2 * UNACKNOWLEDGED.messages; seq++) {
			bridge.say(log(seq, "x"));
			rig.pass(60);
			if (seq % 16 === 0) quick.seen();
		}
		expect(slow.closedWith).toBe(4008);
		expect(slow.sent.length).toBeLessThanOrEqual(UNACKNOWLEDGED.messages);
		expect(quick.closedWith).toBeUndefined();
		expect(quick.answers).toEqual(wholly(rig.cluster.reader.view([CLUSTER] as never)).answers);
	});

	test.each<[string, (viewer: Watcher, n: number) => void]>([
		["watch anew each time", (viewer, n) => viewer.watch([{ ...LOGS, limit: 100 + n }])],
		["keep what they have", (viewer, n) => viewer.watch([{ ...LOGS, limit: 100 + n }], true)],
		["ask for what does not exist", (viewer) => viewer.say({ type: "watch", queries: [{ kind: "dances" }] })],
		["confirm what they were not sent", (viewer) => viewer.say({ type: "ack", probe: "ffffffff" }, CLUSTER)],
	])("that do not read, and %s, are closed at the same bound", (_, speak) => {
		const { rig, bridge } = withBridge();
		for (let seq = 1; seq <= 100; seq++) bridge.say(log(seq, `${seq} ${"x".repeat(7000)}`));
		const viewer = new Watcher(rig, [LOGS]);
		let chars = 0;
		for (let n = 0; n < 1000 && viewer.closedWith === undefined; n++) {
			rig.pass(1000 / SPOKEN.perSecond);
			speak(viewer, n);
			chars += viewer.sent.reduce((sum, { length }) => sum + length, 0);
			viewer.sent = [];
		}
		expect(viewer.closedWith).toBe(4008);
		expect(chars).toBeLessThan(UNACKNOWLEDGED.chars + 800_000);
		// What it still sends is not heard.
		viewer.watch([CLUSTER]);
		expect(viewer.sent).toEqual([]);
	});

	test("that acknowledge may be sent any amount", () => {
		const { rig, bridge } = withBridge();
		for (let seq = 1; seq <= 100; seq++) bridge.say(log(seq, `${seq} ${"x".repeat(7000)}`));
		const viewer = new Watcher(rig, [LOGS]);
		let chars = 0;
		for (let n = 0; chars < 5 * UNACKNOWLEDGED.chars; n++) {
			rig.pass(100);
			viewer.watch([{ ...LOGS, limit: 100 + (n % 7) }]);
			viewer.seen();
			chars += viewer.sent.reduce((sum, { length }) => sum + length, 0);
			viewer.sent = [];
		}
		expect(viewer.closedWith).toBeUndefined();
	});

	test.each([{ type: "ack", probe: "ffffffff" }, PING])("that send %j more often than a page ever does are closed", (message) => {
		const { rig } = withBridge();
		const viewer = new Line(rig, "viewer");
		viewer.say({ type: "watch", queries: [CLUSTER] });
		let sent = 1;
		for (; viewer.closedWith === undefined; sent++) viewer.say(message);
		expect(viewer.closedWith).toBe(1008);
		expect(sent).toBe(SPOKEN.burst + 1);
		const steady = new Watcher(rig, [CLUSTER]);
		for (let n = 0; n < 1000; n++) {
			rig.pass(1000 / SPOKEN.perSecond);
			steady.say({ type: "ack", probe: "ffffffff" });
		}
		expect(steady.closedWith).toBeUndefined();
	});

	test("whose sockets break are removed", () => {
		const { rig, bridge } = withBridge();
		const viewer = new Watcher(rig, [CLUSTER]);
		bridge.take();
		viewer.closedWith = 1006;
		bridge.say(log(1, "x"));
		expect(bridge.take()).toEqual([
			{ type: "viewers", count: 0 },
			{ type: "ack", seq: 1 },
		]);
	});

	test("that hibernated get a snapshot with the next change, all of a group and newcomers too", () => {
		const { rig, bridge } = withBridge();
		const viewers = [1, 2].map(() => new Watcher(rig, [CLUSTER, LOGS]));
		rig.restart([bridge, ...viewers]);
		for (const viewer of viewers) viewer.take();
		const late = new Watcher(rig, [CLUSTER, LOGS]);
		bridge.say(log(1, "x"));
		rig.pass(100);
		for (const viewer of [...viewers, late]) {
			expect(viewer.take<{ type: string }>()[0]?.type).toBe("snapshot");
			expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view([CLUSTER, LOGS] as never)).answers);
		}
	});
});

test("numbers of a worker follow its series; what did not change is not sent", () => {
	const { rig, bridge } = withBridge();
	const series = [
		{ name: "cpu_percent", labels: { worker: "worker-1" } },
		{ name: "cpu_percent", labels: { worker: "worker-2" } },
		{ name: "tasks_total", labels: { worker: "worker-1", status: "failed" }, type: "counter" },
		{ name: "latency", labels: { worker: "worker-1", le: "0.1" }, type: "bucket" },
		{ name: "cpu_percent" },
	].map((each, id) => ({ id, type: "gauge", ...each }));
	bridge.say({ type: "series", seq: 1, series }, state(2, "worker-1", "worker-2"), {
		type: "tick",
		seq: 3,
		at: START,
		ids: [0, 1, 2, 3, 4],
		values: [10, 20, 3, 4, 5],
	});
	const viewer = new Watcher(rig, [{ kind: "workers", limit: 10 }]);
	const values = () => (viewer.answers[0] as { rows: { values: object }[] }).rows.map((row) => row.values);
	expect(values()).toEqual([{ cpu_percent: 10, 'tasks_total{status="failed"}': 3 }, { cpu_percent: 20 }]);
	rig.pass(5000);
	viewer.take();
	bridge.say({ type: "tick", seq: 4, at: rig.now, ids: [0, 1], values: [11, 20] });
	expect(viewer.take<{ changes: object[] }>()[0]?.changes).toEqual([
		{ index: 0, type: "rows", total: 2, patch: { "worker-1": { values: { cpu_percent: 11 } } } },
	]);
	expect(values()).toEqual([{ cpu_percent: 11, 'tasks_total{status="failed"}': 3 }, { cpu_percent: 20 }]);
	// Ten minutes without a sample, and it is not known any more.
	rig.pass(11 * 60_000);
	bridge.say({ type: "tick", seq: 5, at: rig.now, ids: [1], values: [21] });
	rig.pass(100);
	expect(values()).toEqual([{}, { cpu_percent: 21 }]);
});

describe("bridges", () => {
	test("are told of the first viewer and of the last one's leaving", () => {
		const { rig, bridge } = withBridge();
		const first = new Watcher(rig, [CLUSTER]);
		const second = new Watcher(rig, [LOGS]);
		expect(bridge.take()).toEqual([{ type: "viewers", count: 1 }]);
		const other = new Line(rig, "bridge");
		other.say(hello({ bridge: "bridge-2" }));
		expect(other.take().at(-1)).toEqual({ type: "viewers", count: 2 });
		first.hangUp();
		expect(bridge.take()).toEqual([]);
		second.hangUp();
		expect(bridge.take()).toEqual([{ type: "viewers", count: 0 }]);
	});

	test("that reconnect replace their old connection without losing their sequence number", () => {
		const { rig, bridge } = withBridge();
		bridge.say(state(1, "worker-1"));
		bridge.take();
		const again = new Line(rig, "bridge");
		again.say(hello());
		expect(bridge.closedWith).toBe(1012);
		expect(again.take()).toEqual([expect.objectContaining({ type: "welcome", lastSeq: 1 }), { type: "viewers", count: 0 }]);
		expect(rig.ask({ kind: "cluster" }).view.links[0]?.connected).toBe(true);
		again.hangUp();
		expect(rig.ask({ kind: "cluster" }).view.links[0]?.connected).toBe(false);
	});

	test("are sent nothing by a cluster that is only read", () => {
		const rig = new Rig();
		new Watcher(rig, [CLUSTER, LOGS]);
		rig.pass(600_000);
		expect(rig.sql.rowsWritten).toBe(0);
		expect(rig.sql.all("SELECT name FROM sqlite_schema")).toEqual([]);
	});
});

describe("a delta is small", () => {
	test("with ten thousand workers, all of them changing", () => {
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		const ids = Array.from({ length: 10_000 }, (_, i) => i);
		const patch = (part: number[], status: string) => ({ set: part.map((i) => ({ id: `worker-${i}`, status })) });
		let seq = 0;
		bridge.say(hello());
		for (let from = 0; from < ids.length; from += 5000) {
			const part = ids.slice(from, from + 5000);
			const series = part.map((i) => ({ id: i, name: "cpu_percent", labels: { worker: `worker-${i}` }, type: "gauge" }));
			bridge.say({ type: "series", seq: ++seq, series }, { type: "state", seq: ++seq, at: START, workers: patch(part, "idle") });
		}
		const queries = [
			CLUSTER,
			{ kind: "workers", limit: 500 },
			{ kind: "metrics", selectors: ["cpu_percent"], range: "5m", points: 30, fold: "each" },
		];
		const viewer = new Watcher(rig, queries);
		for (let round = 1; round <= 3; round++) {
			rig.pass(5000);
			bridge.say(
				{ type: "state", seq: ++seq, at: rig.now, workers: patch(ids, round % 2 ? "running" : "idle") },
				{ type: "tick", seq: ++seq, at: rig.now, ids, values: ids.map((i) => ((i * 7 + round * 13) % 1000) / 10) },
			);
			rig.pass(100);
			viewer.seen();
		}
		expect(viewer.longest).toBeGreaterThan(1000);
		expect(viewer.longest).toBeLessThan(64_000);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view(queries as never)).answers);
		expect(viewer.answers[1]).toMatchObject({ total: 10_000 });
	});

	test("and a large one is sent in parts", () => {
		const { rig, bridge } = withBridge();
		const queries = [CLUSTER, ...["DEBUG", "INFO", "WARNING", "ERROR"].map((level) => ({ kind: "logs", limit: 200, level }))];
		const viewer = new Watcher(rig, queries);
		const events = Array.from({ length: 100 }, (_, i) => ({
			type: "log",
			at: START,
			level: "CRITICAL",
			message: `${i} ${"x".repeat(400)}`,
		}));
		bridge.say({ type: "events", seq: 1, events });
		rig.pass(1000);
		expect(viewer.longest).toBeGreaterThan(40_000);
		expect(viewer.longest).toBeLessThan(64_000);
		expect(viewer.answers).toEqual(wholly(rig.cluster.reader.view(queries as never)).answers);
	});
});
