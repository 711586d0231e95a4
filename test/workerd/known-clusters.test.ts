/** Clusters as the worker reaches them: an object is made by a push and by nothing else, and goes with all it stored. */
import { env, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { ObjectClusters } from "../../worker/cloudflare/objects.ts";
import { clientPort } from "../../worker/handler/context.ts";
import { access } from "./calls.ts";
import { Wire } from "./wire.ts";

const objects = new ObjectClusters(env, emptyCluster);
const clusters = { get: (name: string) => clientPort(objects.get(name), "") };
const exists = async (name: string) => (await listDurableObjectIds(env.CLUSTERS)).some((id) => id.equals(env.CLUSTERS.idFromName(name)));
const hello = { type: "hello", protocol: PROTOCOL_VERSION, bridge: "bridge-1", epoch: 1, colony: "c", capabilities: [], intervalMs: 5000 };
const state = { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: "worker-1", status: "idle" }] } };
const body = [hello, state].map((frame) => JSON.stringify(frame)).join("\n");
const actor = { name: "ann", role: "operator", via: "session", address: "" } as const;

describe("a name anyone can type", () => {
	test("makes no object, whatever is asked", async () => {
		const typed = clusters.get("typed");
		expect(await typed.view([{ kind: "cluster" }, { kind: "metrics", selectors: ["cpu_percent"], range: "1h", points: 60 }])).toMatchObject(
			{
				position: 0,
			},
		);
		const page = await typed.page("overview", {});
		expect(page).toMatchObject({ position: 0 });
		expect(page.snapshot?.answers).toHaveLength(Object.keys(page.queries ?? { none: 0 }).length);
		expect(await typed.exported({ format: "csv", start: 0, end: Date.now() } as never)).toMatchObject({ position: 0 });
		expect(await typed.audited({ limit: 10 })).toEqual({ rows: [] });
		expect(await typed.order({ command: { action: "scale", workers: 3 }, actor })).toMatchObject({ type: "refused" });
		expect(await typed.follow("none", 0)).toBeUndefined();
		await expect(typed.connect(new Request("https://cluster/"), "viewer", {})).rejects.toMatchObject({ kind: "not-found" });
		expect(await exists("typed")).toBe(false);
	});

	test("is looked up once while pages poll it", async () => {
		let asked = 0;
		const getByName = (store: string) => {
			asked++;
			return env.ACCESS.getByName(store);
		};
		const directory = { getByName } as typeof env.ACCESS;
		const polled = clientPort(new ObjectClusters({ ...env, ACCESS: directory }, emptyCluster).get("polled"), "");
		for (let n = 0; n < 5; n++) expect(await polled.view([])).toMatchObject({ position: 0 });
		expect(asked).toBeLessThan(5);
		await polled.push(body);
		expect(await polled.view([])).toMatchObject({ position: 1 });
	});

	test("ends its work for a request that is gone", async () => {
		await clusters.get("given-up").push(body);
		const stub = env.CLUSTERS.getByName("given-up");
		const request = new AbortController();
		const held = objects.get("given-up").reads("", request.signal);
		const asked = held.view([{ kind: "cluster" }]);
		request.abort();
		// It was over, or it is given up; either way the object remembers no request.
		expect(["snapshot", "refused"]).toContain((await asked).type);
		await vi.waitFor(() => runInDurableObject(stub, (object) => expect(object.asked).toBe(0)));
	});

	test("is a cluster's from its first push on, at once", async () => {
		const pushed = clusters.get("pushed");
		expect(await pushed.view([])).toMatchObject({ position: 0 });
		expect(await pushed.push(body)).toMatchObject([{ type: "welcome" }, { type: "ack", seq: 1 }]);
		expect(await pushed.view([])).toMatchObject({ position: 1 });
		expect(await access(env.ACCESS.getByName("store"))("knowsCluster", "pushed")).toBe(true);
	});
});

describe("a cluster that is deleted", () => {
	test("leaves nothing: no table, no alarm, no name; its bridge is told, and makes it anew", async () => {
		const stub = env.CLUSTERS.getByName("deleted");
		const bridge = await Wire.open(stub, "bridge");
		bridge.send(hello, state);
		await bridge.next("ack");
		await clusters.get("deleted").erase(false);
		expect(await bridge.closed).toMatchObject({ code: 1012, reason: expect.stringContaining("deleted") });
		const stored = await runInDurableObject(stub, async (_, { storage }) => ({
			tables: storage.sql.exec("SELECT name FROM sqlite_schema WHERE name NOT GLOB '_cf_*'").toArray(),
			listed: storage.kv.get("listed"),
			alarm: await storage.getAlarm(),
		}));
		expect(stored).toEqual({ tables: [], listed: undefined, alarm: null });
		expect(await access(env.ACCESS.getByName("store"))("knowsCluster", "deleted")).toBe(false);
		expect(await clusters.get("deleted").view([])).toMatchObject({ position: 0 });
		const again = await Wire.open(stub, "bridge");
		again.send(hello);
		expect(await again.next("welcome")).toMatchObject({ lastSeq: 0 });
		again.send(state);
		await again.next("ack");
		expect(await access(env.ACCESS.getByName("store"))("knowsCluster", "deleted")).toBe(true);
		// The bridge came through another isolate: this one believes in the absence for some seconds.
		const other = clientPort(new ObjectClusters(env, emptyCluster).get("deleted"), "");
		expect(await other.view([])).toMatchObject({ position: 2 });
	});

	test("keeps the record of who did what, where that is the dashboard's", async () => {
		const main = clusters.get("main");
		await main.push(body);
		await main.audit({ actor, action: "sign-in", result: "done" });
		await main.erase(true);
		expect(await main.view([])).toMatchObject({ position: 0 });
		expect((await main.audited({ limit: 10 })).rows).toMatchObject([{ action: "sign-in", actor: { name: "ann" } }]);
		await main.push(body);
		expect(await main.view([])).toMatchObject({ position: 1 });
	});
});
