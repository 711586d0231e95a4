/** The Python module beside a colony, against a real dashboard: what the colony keeps is on the dashboard, and the colony notices nothing. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { QueryInput, QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import type { AnswerOf, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { MODULE, noPython, PYTHON, PythonColony, watch } from "./python-rig.ts";

if (noPython) console.warn(`the Python module is not tested: ${noPython}`);

const TOKEN = "python";
const HOSTILE = '<script>alert("x")</script> \\ 🐝 é';

describe.skipIf(noPython)("the Python module", () => {
	let server: DashboardServer;
	const colonies: PythonColony[] = [];
	const viewers: { close(): void }[] = [];
	let names = 0;
	beforeAll(async () => {
		server = new DashboardServer({ bridgeToken: TOKEN });
		await server.start({ host: "127.0.0.1", port: 0 });
	});
	afterEach(async () => {
		for (const viewer of viewers.splice(0)) viewer.close();
		await Promise.all(colonies.splice(0).map((colony) => colony.end()));
	});
	afterAll(() => server?.stop());

	async function start(): Promise<PythonColony> {
		const colony = await PythonColony.start();
		colonies.push(colony);
		return colony;
	}
	/** Attaches, and looks: while nobody does, the bridge pushes every half minute. */
	async function attach(python: PythonColony, cluster: string, more: object = {}): Promise<void> {
		await python.do("attach", options(cluster, more));
		viewers.push(await watch(server.url, cluster));
	}
	const freshCluster = () => `python-${names++}`;
	const options = (cluster: string, more: object = {}) => ({ to: server.url, cluster, token: TOKEN, name: "py", interval: 0.1, ...more });
	// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
	async function get(cluster: string, path: string): Promise<any> {
		return (await fetch(`${server.url}/clusters/${cluster}/api/${path}`)).json();
	}
	async function view<K extends QueryKind>(cluster: string, query: Extract<QueryInput, { kind: K }>): Promise<AnswerOf<K>> {
		const snapshot = (await get(cluster, `view?queries=${encodeURIComponent(JSON.stringify([query]))}`)) as Snapshot;
		return snapshot.answers?.[0] as AnswerOf<K>;
	}
	/** The newest value of each selector. */
	async function values(cluster: string, names: string[]): Promise<Record<string, number | undefined>> {
		const found = await get(cluster, `metrics?range=1h&${names.map((name) => `names=${encodeURIComponent(name)}`).join("&")}`);
		return Object.fromEntries(names.map((name) => [name, found[name]?.at(-1)?.value]));
	}
	const soon = { timeout: 10_000, interval: 50 };

	test("workers with their roles, a hive's own metrics, streams, metrics and logs are shown", async () => {
		const cluster = freshCluster();
		const python = await start();
		await attach(python, cluster);
		await python.do("job", 30, 0.005);
		await python.do("records", 40, 3);
		await python.do("pheromone", "recruit", 0.8);
		await python.do("checkpoint");
		await python.do("log", "ERROR", `it failed: ${HOSTILE}\nsecond line`, { job: "etl" });
		await python.do("plain", "WARNING", "of the logging module");
		// HiveFrame swallows what four of the thirty raise: nobody can tell them from a result that is None.
		await expect
			.poll(async () => (await view<"cluster">(cluster, { kind: "cluster" }))?.view.tasks, soon)
			.toMatchObject({ completed: 26, no_result: 4, failed: 0 });
		expect(await get(cluster, "tasks?status=no_result")).toMatchObject({
			ended_total: 4,
			ended: [{ name: "partition", status: "no_result" }, {}, {}, {}],
		});
		expect((await values(cluster, ["tasks_without_result"])).tasks_without_result).toBe(4);

		const workers = await get(cluster, "workers");
		expect(workers.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(["employed_0", "onlooker_0", "scout_0"]));
		const roles = async () =>
			Object.fromEntries((await view<"workers">(cluster, { kind: "workers", limit: 500 })).rows.map(({ id, role }) => [id, role]));
		// The streams' workers come with a later push than the tasks.
		await expect
			.poll(roles, soon)
			.toMatchObject({ employed_0: "employed", onlooker_2: "onlooker", scout_0: "scout", stream_employed_0: "employed" });
		// The job is over: a bee that keeps its last partition is not at work.
		await expect
			.poll(async () => {
				const { byStatus } = (await view<"cluster">(cluster, { kind: "cluster" })).view.workers;
				return byStatus.busy ?? 0;
			}, soon)
			.toBe(0);

		const number = expect.any(Number);
		const wanted = {
			'colony_temperature{colony="hive"}': number,
			'dance_vigor{colony="hive"}': number,
			'food_sources{colony="hive"}': number,
			'pheromone_level{colony="orders",trail="recruit"}': number,
			'tasks_completed{worker="employed_0"}': number,
			'stream_errors_total{stream="orders"}': 3,
			'stream_lag_seconds{stream="clicks"}': number,
			'stream_records_total{stream="clicks"}': 40,
			cpu_percent: number,
		};
		await expect.poll(() => values(cluster, ["stream_records_total", ...Object.keys(wanted)]), soon).toMatchObject(wanted);
		const special = await values(cluster, ["stream_records_total", ...Object.keys(wanted)]);
		expect(special.stream_records_total).toBeGreaterThan(36);
		expect(special['pheromone_level{colony="orders",trail="recruit"}']).toBeGreaterThan(0.1);
		expect(special['tasks_completed{worker="employed_0"}']).toBeGreaterThan(0);
		expect(special['stream_lag_seconds{stream="clicks"}']).toBeGreaterThan(4);
		const streams = await get(cluster, "streams");
		expect(streams).toMatchObject([
			{ id: "clicks", status: "running", windows: { open: expect.any(Number), fired: 0, late: 0 }, checkpoint: { status: "completed" } },
			{ id: "orders", status: "running" },
		]);
		const { logs } = await get(cluster, "logs?level=WARNING");
		expect(logs).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ level: "ERROR", source: "queen", message: `it failed: ${HOSTILE}\nsecond line | job=etl` }),
				expect.objectContaining({ level: "WARNING", source: "plain", message: "of the logging module" }),
			]),
		);
		expect((await get(cluster, "tasks?status=completed&limit=5")).tasks?.[0] ?? (await get(cluster, "tasks"))).toBeTruthy();
		expect(await python.do("warnings")).toEqual([]);
	});

	test("totals rise over all jobs, although HiveFrame counts anew in each", async () => {
		const cluster = freshCluster();
		const python = await start();
		await attach(python, cluster);
		for (let i = 0; i < 3; i++) await python.do("job", 24, 0.2);
		await python.do("stop");
		const { series } = await get(
			cluster,
			`export?format=json&names=${encodeURIComponent('waggle_dances_total{colony="hive"},tasks_completed')}`,
		);
		for (const { samples, name } of series as { name: string; samples: { value: number }[] }[]) {
			const read = samples.map(({ value }) => value);
			expect(read, name).toEqual(read.toSorted((a, b) => a - b));
		}
		const dances = series.find(({ name }: { name: string }) => name === "waggle_dances_total");
		expect(dances.samples.at(-1).value).toBeGreaterThanOrEqual(72);
		const { completed, no_result } = (await view<"cluster">(cluster, { kind: "cluster" })).view.tasks;
		expect(completed + no_result).toBe(dances.samples.at(-1).value);
		expect(no_result).toBe(9);
	});

	test("metrics keep their names, types and labels; histograms are corrected and have quantiles; values that are no numbers are left out", async () => {
		const cluster = freshCluster();
		const python = await start();
		await python.do("metric", "counter", "rows_total", "inc", 7, { table: 'a "quoted" \\ one' });
		await python.do("metric", "gauge", "queue_depth", "set", 3, { queue: "tasks" });
		await python.do("metric", "gauge", "pheromone_strength", "set", 0.5);
		await python.do("metric", "counter", "waggle_dance_count", "inc", 9);
		for (let i = 1; i <= 100; i++) await python.do("metric", "histogram", "task_duration_seconds", "observe", i / 400, { job: "etl" });
		for (let i = 1; i <= 100; i++) await python.do("metric", "summary", "wait_seconds", "observe", i);
		await attach(python, cluster);
		const bucket = (le: string) => `hiveframe_task_duration_seconds_bucket{job="etl",le="${le}"}`;
		const wanted = {
			'hiveframe_rows_total{table="a \\"quoted\\" \\\\ one"}': 7,
			'hiveframe_queue_depth{queue="tasks"}': 3,
			hiveframe_pheromone_strength: 0.5,
			hiveframe_waggle_dance_count: 9,
			[bucket("0.05")]: 20,
			[bucket("0.25")]: 100,
			[bucket("+Inf")]: 100,
			'hiveframe_task_duration_seconds_count{job="etl"}': 100,
			'hiveframe_task_duration_seconds_p50{job="etl"}': 0.125,
			latency_p50: 0.125,
			'hiveframe_wait_seconds{quantile="0.5"}': 51,
			hiveframe_wait_seconds_count: 100,
		};
		await expect
			.poll(() => values(cluster, Object.keys(wanted)), soon)
			.toEqual({
				...wanted,
				'hiveframe_task_duration_seconds_p50{job="etl"}': expect.closeTo(0.125, 2),
				latency_p50: expect.closeTo(0.125, 2),
			});
		await python.do("metric", "gauge", "queue_depth", "set", "no number", { queue: "tasks" });
		await python.do("stop");
		expect((await python.do("stats")).refused).toBe(0);
	});

	test("objects of other types in the colony break neither the bridge nor the program", async () => {
		const cluster = freshCluster();
		const python = await start();
		await python.do("metric", "gauge", "alive", "set", 1);
		await attach(python, cluster);
		await python.do("job", 8, 0.001);
		await python.do("sabotage");
		await python.do("metric", "gauge", "alive", "set", 2);
		await expect.poll(async () => (await values(cluster, ["hiveframe_alive"])).hiveframe_alive, soon).toBe(2);
		const warnings: string[] = await python.do("warnings");
		expect(warnings.length).toBeGreaterThan(0);
		for (const words of warnings) expect(words).toMatch(/could not (be )?read/);
		expect(await python.end()).toBe(0);
		expect(python.stderr).toBe("");
	});

	test("stop() leaves no thread, and a program that ends without it sends its last frames", async () => {
		const cluster = freshCluster();
		const python = await start();
		await attach(python, cluster);
		await python.do("stop");
		expect(await python.do("threads")).toEqual(["MainThread"]);
		const another = await start();
		await another.do("attach", options(cluster, { interval: 3600, name: "another" }));
		await expect.poll(async () => (await another.do("stats")).state, soon).toBe("live");
		await another.do("log", "INFO", "last words");
		expect(await another.end()).toBe(0);
		expect((await get(cluster, "logs")).logs.map(({ message }: { message: string }) => message)).toContain("last words");
	});

	test("invalid arguments are refused at once, without the token", async () => {
		const python = await start();
		const refused = (more: object, words: RegExp) => expect(python.do("attach", options("x", more))).rejects.toThrow(words);
		await refused({ to: "dashboard" }, /invalid dashboard URL/);
		await refused({ to: "ftp://user:secret@host" }, /^ValueError: invalid dashboard URL (?!.*secret)/);
		await refused({ cluster: "a/b" }, /invalid cluster name 'a\/b'/);
		await refused({ token: "two words" }, /invalid token(?!.*two words)/);
		await refused({ interval: 0 }, /invalid interval 0/);
		await refused({ restart: "x" }, /a function is needed/);
	});

	test("is Python 3.9 throughout", () => {
		const parse = `import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 9))`;
		const { status, stderr } = spawnSync(PYTHON, ["-W", "error", "-c", parse], { encoding: "utf8", input: readFileSync(MODULE) });
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	});
});
