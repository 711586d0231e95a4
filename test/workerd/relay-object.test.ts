/** Relays on Durable Objects: viewers past a number, the right they were opened by, and what happens when a relay or its cluster goes. */
import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import type { Lease } from "../../durable/live/socket.ts";
import { relayName } from "../../durable/objects/relay-object.ts";
import { ObjectClusters } from "../../worker/cloudflare/objects.ts";
import { cluster, granted } from "./calls.ts";
import { VIEWERS_PER_OBJECT } from "./objects.ts";
import { Wire } from "./wire.ts";

const hello = { type: "hello", protocol: PROTOCOL_VERSION, bridge: "b", epoch: 1, colony: "c", capabilities: [], intervalMs: 5000 };
const queries = v.parse(v.array(Query), [{ kind: "cluster" }, { kind: "workers" }, { kind: "logs" }]);
const objects = new ObjectClusters(env, emptyCluster);

/** A page: a socket by way of the worker's port, and the answers it holds. */
class Page {
	readonly wire: Wire;
	answers: Answer[] = [];
	private constructor(wire: Wire) {
		this.wire = wire;
	}

	static async open(name: string, lease: Lease = {}): Promise<Page> {
		const request = new Request("https://dash.example/api/live", { headers: { Upgrade: "websocket" } });
		const { webSocket, status } = await objects.get(name).connect(request, "viewer", lease);
		if (!webSocket) throw new Error(`refused with ${status}`);
		const page = new Page(new Wire(webSocket));
		page.wire.send({ type: "watch", queries });
		await page.until(() => page.answers.length > 0);
		return page;
	}

	/** Reads on until it holds what is wanted. */
	async until(done: () => boolean): Promise<void> {
		while (!done()) {
			const frame = (await this.wire.next(() => true)) as unknown as ToViewer;
			if (frame.type === "snapshot") this.answers = frame.answers;
			else if (frame.type === "delta")
				for (const change of frame.changes) this.answers[change.index] = applyChange(this.answers[change.index], change);
			else if (frame.type === "probe") this.wire.send({ type: "ack", probe: frame.id });
		}
	}

	holds(worker: string): boolean {
		return JSON.stringify(this.answers).includes(`"id":"${worker}"`);
	}
}

const pushes = new Map<string, number>();
async function push(name: string, worker: string): Promise<void> {
	const seq = (pushes.get(name) ?? 0) + 1;
	pushes.set(name, seq);
	const state = { type: "state", seq, at: Date.now(), workers: { set: [{ id: worker, status: "busy" }] } };
	const said = await cluster(env.CLUSTERS.getByName(name))("push", [hello, state].map((frame) => JSON.stringify(frame)).join("\n"));
	expect(said.at(-1)).toEqual({ type: "ack", seq });
}
const open = async (name: string, count: number, lease?: Lease) => {
	await push(name, "worker-0");
	const pages: Page[] = [];
	for (let n = 0; n < count; n++) pages.push(await Page.open(name, lease));
	return pages;
};
const relayOf = (name: string, number: number) => env.RELAYS.getByName(relayName(name, number));
const socketsOf = (stub: DurableObjectStub) => runInDurableObject(stub, (_, context) => context.getWebSockets().length);

describe("past so many viewers", () => {
	test("relays take the others, which see the same", async () => {
		const pages = await open("many", 2 * VIEWERS_PER_OBJECT + 1);
		expect(await socketsOf(env.CLUSTERS.getByName("many"))).toBe(VIEWERS_PER_OBJECT);
		expect(await socketsOf(relayOf("many", 0))).toBe(VIEWERS_PER_OBJECT);
		expect(await socketsOf(relayOf("many", 1))).toBe(1);
		await push("many", "worker-1");
		await Promise.all(pages.map((page) => page.until(() => page.holds("worker-1"))));
		const { answers } = granted(await cluster(env.CLUSTERS.getByName("many"))("view", { client: "" }, queries));
		for (const page of pages) expect(page.answers.slice(1)).toEqual(answers.slice(1));
	});

	test("a relay that sleeps or forgets goes on, and so does one whose cluster forgets", async () => {
		const pages = await open("slept", VIEWERS_PER_OBJECT + 1);
		await evictDurableObject(relayOf("slept", 0));
		await push("slept", "worker-1");
		await Promise.all(pages.map((page) => page.until(() => page.holds("worker-1"))));
		await evictDurableObject(env.CLUSTERS.getByName("slept"));
		await push("slept", "worker-2");
		await Promise.all(pages.map((page) => page.until(() => page.holds("worker-2"))));
	});

	test("a relay that dies closes its sockets; the cluster goes on, and takes its viewers when they come back", async () => {
		const pages = await open("died", VIEWERS_PER_OBJECT + 1);
		const [page] = pages.splice(VIEWERS_PER_OBJECT);
		await runInDurableObject(relayOf("died", 0), (_, context) => context.abort("dies")).catch(() => {});
		await page?.wire.closed;
		await push("died", "worker-1");
		const back = await Page.open("died");
		await push("died", "worker-2");
		await Promise.all([...pages, back].map((each) => each.until(() => each.holds("worker-2"))));
		expect(await socketsOf(relayOf("died", 0))).toBe(1);
	});

	test("viewers of a deleted cluster are closed wherever they are", async () => {
		const pages = await open("erased", VIEWERS_PER_OBJECT + 1);
		await cluster(env.CLUSTERS.getByName("erased"))("erase", false);
		for (const { wire } of pages) expect(await wire.closed).toMatchObject({ code: 1012 });
	});
});

describe("a socket at a relay", () => {
	test("is closed when its credential is taken back, also after the cluster slept; others stay", async () => {
		await open("dismissed", VIEWERS_PER_OBJECT);
		const mine = await Page.open("dismissed", { credential: "session:1" });
		const other = await Page.open("dismissed", { credential: "session:2" });
		await evictDurableObject(env.CLUSTERS.getByName("dismissed"));
		await cluster(env.CLUSTERS.getByName("dismissed"))("dismiss", "session:1");
		expect(await mine.wire.closed).toMatchObject({ code: 4401 });
		await push("dismissed", "worker-1");
		await other.until(() => other.holds("worker-1"));
	});

	test("is closed before the first word after its right has ended", async () => {
		await open("ended", VIEWERS_PER_OBJECT);
		const until = Date.now() + 1500;
		const page = await Page.open("ended", { until });
		await vi.waitUntil(() => Date.now() > until, { timeout: 10_000 });
		await push("ended", "worker-1");
		expect(await page.wire.closed).toMatchObject({ code: 4401 });
		expect(page.holds("worker-1")).toBe(false);
	});

	test("counts in its client's quota with those at the cluster's object", async () => {
		await open("quota", VIEWERS_PER_OBJECT + 2, { client: "192.0.2.0/24", quota: 5 });
		await expect(Page.open("quota", { client: "192.0.2.0/24", quota: 2 })).rejects.toThrow("429");
		await Page.open("quota", { client: "198.51.100.0/24", quota: 2 });
	});

	test("without a first word is closed on time: an alarm is set, and no timer keeps the relay awake", async () => {
		await open("silent", VIEWERS_PER_OBJECT);
		const request = new Request("https://dash.example/api/live", { headers: { Upgrade: "websocket" } });
		await objects.get("silent").connect(request, "viewer", {});
		const alarm = await runInDurableObject(relayOf("silent", 0), (_, { storage }) => storage.getAlarm());
		expect(Math.abs((alarm ?? 0) - Date.now() - 10_000)).toBeLessThan(10_000);
	});
});

test("the number of viewers an object takes is a setting", () => {
	expect(v.parse(DashboardConfig, { viewersPerObject: 50 }).viewersPerObject).toBe(50);
	expect(v.safeParse(DashboardConfig, { viewersPerObject: 0 }).success).toBe(false);
});
