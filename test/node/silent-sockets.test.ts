import { describe, expect, test } from "vitest";
import { HELLOS } from "../../durable/live/bridges.ts";
import type { SocketRole } from "../../durable/live/socket.ts";
import { FIRST_WORD_MS, FLOODS, MOST_SILENT } from "../../durable/live/socket-limits.ts";
import { hello, Line, Rig, Watcher } from "./cluster-rig.ts";

const POLICY = 1008;

describe.each<SocketRole>(["bridge", "viewer"])("a %s's socket without messages", (role) => {
	test("is closed on time, without a timer that keeps the cluster awake", () => {
		const rig = new Rig();
		const line = new Line(rig, role);
		expect(rig.timers).toBe(0);
		rig.pass(FIRST_WORD_MS - 1);
		expect(line.closedWith).toBeUndefined();
		rig.pass(1);
		expect(line.closedWith).toBe(POLICY);
		rig.pass(60_000);
		expect(rig).toMatchObject({ timers: 0, alarmAt: undefined });
	});

	test("is closed on time though the cluster slept meanwhile", () => {
		const rig = new Rig();
		const line = new Line(rig, role);
		rig.pass(FIRST_WORD_MS / 2);
		rig.restart([line]);
		rig.pass(FIRST_WORD_MS / 2);
		expect(line.closedWith).toBe(POLICY);
	});

	test("has its time again where the cluster was too busy to hear it", () => {
		const rig = new Rig();
		const line = new Line(rig, role);
		rig.now += FIRST_WORD_MS + 5_000;
		rig.pass(0);
		expect(line.closedWith).toBeUndefined();
		rig.pass(FIRST_WORD_MS);
		expect(line.closedWith).toBe(POLICY);
	});

	test("waits no longer for saying something else", () => {
		const rig = new Rig();
		const line = new Line(rig, role);
		line.say(role === "bridge" ? "ping" : { type: "ack", probe: "none" });
		rig.pass(FIRST_WORD_MS);
		expect(line.closedWith).toBe(POLICY);
	});

	test("makes room for others where there are very many", () => {
		const rig = new Rig();
		const lines = Array.from({ length: MOST_SILENT + 3 }, () => new Line(rig, role));
		expect(lines.map(({ closedWith }) => closedWith === undefined).indexOf(true)).toBe(3);
		// One alarm for all of them.
		expect(rig.alarms).toBe(1);
	});
});

test("a socket with its first message stays", () => {
	const rig = new Rig();
	const bridge = new Line(rig, "bridge");
	const viewer = new Watcher(rig);
	rig.pass(FIRST_WORD_MS - 1);
	bridge.say(hello());
	viewer.watch([{ kind: "cluster" }]);
	rig.restart([bridge, viewer]);
	rig.pass(10 * FIRST_WORD_MS);
	expect([bridge.closedWith, viewer.closedWith]).toEqual([undefined, undefined]);
});

test("a flood of hellos ends its link, changes nothing past the bound, and leaves others alone", () => {
	const rig = new Rig();
	const other = new Line(rig, "bridge");
	other.say(hello({ bridge: "other" }));
	const line = new Line(rig, "bridge");
	for (let n = 0; n < HELLOS.burst; n++) line.say(hello({ epoch: 0 }));
	expect(line.closedWith).toBeUndefined();
	const { position } = rig;
	line.take();
	line.say(hello({ epoch: 0 }));
	expect(line.take()).toMatchObject([
		{ type: "error", kind: "too-many", fatal: true, detail: expect.stringContaining("hellos on one link") },
	]);
	expect(line.closedWith).toBe(POLICY);
	expect(rig.position).toBe(position);
	expect(other.closedWith).toBeUndefined();
});

test("an address that was closed for flooding repeatedly opens one link a second until it has been quiet; others are not limited", () => {
	const rig = new Rig();
	const { cluster } = rig;
	const flood = () => cluster.flooded({ send() {}, close() {}, attachment: undefined, client: "flood" }, "too much");
	for (let n = 0; n < 30; n++) expect(cluster.refusal("flood")).toBeUndefined();
	for (let n = 0; n < 30; n++) flood();
	for (let second = 0; second < 5; second++) {
		expect(cluster.refusal("flood")).toMatchObject({ kind: "too-many", retryAfter: 1, detail: expect.stringContaining("wait 1 s") });
		rig.pass(1000);
		expect(cluster.refusal("flood")).toBeUndefined();
	}
	for (let n = 0; n < 30; n++) expect(cluster.refusal("other")).toBeUndefined();
	rig.pass((FLOODS.burst / FLOODS.perSecond) * 1000);
	for (let n = 0; n < 30; n++) expect(cluster.refusal("flood")).toBeUndefined();
});

test.each<SocketRole>(["bridge", "viewer"])("a %s that sends too much counts as a flood", (role) => {
	const rig = new Rig();
	for (let n = 0; n < FLOODS.burst; n++) {
		const line = new Line(rig, role);
		for (let said = 0; line.closedWith === undefined; said++)
			line.say(role === "bridge" ? hello({ epoch: 0 }) : { type: "ack", probe: `${said}` });
	}
	expect(rig.cluster.refusal()).toMatchObject({ kind: "too-many" });
});
