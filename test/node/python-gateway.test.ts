/** The Python module pushes to a gateway as it does to a dashboard: its numbers arrive once each, its commands come down and their results go up. */
import { afterEach, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { RunningGateway } from "../../worker/node/gateway/running-gateway.ts";
import { CutWire } from "../faults/cut-wire.ts";
import { noPython, PythonColony, watch } from "./python-rig.ts";

if (noPython) console.warn(`the Python module is not tested behind a gateway: ${noPython}`);

const CLUSTER = "site";
const soon = { timeout: 15_000, interval: 30 };

const endings: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

describe.skipIf(noPython)("the Python module behind a gateway", () => {
	test("commands come down and results go up; over a way to the dashboard that is cut, the history is the sequence", async () => {
		const server = new DashboardServer({ bridgeToken: "upstream" });
		await server.start({ host: "127.0.0.1", port: 0 });
		endings.push(() => server.stop());
		const wire = await CutWire.to(server.url);
		endings.push(() => wire.close());
		const gateway = await RunningGateway.start({
			to: { url: wire.url, cluster: CLUSTER, token: "upstream" },
			host: "127.0.0.1",
			port: 0,
			localToken: "local",
			store: ":memory:",
			onError: () => {},
		});
		endings.push(() => gateway.stop(0));
		const python = await PythonColony.start();
		endings.push(() => python.end());
		const to = `http://127.0.0.1:${gateway.port}`;
		await python.do("attach", { to, cluster: CLUSTER, token: "local", name: "py", interval: 0.1, tally: true, commands: true });
		const viewer = await watch(server.url, CLUSTER);
		endings.push(() => viewer.close());
		// Told of the viewer, through the gateway: from now on what it samples goes at once.
		await expect.poll(async () => (await python.do("stats")).viewers, soon).toBe(1);

		const api = `${server.url}/clusters/${CLUSTER}/api`;
		const order = { method: "POST", body: JSON.stringify({ workers: 12 }) };
		// A bridge that pushes each 0.1 s is stale for a moment on a busy machine: refused with 503, and nothing is done.
		const scale = async () => (await fetch(`${api}/cluster/scale?wait=10s`, order)).json();
		await expect.poll(scale, soon).toMatchObject({ state: "done", message: "the next job will have 12 bees" });
		expect(await python.do("calls")).toEqual([["scale", 12]]);

		const reads = await python.do("reads");
		expect(wire.cut()).toBe(true);
		await expect.poll(() => python.do("reads"), soon).toBeGreaterThan(reads + 5);
		await python.do("stop");
		const { acked, seq, gaps } = await python.do("stats");
		expect({ acked, gaps: gaps.count }).toEqual({ acked: seq, gaps: 0 });
		const said = Array.from({ length: await python.do("reads") }, (_, i) => i + 1);
		const kept = async () => {
			const { series } = (await (await fetch(`${api}/export?format=json&names=tally`)).json()) as {
				series: { samples: { value: number }[] }[];
			};
			return series[0]?.samples.map(({ value }) => value) ?? [];
		};
		await expect.poll(kept, soon).toEqual(said);
		expect(gateway.stats).toMatchObject({ evicted: 0, held: { frames: 0 } });
	});
});
