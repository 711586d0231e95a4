/** The Python module's delivery: links that are cut, a dashboard that is killed, memory that is full, commands, a later run of the same name. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { CutWire } from "../faults/cut-wire.ts";
import { startNodeHost } from "../faults/node-host-process.ts";
import { noPython, PythonColony, watch } from "./python-rig.ts";

if (noPython) console.warn(`the Python module is not tested: ${noPython}`);

const TOKEN = "faults";
const CLUSTER = "python";

const endings: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

async function start(given: { clockAhead?: number } = {}): Promise<PythonColony> {
	const colony = await PythonColony.start(given);
	endings.push(() => colony.end());
	return colony;
}

async function dashboard(): Promise<DashboardServer> {
	const server = new DashboardServer({ bridgeToken: TOKEN });
	await server.start({ host: "127.0.0.1", port: 0 });
	endings.push(() => server.stop());
	return server;
}

async function look(url: string): Promise<void> {
	const viewer = await watch(url, CLUSTER);
	endings.push(() => viewer.close());
}

const options = (to: string, more: object = {}) => ({ to, cluster: CLUSTER, token: TOKEN, name: "py", interval: 0.1, ...more });

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
async function get(url: string, path: string): Promise<any> {
	return (await fetch(`${url}/clusters/${CLUSTER}/api/${path}`)).json();
}

/** The stored samples of the metric that counts its own reads. */
async function tallied(url: string): Promise<number[]> {
	const { series } = await get(url, "export?format=json&names=tally");
	return series[0]?.samples.map(({ value }: { value: number }) => value) ?? [];
}

/** The bridge as the dashboard lists it, until it says goodbye. */
// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
async function linkOf(url: string): Promise<any> {
	return (await get(url, `view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`)).answers[0].view.links[0];
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const soon = { timeout: 15_000, interval: 50 };

describe.skipIf(noPython)("the Python module", () => {
	test("D2: over a link that is cut again and again, the history equals the sequence", async () => {
		const server = await dashboard();
		const wire = await CutWire.to(server.url);
		endings.push(() => wire.close());
		const python = await start();
		await python.do("attach", options(wire.url, { tally: true }));
		await look(server.url);
		let cuts = 0;
		const cutting = setInterval(() => {
			if (wire.cut()) cuts++;
		}, 230);
		endings.push(() => clearInterval(cutting));
		await expect.poll(() => python.do("reads"), soon).toBeGreaterThan(40);
		clearInterval(cutting);
		await python.do("stop");
		const { acked, seq, gaps } = await python.do("stats");
		expect({ acked, gaps: gaps.count }).toEqual({ acked: seq, gaps: 0 });
		expect(cuts).toBeGreaterThan(5);
		expect(await tallied(server.url)).toEqual(upTo(await python.do("reads")));
	});

	test("D1, D2: a dashboard that is killed and restarted with its disk has every sample once", { timeout: 60_000 }, async () => {
		const folder = await mkdtemp(join(tmpdir(), "python-kill-"));
		endings.push(() => rm(folder, { recursive: true, force: true }));
		let host = await startNodeHost(folder, TOKEN);
		endings.push(() => host.kill());
		// The wire's address stays when the dashboard's changes.
		const wire = await CutWire.to(() => host.url);
		endings.push(() => wire.close());
		const python = await start();
		await python.do("attach", options(wire.url, { tally: true }));
		for (let round = 0; round < 3; round++) {
			const before = (await python.do("stats")).acked;
			// A request counts as a viewer, so that gathered frames are sent at once.
			await expect
				.poll(async () => {
					await get(host.url, "cluster");
					return (await python.do("stats")).acked;
				}, soon)
				.toBeGreaterThan(before);
			await host.kill();
			host = await startNodeHost(folder, TOKEN);
		}
		await expect.poll(async () => (await python.do("stats")).connected, soon).toBe(true);
		await python.do("stop");
		const { acked, seq } = await python.do("stats");
		expect(acked).toBe(seq);
		expect(await tallied(host.url)).toEqual(upTo(await python.do("reads")));
	});

	test("D9: a dashboard that has lost its data receives series and state again", async () => {
		const first = await dashboard();
		let to = first.url;
		const wire = await CutWire.to(() => to);
		endings.push(() => wire.close());
		const python = await start();
		await python.do("metric", "gauge", "known", "set", 5);
		await python.do("attach", options(wire.url));
		await python.do("job", 8, 0.001);
		await expect.poll(async () => (await python.do("stats")).acked, soon).toBeGreaterThan(1);
		const second = await dashboard();
		to = second.url;
		wire.cut();
		await expect.poll(async () => (await get(second.url, "workers")).length, soon).toBe(8);
		expect((await get(second.url, "metrics?names=hiveframe_known&range=1h")).hiveframe_known.at(-1).value).toBe(5);
		expect(await python.do("warnings")).toContainEqual(expect.stringContaining("has lost acknowledged frames"));
	});

	test("D5: samples past the buffer are a gap with their number", async () => {
		const server = await dashboard();
		let away = true;
		const wire = await CutWire.to(() => (away ? "http://127.0.0.1:9" : server.url));
		endings.push(() => wire.close());
		const python = await start();
		for (let i = 0; i < 400; i++) await python.do("metric", "gauge", `series_${i}`, "set", i / 3);
		await python.do("attach", options(wire.url, { buffer_bytes: 200_000, tally: true }));
		await expect.poll(async () => (await python.do("stats")).gaps.samples, soon).toBeGreaterThan(2_000);
		const { buffered } = await python.do("stats");
		expect(buffered.bytes).toBeLessThanOrEqual(200_000);
		away = false;
		await expect.poll(async () => (await python.do("stats")).connected, soon).toBe(true);
		const { gaps } = await python.do("stats");
		await expect.poll(async () => (await linkOf(server.url))?.gaps, soon).toMatchObject({ samples: gaps.samples, events: gaps.events });
		await python.do("stop");
		const kept = await tallied(server.url);
		// Nothing is doubled, and the newest is there.
		expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
		expect(kept.at(-1)).toBe(await python.do("reads"));
	});

	test("commands come at once, run once and end with the program's words, though it pushes once an hour", async () => {
		const server = await dashboard();
		const python = await start();
		await python.do("records", 1);
		await python.do("attach", options(server.url, { commands: true, interval: 3600 }));
		await expect.poll(async () => (await get(server.url, "workers")).length, soon).toBe(4);
		// Told of viewers: its request that waits is there.
		await expect.poll(async () => (await python.do("stats")).viewers, soon).not.toBeNull();
		const order = async (path: string, body?: object) =>
			(
				await fetch(`${server.url}/clusters/${CLUSTER}/api/${path}`, { method: "POST", ...(body && { body: JSON.stringify(body) }) })
			).json();
		const done = (await order("cluster/scale?wait=10s", { workers: 12 })) as { state: string; message: string };
		expect(done).toMatchObject({ state: "done", message: "the next job will have 12 bees" });
		expect(await python.do("workers")).toBe(12);
		expect(await order("workers/stream_scout_0/restart?wait=10s")).toMatchObject({
			state: "failed",
			message: "the scout is not to be found",
		});
		const slow = (await order("workers/stream_employed_0/restart")) as { id: string };
		await expect.poll(async () => (await get(server.url, `commands/${slow.id}`)).state, soon).toBe("delivered");
		// Asked for while it is under way, it is not given again.
		await expect.poll(async () => (await python.do("calls")).length, soon).toBe(3);
		await python.do("finish");
		expect(await get(server.url, `commands/${slow.id}?wait=10s`)).toMatchObject({ state: "done", message: "stream_employed_0 is back" });
		expect(await python.do("calls")).toEqual([
			["scale", 12],
			["restart", "stream_scout_0"],
			["restart", "stream_employed_0"],
		]);
	});

	test("a name in use refuses the newcomer, and is free at once when its holder stops in order; nothing is lost", async () => {
		const server = await dashboard();
		const older = await start();
		await older.do("attach", options(server.url));
		// While somebody looks it pushes often, and would soon be silent.
		await look(server.url);
		await expect.poll(async () => (await older.do("stats")).viewers, soon).toBe(1);
		const later = await start({ clockAhead: 3600 });
		await later.do("attach", options(server.url, { tally: true }));
		await expect
			.poll(() => later.do("warnings"), soon)
			.toContainEqual(expect.stringMatching(/the name "py" is in use by another bridge.*frames are kept/));
		expect((await older.do("stats")).connected).toBe(true);
		// It asks again when the name would be free if its holder were silent.
		await older.do("stop");
		expect(await older.do("threads")).toEqual(["MainThread"]);
		await expect.poll(async () => (await later.do("stats")).connected, soon).toBe(true);
		await later.do("stop");
		expect(await tallied(server.url)).toEqual(upTo(await later.do("reads")));
	});

	test("a process that stops in order leaves nothing behind; one whose clock was ahead is followed by one whose clock is right", async () => {
		const server = await dashboard();
		const ahead = await start({ clockAhead: 3600 });
		await ahead.do("records", 1);
		await ahead.do("attach", options(server.url));
		await expect.poll(async () => (await get(server.url, "workers")).length, soon).toBe(4);
		await ahead.do("stop");
		expect(await get(server.url, "workers")).toEqual([]);
		const right = await start();
		await right.do("attach", options(server.url));
		await expect.poll(async () => (await right.do("stats")).connected, soon).toBe(true);
		expect(await right.do("warnings")).toEqual([]);
	});

	test("processes of one host have names of their own where none is given: by their prefix, else by number", async () => {
		const server = await dashboard();
		const name = `import tempfile; tempfile.tempdir = ${JSON.stringify(await mkdtemp(join(tmpdir(), "python-names-")))}`;
		const named = async (more: object) => {
			const python = await start();
			await python.do("run", name);
			await python.do("attach", options(server.url, { name: null, ...more }));
			await expect.poll(async () => (await python.do("stats")).connected, soon).toBe(true);
			return { python, name: (await python.do("run", "answer = bridge._session.hello['bridge']")) as string };
		};
		const first = await named({});
		const second = await named({});
		const other = await named({ prefix: "node-7/" });
		expect(second.name).toBe(`${first.name}-2`);
		expect(other.name).toBe(`${first.name}-node-7`);
		await first.python.do("stop");
		expect((await named({})).name).toBe(first.name);
		second.python.child.kill("SIGKILL");
		await second.python.end();
		const again = await start();
		await again.do("run", name);
		await again.do("attach", options(server.url, { name: null }));
		expect(await again.do("run", "answer = bridge._session.hello['bridge']")).toBe(second.name);
	});

	test("it pushes less often without viewers, and at once when one comes", async () => {
		const server = await dashboard();
		const python = await start();
		await python.do("attach", options(server.url, { tally: true }));
		await expect.poll(async () => (await python.do("stats")).viewers, soon).toBe(0);
		const before = (await python.do("stats")).acked;
		await expect.poll(async () => (await python.do("stats")).buffered.frames, soon).toBeGreaterThan(10);
		expect((await python.do("stats")).acked - before).toBeLessThanOrEqual(3);
		await look(server.url);
		await expect.poll(async () => (await python.do("stats")).buffered.frames, soon).toBeLessThan(5);
		await python.do("stop");
		expect(await tallied(server.url)).toEqual(upTo(await python.do("reads")));
	});

	test("a clock that is an hour ahead is measured, corrected and reported", async () => {
		const server = await dashboard();
		const python = await start({ clockAhead: 3600 });
		await python.do("attach", options(server.url, { tally: true }));
		await look(server.url);
		await python.do("log", "WARNING", "what time is it?");
		await expect.poll(async () => (await tallied(server.url)).length, soon).toBeGreaterThan(5);
		const { skewMs } = await linkOf(server.url);
		expect(Math.abs(skewMs - 3_600_000)).toBeLessThan(2_000);
		await python.do("stop");
		expect(await tallied(server.url)).toEqual(upTo(await python.do("reads")));
		expect((await python.do("stats")).refused).toBe(0);
		const { skew_ms: skew } = await python.do("stats");
		expect(Math.abs(skew - 3_600_000)).toBeLessThan(2_000);
		const [line] = (await get(server.url, "logs?level=WARNING")).logs;
		expect(Math.abs(Date.parse(line.timestamp) - Date.now())).toBeLessThan(30_000);
	});
});
