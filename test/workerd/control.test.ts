/** Commands on a real Durable Object: asleep and awake, and what they cost there. */
import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { Cluster } from "../../durable/cluster/cluster.ts";
import { objectSql } from "../../durable/objects/object-sql.ts";
import { cluster, granted } from "./calls.ts";
import { Wire } from "./wire.ts";

const actor: Actor = { name: "ann", role: "operator", via: "session", address: "198.51.100.7" };
const hello = {
	type: "hello",
	protocol: PROTOCOL_VERSION,
	bridge: "b",
	epoch: 1,
	colony: "c",
	capabilities: ["restart"],
	intervalMs: 5000,
};
const state = (seq: number) => ({ type: "state", seq, at: Date.now(), workers: { set: [{ id: "worker-1", status: "idle" }] } });
const command = { action: "restart", worker: "worker-1" } as const;

test("a command wakes a cluster that sleeps, reaches the bridge's socket and comes back to who waits for it", async () => {
	const stub = env.CLUSTERS.getByName("asleep");
	const bridge = await Wire.open(stub, "bridge");
	bridge.send(hello, state(1));
	await bridge.next("ack");
	await evictDurableObject(stub);
	const ordered = await cluster(stub)("order", { command, actor });
	expect(ordered).toMatchObject({ type: "command", command: { state: "delivered" } });
	const { id } = (ordered as { command: CommandRow }).command;
	expect(await bridge.next("command")).toMatchObject({ id, command });
	// It sleeps again before the colony answers.
	await evictDurableObject(stub);
	const following = cluster(stub)("follow", id, 20_000);
	bridge.send({ type: "result", seq: 2, command: id, ok: true, message: "back" });
	expect(await following).toMatchObject({ id, state: "done", message: "back" });
	expect(granted(await cluster(stub)("audited", { client: "" }, { limit: 10 })).rows).toMatchObject([
		{ actor, action: "restart", result: "done", detail: "back" },
	]);
	bridge.close();
});

test("a bridge's request that waits does not keep its cluster awake, and is told of a command by one that was asleep", async () => {
	const stub = env.CLUSTERS.getByName("waiting");
	await cluster(stub)("push", [hello, state(1)].map((frame) => JSON.stringify(frame)).join("\n"));
	const listener = await Wire.open(stub, "listener");
	listener.send({ hello: JSON.stringify(hello), viewers: 0 });
	// What was sent has arrived once something that was asked later is answered.
	await cluster(stub)("view", { client: "" }, []);
	await evictDurableObject(stub);
	const ordered = await cluster(stub)("order", { command, actor });
	expect(ordered).toMatchObject({ type: "command", command: { state: "delivered" } });
	expect(await listener.next("command")).toMatchObject({ command });
	listener.close();
});

test("an alarm ends a command nobody took, though all that knew of it was evicted", async () => {
	const stub = env.CLUSTERS.getByName("absent");
	await cluster(stub)("push", [hello, state(1)].map((frame) => JSON.stringify(frame)).join("\n"));
	const before = Date.now();
	await cluster(stub)("order", { command, actor });
	await evictDurableObject(stub);
	const alarm = (await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())) ?? 0;
	expect(alarm - before).toBeGreaterThanOrEqual(30_000);
	expect(alarm - before).toBeLessThan(32_000);
});

test("a command writes five rows, three of the log and two of the audit, and sets three alarms at most", async () => {
	const stub = env.CLUSTERS.getByName("command-cost");
	const rows = await runInDurableObject(stub, (_, { storage }) => {
		const sql = objectSql(storage);
		let now = Date.now();
		let alarms = 0;
		// Its silence is not what is counted here.
		const patient = { ...hello, intervalMs: 3_600_000 };
		const counted = new Cluster("cost", { sql, now: () => now, setAlarm: () => alarms++, erase: () => {}, defer: () => {} });
		const push = (...frames: object[]) => counted.push([patient, ...frames].map((frame) => JSON.stringify(frame)).join("\n"));
		push(state(1));
		const order = () => {
			const ordered = counted.control.order({ command, actor });
			if (ordered.type === "refused") throw new Error(ordered.detail);
			return ordered.command.id;
		};
		const once = (seq: number) => {
			const id = order();
			push();
			push({ type: "result", seq, command: id, ok: true, message: "back" });
			now += 120_000;
			counted.alarm();
		};
		once(2);
		const before = sql.rowsWritten;
		alarms = 0;
		for (let seq = 3; seq < 103; seq++) once(seq);
		return { written: (sql.rowsWritten - before) / 100, alarms: alarms / 100 };
	});
	expect(rows.written).toBeLessThan(5.1);
	expect(rows.alarms).toBeLessThanOrEqual(3);
});
