/** The rows that a Durable Object writes, for which it is billed, by its own count. */
import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { Cluster } from "../../durable/cluster/cluster.ts";
import { objectSql } from "../../durable/objects/object-sql.ts";

const HOUR_OF_PUSHES = 720;
const SERIES = 650;

test("a push of 650 series every five seconds writes 1.15 rows at most, alarms included", { timeout: 120_000 }, async () => {
	const stub = env.CLUSTERS.getByName("cost");
	const rows = await runInDurableObject(stub, (_, { storage }) => {
		const sql = objectSql(storage);
		let now = Date.now();
		let alarms = 0;
		const cluster = new Cluster("cost", { sql, now: () => now, setAlarm: () => alarms++, erase: () => {}, defer: () => {} });
		const hello = {
			type: "hello",
			protocol: PROTOCOL_VERSION,
			bridge: "bridge-1",
			epoch: 1,
			colony: "c",
			capabilities: [],
			intervalMs: 5000,
		};
		const ids = Array.from({ length: SERIES }, (_, id) => id);
		const push = (...frames: object[]) => cluster.push([hello, ...frames].map((frame) => JSON.stringify(frame)).join("\n")).at(-1);
		const series = ids.map((id) => ({ id, name: `metric_${id % 5}`, labels: { worker: `worker-${Math.floor(id / 5)}` }, type: "gauge" }));
		push({ type: "series", seq: 1, series });
		const before = sql.rowsWritten;
		for (let seq = 2; seq < 2 + HOUR_OF_PUSHES; seq++) {
			now += 5000;
			const values = ids.map((id) => Math.round(500 + 400 * Math.sin(seq / 50 + id)) / 10);
			expect(push({ type: "tick", seq, at: now, ids, values })).toEqual({ type: "ack", seq });
		}
		return { log: sql.rowsWritten - before, alarms };
	});
	expect((rows.log + rows.alarms) / HOUR_OF_PUSHES).toBeLessThan(1.15);
	expect(rows.log).toBeGreaterThan(HOUR_OF_PUSHES);
});
