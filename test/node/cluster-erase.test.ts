/** A deleted cluster on Node: its file is gone, or holds the record alone, and what comes later begins anew. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cluster } from "../../durable/cluster/cluster.ts";
import { wholly } from "../../durable/work/work.ts";
import { clientPort } from "../../worker/handler/context.ts";
import { NodeClusters } from "../../worker/node/clusters/clusters.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { NodeUpgrades } from "../../worker/node/http/upgrades.ts";
import { hello, lines } from "./cluster-rig.ts";

let directory: string;
let clusters: NodeClusters;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "hiveframe-erase-"));
	clusters = new NodeClusters(new NodeUpgrades(), directory);
});
afterEach(() => {
	clusters.close();
	rmSync(directory, { recursive: true });
});

const of = (name: string) => clientPort(clusters.get(name), "");
const worker = (id: string, seq = 1) => ({ type: "state", seq, at: Date.now(), workers: { replace: true, set: [{ id, status: "idle" }] } });
const push = (name: string, id: string) => of(name).push(lines(hello(), worker(id)));

test("its file is deleted, and created again by the next push", async () => {
	await push("gone", "secret-worker");
	await push("stays", "worker-1");
	await of("gone").erase(false);
	expect(readdirSync(directory).filter((name) => name.startsWith("cluster-gone"))).toEqual([]);
	expect(await of("gone").view([])).toMatchObject({ position: 0 });
	expect(existsSync(join(directory, "cluster-gone.sqlite"))).toBe(false);
	expect(await of("stays").view([])).toMatchObject({ position: 1 });
	expect(await push("gone", "worker-2")).toMatchObject([{ type: "welcome", lastSeq: 0 }, { type: "ack" }]);
	clusters.close();
	clusters = new NodeClusters(new NodeUpgrades(), directory);
	const { answers } = await of("gone").view([{ kind: "workers", limit: 10 }]);
	expect(answers).toMatchObject([{ rows: [{ id: "worker-2" }] }]);
});

test("deleting a cluster that nobody pushed to finds nothing and creates nothing", async () => {
	expect(await of("typed").erase(false)).toBe(false);
	expect(readdirSync(directory)).toEqual([]);
	await push("real", "worker-1");
	expect(await of("real").erase(false)).toBe(true);
});

test("a failed deletion is reported as failed, and all data is still there", () => {
	const sql = openNodeSql(":memory:");
	let broken = true;
	const alarms: (number | undefined)[] = [];
	const host = { sql, now: () => 1e12, setAlarm: (at?: number) => void alarms.push(at), defer: () => {} };
	const erase = () => {
		if (broken) throw new Error("disk I/O error");
		sql.erase([]);
	};
	const cluster = new Cluster("main", { ...host, erase });
	const closed: string[] = [];
	const socket = { send: () => {}, close: (_: number, reason: string) => void closed.push(reason), attachment: undefined };
	cluster.open(socket, "bridge");
	cluster.message(socket, lines(hello(), { ...worker("worker-1"), at: 1e12 }));
	vi.spyOn(console, "error").mockImplementation(() => {});
	expect(() => cluster.erase(false)).toThrow(/disk I\/O/);
	expect(closed).toEqual([]);
	expect(alarms.at(-1)).toBeGreaterThan(1e12);
	expect(wholly(cluster.reader.view([{ kind: "workers", limit: 10 }])).answers).toMatchObject([{ rows: [{ id: "worker-1" }] }]);
	broken = false;
	cluster.erase(false);
	expect(closed).toEqual([expect.stringContaining("deleted")]);
	expect(cluster.exists).toBe(false);
});

test("if the audit stays, nothing else is left in the file", async () => {
	await push("main", "secret-worker");
	const actor = { name: "ann", role: "operator", via: "session", address: "" } as const;
	await of("main").audit({ actor, action: "sign-in", result: "done" });
	await of("main").erase(true);
	expect((await of("main").audited({ limit: 10 })).rows).toMatchObject([{ action: "sign-in" }]);
	clusters.close();
	expect(readFileSync(join(directory, "cluster-main.sqlite"), "latin1")).not.toContain("secret-worker");
});
