/** For minutes after a deploy a Worker of one version calls objects of another: each says so, and nobody is answered wrongly. */
import { env, runInDurableObject } from "cloudflare:test";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { callerOf, type Door, SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { createApp } from "../../worker/app.ts";
import { type AccessNamespace, type ClusterNamespace, ObjectClusters, objectAccess } from "../../worker/cloudflare/objects.ts";
import { access, cluster } from "./calls.ts";

const hello = { type: "hello", protocol: PROTOCOL_VERSION, bridge: "b", epoch: 1, colony: "c", capabilities: [], intervalMs: 5000 };
const state = { type: "state", seq: 1, at: Date.now(), workers: { set: [{ id: "worker-1", status: "idle" }] } };
const body = [hello, state].map((frame) => JSON.stringify(frame)).join("\n");

/** The objects as a Worker of another version reaches them. */
function ofVersion<Namespace extends AccessNamespace | ClusterNamespace>(namespace: Namespace, version: number): Namespace {
	const other = (stub: DurableObjectStub) => ({
		call: (_: number, ...rest: unknown[]) => (stub as unknown as { call(...given: unknown[]): unknown }).call(version, ...rest),
		fetch: (input: RequestInfo, init?: RequestInit) => {
			const request = new Request(input, init);
			request.headers.set(SURFACE_HEADER, String(version));
			return stub.fetch(request);
		},
	});
	return {
		idFromName: (name: string) => namespace.idFromName(name),
		get: (id: DurableObjectId) => other(namespace.get(id) as DurableObjectStub),
		getByName: (name: string) => other(namespace.getByName(name) as DurableObjectStub),
	} as unknown as Namespace;
}

function workerOf(version: number, config: object = {}) {
	const directory = ofVersion(env.ACCESS, version);
	return createApp({
		clusters: new ObjectClusters({ CLUSTERS: ofVersion(env.CLUSTERS, version), ACCESS: directory, RELAYS: env.RELAYS }, emptyCluster),
		access: objectAccess(directory),
		config: v.parse(DashboardConfig, config),
		bridgeToken: "token",
		defaultCluster: "default",
	});
}
const bridge = { authorization: "Bearer token" };
const REQUESTS: [string, Request][] = [
	["a read", new Request("https://dash.example/api/workers")],
	["a page", new Request("https://dash.example/", { headers: { accept: "text/html" } })],
	["a push", new Request("https://dash.example/api/bridge", { method: "POST", body, headers: bridge })],
	["a bridge's socket", new Request("https://dash.example/api/bridge", { headers: { ...bridge, upgrade: "websocket" } })],
];

describe.each([
	["newer", SURFACE_VERSION + 1],
	["older", 0],
])("a Worker that is %s than the objects", (_, version) => {
	test.each(REQUESTS)("answers %s with 503 and when to try again, and nothing is logged as a fault", async (_, request) => {
		const logged = vi.spyOn(console, "error").mockImplementation(() => {});
		const response = await workerOf(version).fetch(request.clone() as Request);
		expect(response.status).toBe(503);
		expect(response.headers.get("retry-after")).toBe("5");
		expect(await response.text()).toContain("is being upgraded");
		expect(logged).not.toHaveBeenCalled();
		logged.mockRestore();
	});

	test("lets nobody in meanwhile", async () => {
		const worker = workerOf(version, { authEnabled: true, authUsers: { ann: "a password of hers" } });
		const basic = { authorization: `Basic ${btoa("ann:a password of hers")}` };
		expect((await worker.fetch(new Request("https://dash.example/api/workers", { headers: basic }))).status).toBe(503);
	});
});

describe("an object", () => {
	test("has taken nothing from a Worker of another version", async () => {
		await workerOf(SURFACE_VERSION + 1).fetch(REQUESTS[2]?.[1].clone() as Request);
		expect(await cluster(env.CLUSTERS.getByName("default"))("view", { client: "" }, [])).toMatchObject({ position: 0 });
		expect((await workerOf(SURFACE_VERSION).fetch(REQUESTS[2]?.[1].clone() as Request)).status).toBe(200);
		expect(await cluster(env.CLUSTERS.getByName("default"))("view", { client: "" }, [])).toMatchObject({ position: 1 });
	});

	test("that lacks a call of a newer Worker says the same", async () => {
		const later = (door: Door, name: string) =>
			expect(callerOf<Record<string, () => void>>(door)(name)).rejects.toThrow("is being upgraded");
		await later(env.CLUSTERS.getByName("default"), "later");
		await later(env.ACCESS.getByName("store"), "later");
		await later(env.ACCESS.getByName("store"), "toString");
	});

	test("whose directory is of another version refuses a first push for now, keeps its memory, and takes it later", async () => {
		const stub = env.CLUSTERS.getByName("first-push");
		const meanwhile = await runInDurableObject(stub, async (object) => {
			const { env: bound } = object as unknown as { env: { ACCESS: AccessNamespace } };
			const directory = bound.ACCESS;
			bound.ACCESS = ofVersion(directory, SURFACE_VERSION + 1);
			const frames = await object.call(SURFACE_VERSION, "push", [body]);
			bound.ACCESS = directory;
			return frames;
		});
		expect(meanwhile).toMatchObject([{ type: "error", kind: "unavailable", fatal: true, retryAfterMs: 5000 }]);
		expect(await access(env.ACCESS.getByName("store"))("knowsCluster", "first-push")).toBe(false);
		expect(await cluster(stub)("push", body)).toMatchObject([{ type: "welcome" }, { type: "ack", seq: 1 }]);
	});
});
