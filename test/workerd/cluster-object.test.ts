import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import type { ClusterObject } from "../../durable/objects/cluster-object.ts";
import { cluster, granted } from "./calls.ts";
import { Wire } from "./wire.ts";

type Stub = DurableObjectStub<ClusterObject>;

const hello = (more: object = {}) => ({
	type: "hello",
	protocol: PROTOCOL_VERSION,
	bridge: "bridge-1",
	epoch: 1,
	colony: "production",
	capabilities: [],
	intervalMs: 5000,
	...more,
});
const workers = (seq: number, ...ids: string[]) => ({
	type: "state",
	seq,
	at: Date.now(),
	workers: { replace: true, set: ids.map((id) => ({ id, status: "running" })) },
});
const series = (seq: number) => ({
	type: "series",
	seq,
	series: [{ id: 0, name: "cpu_percent", labels: { worker: "worker-1" }, type: "gauge" }],
});
const tick = (seq: number, value: number) => ({ type: "tick", seq, at: Date.now(), ids: [0], values: [value] });
const lines = (...frames: object[]) => frames.map((frame) => JSON.stringify(frame)).join("\n");

const QUERIES: Query[] = [{ kind: "cluster" }, { kind: "workers", limit: 100 }];

function clusterOf({ answers }: { answers: unknown[] }): Record<string, unknown> {
	return (answers as Answer[]).flatMap((answer) => (answer.kind === "cluster" ? [answer.view] : []))[0] as never;
}

async function tablesOf(stub: Stub): Promise<unknown[]> {
	return runInDurableObject(stub, (_, state) =>
		state.storage.sql.exec("SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
	);
}

describe("a cluster nobody pushed to", () => {
	test("answers with position 0 and stores nothing", async () => {
		const stub = env.CLUSTERS.getByName("typed-by-anyone");
		const page = granted(await cluster(stub)("page", { client: "" }, "overview", {}));
		expect(page.position).toBe(0);
		expect(page.snapshot?.answers).toHaveLength(Object.keys(page.queries ?? { none: 0 }).length);
		expect(clusterOf(granted(await cluster(stub)("view", { client: "" }, QUERIES)))).toMatchObject({
			cluster: "typed-by-anyone",
			status: "unknown",
			position: 0,
		});
		expect(await tablesOf(stub)).toEqual([]);
	});

	test("has no page of any other name", async () => {
		const page = await cluster(env.CLUSTERS.getByName("typed-by-anyone"))("page", { client: "" }, "nope", {});
		expect(page).toMatchObject({ position: 0 });
		expect(page).not.toHaveProperty("queries");
	});

	test("opens nothing but WebSockets of a known role", async () => {
		const stub = env.CLUSTERS.getByName("typed-by-anyone");
		const surface = { [SURFACE_HEADER]: String(SURFACE_VERSION) };
		const plain = await stub.fetch("https://cluster/", { headers: surface });
		expect(plain.status).toBe(426);
		const role = await stub.fetch("https://cluster/", { headers: { ...surface, Upgrade: "websocket", "Cluster-Role": "queen" } });
		expect(role.status).toBe(426);
	});
});

describe("a push over HTTP", () => {
	test("is acknowledged, there for readers, and durable", async () => {
		const stub = env.CLUSTERS.getByName("http");
		expect(await cluster(stub)("push", lines(hello(), series(1), tick(2, 12.5), workers(3, "worker-1")))).toEqual([
			{ type: "welcome", protocol: PROTOCOL_VERSION, epoch: expect.any(Number), lastSeq: 0 },
			{ type: "ack", seq: 3 },
		]);
		const before = granted(await cluster(stub)("view", { client: "" }, QUERIES));
		expect((before.answers as Answer[])[1]).toMatchObject({
			total: 1,
			rows: [{ id: "worker-1", status: "running", values: { cpu_percent: 12.5 } }],
		});
		await evictDurableObject(stub);
		const after = granted(await cluster(stub)("view", { client: "" }, QUERIES));
		expect(after.answers).toEqual(before.answers);
		expect(await cluster(stub)("push", lines(hello(), tick(2, 99), workers(3, "worker-9")))).toEqual([
			{ type: "welcome", protocol: PROTOCOL_VERSION, epoch: expect.any(Number), lastSeq: 3 },
			{ type: "ack", seq: 3 },
		]);
		expect(granted(await cluster(stub)("view", { client: "" }, QUERIES)).answers).toEqual(before.answers);
	});
});

describe("sockets", () => {
	test("a viewer gets a snapshot, then what a bridge pushes; the bridge hears of its viewers", async () => {
		const stub = env.CLUSTERS.getByName("sockets");
		const bridge = await Wire.open(stub, "bridge");
		bridge.send(hello());
		expect(await bridge.next("welcome")).toMatchObject({ lastSeq: 0 });
		expect(await bridge.next("viewers")).toEqual({ type: "viewers", count: 0 });
		const viewer = await Wire.open(stub, "viewer");
		viewer.send({ type: "watch", queries: QUERIES });
		expect((await viewer.next("snapshot")).answers[0].view).toMatchObject({ status: "unknown", links: [{ connected: true }] });
		expect(await bridge.next("viewers")).toEqual({ type: "viewers", count: 1 });
		bridge.send(workers(1, "worker-1"));
		const delta = await viewer.next("delta");
		expect(delta.position).toBe(2);
		expect(delta.changes.map((change: { index: number }) => change.index)).toEqual([0, 1]);
		expect(await bridge.next("ack")).toEqual({ type: "ack", seq: 1 });
		viewer.close();
		expect(await bridge.next("viewers")).toEqual({ type: "viewers", count: 0 });
	});

	test("pings are answered", async () => {
		const viewer = await Wire.open(env.CLUSTERS.getByName("pings"), "viewer");
		viewer.send("ping");
		expect(await viewer.next("pong")).toBeDefined();
	});

	test("outlive the object's memory: the bridge goes on, the viewer gets a fresh snapshot", async () => {
		const stub = env.CLUSTERS.getByName("hibernation");
		const bridge = await Wire.open(stub, "bridge");
		const viewer = await Wire.open(stub, "viewer");
		bridge.send(hello({ intervalMs: 60_000 }), workers(1, "worker-1"));
		await bridge.next("ack");
		viewer.send({ type: "watch", queries: QUERIES });
		await viewer.next("snapshot");
		await evictDurableObject(stub);
		bridge.send(workers(2, "worker-1", "worker-2"));
		expect(await bridge.next("ack")).toEqual({ type: "ack", seq: 2 });
		const fresh = await viewer.next("snapshot");
		expect(fresh.answers[1].rows.map((row: { id: string }) => row.id)).toEqual(["worker-1", "worker-2"]);
		expect(fresh.answers[0].view.links[0]).toMatchObject({ connected: true });
		bridge.send(workers(3));
		expect((await viewer.next("delta")).changes).toContainEqual(expect.objectContaining({ index: 1, keys: [], total: 0 }));
	});

	test("a later run of a bridge takes over, an earlier one is told to stay away", async () => {
		const stub = env.CLUSTERS.getByName("epochs");
		const first = await Wire.open(stub, "bridge");
		first.send(hello({ epoch: 1 }));
		await first.next("welcome");
		const second = await Wire.open(stub, "bridge");
		second.send(hello({ epoch: 2 }));
		await second.next("welcome");
		expect(await first.next("error")).toMatchObject({ kind: "superseded", fatal: true });
		expect(await first.closed).toMatchObject({ code: 4009 });
		const third = await Wire.open(stub, "bridge");
		third.send(hello({ epoch: 1 }));
		expect(await third.next("error")).toMatchObject({ kind: "superseded", fatal: true });
		expect(await third.closed).toMatchObject({ code: 4009 });
		second.send(workers(1, "worker-1"));
		expect(await second.next("ack")).toEqual({ type: "ack", seq: 1 });
	});

	test("a frame that cannot be taken is named, the rest of the push goes on", async () => {
		const bridge = await Wire.open(env.CLUSTERS.getByName("refusals"), "bridge");
		bridge.send(hello(), "{]", { ...tick(1, 1), ids: [7] }, workers(2, "worker-1"));
		await bridge.next("welcome");
		expect(await bridge.next("error")).toMatchObject({ kind: "invalid", fatal: false });
		expect(await bridge.next("error")).toMatchObject({ kind: "unknown-series", seq: 1, fatal: false });
		expect(await bridge.next("ack")).toEqual({ type: "ack", seq: 2 });
	});
});

describe("the alarm", () => {
	test("writes down that a colony has fallen silent", async () => {
		const stub = env.CLUSTERS.getByName("silence");
		await cluster(stub)("push", lines(hello({ intervalMs: 100 }), workers(1, "worker-1")));
		const marks = async () => granted(await cluster(stub)("view", { client: "" }, [{ kind: "marks", limit: 10 }])).answers as Answer[];
		await vi.waitFor(
			async () => expect(clusterOf(granted(await cluster(stub)("view", { client: "" }, QUERIES)))).toMatchObject({ status: "silent" }),
			{
				timeout: 5000,
			},
		);
		expect(JSON.stringify(await marks())).not.toContain("fell silent");
		expect(await runDurableObjectAlarm(stub)).toBe(true);
		expect(JSON.stringify(await marks())).toContain("fell silent");
		await evictDurableObject(stub);
		expect(JSON.stringify(await marks())).toContain("fell silent");
		expect(clusterOf(granted(await cluster(stub)("view", { client: "" }, QUERIES)))).toMatchObject({ status: "silent", position: 2 });
		// Nobody speaks, so there is nothing more to wait for.
		expect(await runDurableObjectAlarm(stub)).toBe(false);
		await cluster(stub)("push", lines(hello({ intervalMs: 5000 }), workers(2, "worker-1")));
		expect(clusterOf(granted(await cluster(stub)("view", { client: "" }, QUERIES)))).toMatchObject({ status: "healthy" });
		expect(JSON.stringify(await marks())).toContain("speaks again");
	});

	test("is set precisely when a bridge goes away", async () => {
		const stub = env.CLUSTERS.getByName("goodbye");
		const bridge = await Wire.open(stub, "bridge");
		bridge.send(hello({ intervalMs: 60_000 }), workers(1, "worker-1"));
		await bridge.next("ack");
		const alarmIn = () => runInDurableObject(stub, async (_, { storage }) => ((await storage.getAlarm()) ?? 0) - Date.now());
		// Once it has looked for sockets that say nothing.
		await runDurableObjectAlarm(stub);
		expect(await alarmIn()).toBeGreaterThan(250_000);
		bridge.close();
		await vi.waitFor(async () => expect(await alarmIn()).toBeLessThan(181_000));
	});
});

describe("an object that only browsers look at", () => {
	test("has no timer pending, and no alarm once silence is written down: it is billed for nothing", async () => {
		const pending = new Set<unknown>();
		const plain = globalThis.setTimeout;
		vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms?: number) => {
			const timer = plain(() => {
				pending.delete(timer);
				work();
			}, ms);
			pending.add(timer);
			return timer;
		}) as typeof setTimeout);
		try {
			const stub = env.CLUSTERS.getByName("watched");
			const alarmIn = () =>
				runInDurableObject(stub, async (_, { storage }) => ((await storage.getAlarm()) ?? Number.POSITIVE_INFINITY) - Date.now());
			const bridge = await Wire.open(stub, "bridge");
			bridge.send(hello(), workers(1, "worker-1"));
			await bridge.next("ack");
			const viewer = await Wire.open(stub, "viewer");
			viewer.send({ type: "watch", queries: QUERIES });
			await viewer.next("snapshot");
			bridge.send(workers(2, "worker-1", "worker-2"));
			await bridge.next("ack");
			await viewer.next("delta");
			// While the bridge speaks: no timer until its silence, and, once it has looked for sockets that say nothing, an alarm minutes away.
			await vi.waitFor(() => expect(pending.size).toBe(0));
			await runDurableObjectAlarm(stub);
			expect(await alarmIn()).toBeGreaterThan(250_000);
			bridge.send(hello({ epoch: 2, intervalMs: 100 }), workers(1, "worker-1"));
			await bridge.next("ack");
			bridge.close();
			await vi.waitFor(async () => expect(await alarmIn()).toBeLessThan(1000));
			await vi.waitFor(async () => {
				await runDurableObjectAlarm(stub);
				expect(await alarmIn()).toBe(Number.POSITIVE_INFINITY);
			});
			expect((await viewer.next((frame) => JSON.stringify(frame).includes("silentSince"))).type).toBe("delta");
			await vi.waitFor(() => expect(pending.size).toBe(0));
		} finally {
			vi.restoreAllMocks();
		}
	});
});
