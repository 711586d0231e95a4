/** Access on a Durable Object: what it keeps, what it is billed for, and sockets that end with the right they were opened by. */
import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { hex } from "../../colony-bridge/protocol/values/hash.ts";
import { Access } from "../../durable/access/access.ts";
import { SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { LEASE_HEADER, type Lease, ROLE_HEADER } from "../../durable/live/socket.ts";
import { objectSql } from "../../durable/objects/object-sql.ts";
import { createApp } from "../../worker/app.ts";
import { ObjectClusters, objectAccess } from "../../worker/cloudflare/objects.ts";
import { access, cluster } from "./calls.ts";
import { Wire } from "./wire.ts";

const tablesOf = (object: string) =>
	runInDurableObject(env.ACCESS.getByName(object), (_, { storage }) =>
		storage.sql.exec("SELECT name FROM sqlite_schema WHERE name NOT GLOB '_cf*'").toArray(),
	);

describe("access", () => {
	test("asked about what is not there stores nothing", async () => {
		const stub = env.ACCESS.getByName("untouched");
		expect(await access(stub)("hasEnded", 1)).toBe(false);
		expect(await access(stub)("useToken", 1, "x")).toBeUndefined();
		expect(await access(stub)("tokens")).toEqual([]);
		expect(await tablesOf("untouched")).toEqual([]);
	});

	test("outlives the object's memory", async () => {
		const stub = env.ACCESS.getByName("kept");
		const key = await access(stub)("signingKey");
		await access(stub)("endSession", 7, Date.now() + 60_000);
		const token = await access(stub)("mint", { name: "ci", kind: "api", role: "viewer", hash: "h", createdBy: "ann" });
		for (let n = 0; n < 12; n++) await access(stub)("attempt", "a", "ann");
		await evictDurableObject(stub);
		expect(await access(stub)("signingKey")).toBe(key);
		expect(await access(stub)("hasEnded", 7)).toBe(true);
		expect((await access(stub)("attempt", "a", "ann")).waitMs).toBeGreaterThan(0);
		expect(await access(stub)("useToken", token?.id ?? 0, "h")).toMatchObject({ name: "ci", role: "viewer" });
		expect(await access(stub)("useToken", token?.id ?? 0, "other")).toBeUndefined();
	});

	test("writes two rows a try, none for one that has to wait, one an hour for a token in use", async () => {
		const rows = await runInDurableObject(env.ACCESS.getByName("cost"), (_, { storage }) => {
			const sql = objectSql(storage);
			let now = Date.now();
			const kept = new Access(sql, () => now);
			const token = kept.mint({ name: "ci", kind: "api", role: "viewer", hash: "h", createdBy: "ann" });
			const cost = (work: () => void) => {
				const before = sql.rowsWritten;
				work();
				return sql.rowsWritten - before;
			};
			kept.attempt("a", "ann");
			return {
				try: cost(() => kept.attempt("a", "ann")),
				right: cost(() => kept.forgive("a", "ann")),
				waiting: cost(() => {
					for (let n = 0; n < 30; n++) kept.attempt("a", "ann");
				}),
				token: cost(() => {
					for (let n = 0; n < 120; n++, now += 60_000) kept.useToken(token?.id ?? 0, "h");
				}),
				registerSocket: cost(() => {
					for (let n = 0; n < 10; n++) kept.registerSocket("session:1", "default", now + 1000);
				}),
				end: cost(() => kept.endSession(1, now + 1000)),
			};
		});
		expect(rows).toEqual({ try: 2, right: 2, waiting: 18, token: 2, registerSocket: 1, end: 2 });
	});
});

describe("a store of a newer version, as after a rollback", () => {
	const config = v.parse(DashboardConfig, { authEnabled: true, authUsers: { ann: "a password of hers" } });
	const basic = { authorization: `Basic ${btoa("ann:a password of hers")}` };

	test("lets nobody in, says so with 503 and why in the log, and goes on once it is known", async () => {
		const said: string[] = [];
		const logged = vi.spyOn(console, "error").mockImplementation((...words) => void said.push(words.join(" ")));
		const stub = env.ACCESS.getByName("store");
		const app = createApp({
			clusters: new ObjectClusters(env, emptyCluster),
			access: objectAccess(env.ACCESS),
			config,
			defaultCluster: "default",
		});
		const ask = (headers: Record<string, string>, path = "/api/workers") =>
			app.fetch(new Request(`https://dash.example${path}`, { headers }));
		const step = (sql: string) => runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(sql));
		await access(stub)("signingKey");
		await step("INSERT INTO schema_step VALUES ('access', 2, 'later', 2)");
		await evictDurableObject(stub);
		const refused = await ask(basic);
		expect(refused.status).toBe(503);
		// Whoever asks has not got in.
		expect(await refused.text()).not.toContain("schema");
		expect((await ask({})).status).toBe(401);
		expect((await ask({}, "/api/health")).status).toBe(200);
		await expect(async () => await access(stub)("addCluster", "another")).rejects.toMatchObject({ name: "StorageFault" });
		expect(
			said.filter((words) => /written by a newer version \(schema 2, this one knows 1\): deploy that version/.test(words)),
		).toHaveLength(1);
		await step("DELETE FROM schema_step WHERE step = 2");
		await evictDurableObject(stub);
		expect((await ask(basic)).status).toBe(200);
		logged.mockRestore();
	});
});

describe("a hashing object", () => {
	test("derives keys by scrypt as RFC 7914 has it, however many ask at once", async () => {
		const stub = env.ACCESS.getByName("hash-0");
		const salt = new TextEncoder().encode("SodiumChloride");
		const keys = await Promise.all(Array.from({ length: 10 }, () => access(stub)("derive", "pleaseletmein", salt, { ln: 14, r: 8, p: 1 })));
		for (const key of keys) expect(hex(key)).toBe("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
		expect(await tablesOf("hash-0")).toEqual([]);
	});
});

describe("a socket to a cluster", () => {
	async function open(name: string, lease: Lease): Promise<Wire> {
		const headers = {
			Upgrade: "websocket",
			[SURFACE_HEADER]: String(SURFACE_VERSION),
			[ROLE_HEADER]: "viewer",
			[LEASE_HEADER]: JSON.stringify(lease),
		};
		const response = await env.CLUSTERS.getByName(name).fetch("https://cluster/", { headers });
		if (!response.webSocket) throw new Error(`refused with ${response.status}`);
		return new Wire(response.webSocket);
	}
	const watch = { type: "watch", queries: [{ kind: "cluster" }] };

	test("is closed when its credential is taken back, also after sleep; others stay", async () => {
		const mine = await open("dismissed", { credential: "session:1", until: Date.now() + 60_000 });
		const other = await open("dismissed", { credential: "session:2", until: Date.now() + 60_000 });
		for (const wire of [mine, other]) {
			wire.send(watch);
			await wire.next("snapshot");
		}
		await cluster(env.CLUSTERS.getByName("dismissed"))("dismiss", "session:1");
		expect(await mine.closed).toMatchObject({ code: 4401 });
		other.send("ping");
		await other.next("pong");
		other.close();
	});

	test("hears nothing once its time is over", async () => {
		const wire = await open("over", { credential: "session:1", until: Date.now() - 1 });
		wire.send(watch);
		expect(await wire.closed).toMatchObject({ code: 4401 });
		expect(wire.received).toEqual([]);
	});

	test("is refused where its client has as many as it may", async () => {
		const lease = { client: "192.0.2.1", quota: 2 };
		const [one, two] = [await open("full", lease), await open("full", lease)];
		await expect(open("full", lease)).rejects.toThrow("refused with 429");
		const other = await open("full", { ...lease, client: "192.0.2.2" });
		for (const wire of [one, two, other]) wire.close();
	});
});
