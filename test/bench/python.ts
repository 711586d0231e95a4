/**
 * What the Python module costs the colony it is attached to: CPU of its threads and memory at 1,000 series every 5 s, and how long a step of
 * the colony's own work takes with it and without. The interval is scaled down to 0.5 s; the CPU is scaled back.
 */
import { DashboardServer } from "hiveframe-dashboard";
import { noPython, PythonColony, watch } from "../node/python-rig.ts";
import { type Figure, median } from "./harness/figure.ts";

const SERIES = 1000;
const INTERVAL_S = 5;
const SCALED_S = 0.5;
const SAMPLES = 20;
const RUNS = 5;

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	if (noPython) throw new Error(noPython);
	const server = new DashboardServer({ bridgeToken: "bench" });
	await server.start({ host: "127.0.0.1", port: 0 });
	const colony = await PythonColony.start({ dev: false });
	let viewer: Awaited<ReturnType<typeof watch>> | undefined;
	try {
		for (let i = 0; i < SERIES; i++)
			await colony.do("metric", "gauge", `metric_${i % 50}`, "set", i / 3, { worker: `worker-${Math.floor(i / 50)}` });
		const before = await colony.do("memory");
		const alone = await steps(colony);
		const idle = await cpuOver(colony);
		await colony.do("attach", { to: server.url, cluster: "bench", token: "bench", interval: SCALED_S });
		// Somebody looks, so that it pushes what it samples at once.
		viewer = await watch(server.url, "bench");
		await colony.do("settle", SCALED_S);
		const sampled = (await colony.do("stats")).seq;
		const busy = await cpuOver(colony);
		const samples = (await colony.do("stats")).seq - sampled;
		if (samples < SAMPLES / 2) throw new Error(`the bridge made ${samples} frames in ${SAMPLES} intervals`);
		const share = ((busy - idle) / (SAMPLES * SCALED_S)) * (SCALED_S / INTERVAL_S) * 100;
		yield { name: `CPU at ${SERIES} series every ${INTERVAL_S} s`, value: share, unit: "% of one core" };
		yield { name: `memory at ${SERIES} series`, value: ((await colony.do("memory")) - before) / 1e6, unit: "MB" };
		const beside = await steps(colony);
		for (const at of ["p50", "p99"] as const) {
			const reference = { name: "without the bridge", value: alone[at] };
			yield { name: `a step of the colony's own, ${at}, sampled ten times as often`, value: beside[at], unit: "µs", reference };
		}
	} finally {
		viewer?.close();
		await colony.end();
		await server.stop();
	}
}

/** CPU seconds the process takes while its own thread does nothing. */
async function cpuOver(colony: PythonColony): Promise<number> {
	const before = await colony.do("cpu");
	await colony.do("settle", SAMPLES * SCALED_S);
	return (await colony.do("cpu")) - before;
}

async function steps(colony: PythonColony): Promise<{ p50: number; p99: number }> {
	const runs: { p50: number; p99: number }[] = [];
	for (let i = 0; i < RUNS; i++) runs.push(await colony.do("busy_loop", 2));
	return { p50: median(runs.map(({ p50 }) => p50)), p99: median(runs.map(({ p99 }) => p99)) };
}
