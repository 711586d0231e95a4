/** The Python bridge with invalid values, objects of other types, slow handlers, broken responses and large colonies. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { MODULE, noPython, PACKAGE, PYTHON, PythonColony, watch } from "./python-rig.ts";
import { unreadyDashboard } from "./unready-dashboard.ts";

if (noPython) console.warn(`the Python module is not tested: ${noPython}`);

const TOKEN = "s3cret'token";
const soon = { timeout: 15_000, interval: 50 };

/** `MYPY` names another command, such as one in an environment of its own. */
const mypy = process.env.MYPY ? [process.env.MYPY] : [PYTHON, "-m", "mypy"];
const noMypy = spawnSync(mypy[0] as string, [...mypy.slice(1), "--version"]).status !== 0;
if (noMypy) console.warn(`the Python module's types are not checked: "${mypy.join(" ")}" does not run`);

describe.skipIf(noPython)("the Python module", () => {
	let server: DashboardServer;
	const endings: (() => unknown)[] = [];
	let names = 0;
	beforeAll(async () => {
		server = new DashboardServer({ bridgeToken: TOKEN });
		await server.start({ host: "127.0.0.1", port: 0 });
	});
	afterEach(async () => {
		for (const end of endings.splice(0).reverse()) await end();
	});
	afterAll(() => server?.stop());

	async function start(): Promise<PythonColony> {
		const colony = await PythonColony.start();
		endings.push(() => colony.end());
		return colony;
	}
	const options = (cluster: string, more: object = {}) => ({ to: server.url, cluster, token: TOKEN, name: "py", interval: 0.1, ...more });
	async function attached(more: object = {}, before = "") {
		const cluster = `fault-${names++}`;
		const python = await start();
		if (before) await python.do("run", before);
		await python.do("attach", options(cluster, more));
		const viewer = await watch(server.url, cluster);
		endings.push(() => viewer.close());
		return { cluster, python };
	}
	// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
	async function get(cluster: string, path: string): Promise<any> {
		return (await fetch(`${server.url}/clusters/${cluster}/api/${path}`)).json();
	}
	async function newest(cluster: string, name: string): Promise<number | undefined> {
		return (await get(cluster, `metrics?range=1h&names=${encodeURIComponent(name)}`))[name]?.at(-1)?.value;
	}
	const messages = async (cluster: string) => (await get(cluster, "logs")).logs.map(({ message }: { message: string }) => message);
	const warnings = async (python: PythonColony): Promise<string> => (await python.do("warnings")).join("\n");

	test("a value that is no number is left out by itself and reported; values that convert to a float are taken", async () => {
		const { cluster, python } = await attached(
			{},
			`
from decimal import Decimal
from fractions import Fraction
class Scalar:
    def __float__(self): return 2.5
class Rude:
    def __float__(self): raise RuntimeError("no")
    def __str__(self): raise RuntimeError("never")
for name, value in dict(flag=True, dec=Decimal("1.5"), frac=Fraction(1, 4), other=Scalar(), big=10**30, good=7, rude=Rude(), huge=10**400, lst=[1], nan=float("nan")).items():
    registry.gauge(name).set(value)
registry.gauge("rows").set(3, {"a": "1"})
registry.gauge("rows").set(object(), {"a": "2"})
registry.gauge("rows").set(4, {"a": Rude()})
registry.gauge("rows").set(5, {"a": "3"})
registry.gauge("bad name\\n").set(5)
registry.gauge("newline").set(5, {"label\\n": "x"})
registry.summary("waits").observe(1)
next(iter(registry.summary("waits")._observations.values())).append((time.time(), "long"))
registry.summary("waits").observe(2)
`,
		);
		await expect.poll(() => newest(cluster, "hiveframe_flag"), soon).toBe(1);
		const wanted = { dec: 1.5, frac: 0.25, other: 2.5, big: 1e30, good: 7, 'rows{a="1"}': 3, 'rows{a="3"}': 5 };
		for (const [name, value] of Object.entries(wanted)) expect(await newest(cluster, `hiveframe_${name}`), name).toBe(value);
		expect(await newest(cluster, 'hiveframe_waits{quantile="0.5"}')).toBe(2);
		for (const name of ["rude", "huge", "lst", "nan"]) expect(await newest(cluster, `hiveframe_${name}`), name).toBeUndefined();
		await expect
			.poll(async () => (await get(cluster, "cluster")).left_out, soon)
			.toEqual(
				expect.arrayContaining([
					{
						bridge: "py",
						field: "metrics.value",
						count: 4,
						reason: "the value of hiveframe_rude is a Rude, which is no number (RuntimeError)",
					},
					{ bridge: "py", field: "metrics.name", count: 2, reason: expect.stringContaining("'hiveframe_bad name\\n'") },
					{ bridge: "py", field: "metrics", count: 1, reason: expect.stringContaining("hiveframe_rows could not be read: RuntimeError") },
				]),
			);
		expect(await warnings(python)).toContain("4 entries left out at metrics.value: the value of hiveframe_rude is a Rude");
		await python.do("run", "registry._metrics.clear()");
		await expect.poll(async () => (await get(cluster, "cluster")).left_out, soon).toBeUndefined();
		expect((await python.do("stats")).refused).toBe(0);
	});

	test("a bee, dance or pheromone that cannot be read is left out by itself; the last state stays while a reader fails", async () => {
		const { cluster, python } = await attached();
		await python.do("job", 20, 0.001);
		await python.do("records", 3);
		await expect.poll(async () => (await get(cluster, "workers")).length, soon).toBe(12);
		await python.do(
			"run",
			`
class Mute:
    def __str__(self): raise RuntimeError("no name")
hive.bees[0].worker_id = Mute()
hive.colony.temperature["employed_1"] = "hot"
stream.colony.pheromones.append(Broken())
hive.colony.dance_floor.dances["x"] = [Mute()]
`,
		);
		await python.do("metric", "gauge", "later", "set", 1);
		await expect.poll(() => newest(cluster, "hiveframe_later"), soon).toBe(1);
		await expect.poll(async () => (await get(cluster, "workers")).length, soon).toBe(11);
		await python.do("run", "stream.workers = None");
		await python.do("metric", "gauge", "later", "set", 2);
		await expect.poll(() => newest(cluster, "hiveframe_later"), soon).toBe(2);
		expect((await get(cluster, "workers")).length).toBe(11);
		expect(await warnings(python)).toMatch(/left out at workers: RuntimeError: no name[\s\S]*StreamReader could not read the colony/);
		expect((await python.do("stats")).refused).toBe(0);
	});

	test("an invalid token is refused, and no warning contains a token", async () => {
		const python = await start();
		for (const token of ["secret\n", "sec ret", "", 5]) {
			await expect(python.do("attach", options("x", { token }))).rejects.toThrow(/^ValueError: invalid token(?!.*sec)/);
		}
		const echo = await unreadyDashboard((response, _, request) => {
			const detail = `not with ${request.headers.authorization}`;
			response.writeHead(401, { "content-type": "application/problem+json" }).end(JSON.stringify({ kind: "unauthorized", detail }));
		});
		endings.push(echo.close);
		await python.do("attach", options("x", { to: echo.url }));
		await expect.poll(() => warnings(python), soon).toContain("not with Bearer ***");
		// A fault of the bridge's own is told by its kind and place.
		await python.do("run", `def fail(*_): raise ValueError(repr("Bearer " + "s3cret'token"))\nbridge._client.post = fail`);
		await expect.poll(() => warnings(python), soon).toMatch(/push thread failed: ValueError in fail/);
		expect(await warnings(python)).not.toContain("s3cret");
	});

	test("an invalid address is refused, without a password in it", async () => {
		const python = await start();
		for (const to of [
			"http://a..b",
			"http://h:99999",
			"http://h:0",
			"http://h:80x",
			"http://[::1",
			"https://x y",
			"http://x\n",
			"http://ho%20st",
			5,
		])
			await expect(python.do("attach", options("x", { to })), String(to)).rejects.toThrow(/^ValueError: invalid dashboard URL/);
		await expect(python.do("attach", options("x", { to: "http://u:pass/word@h:0" }))).rejects.toThrow(/^(?!.*pass)/);
		await expect(python.do("attach", options("x\n"))).rejects.toThrow(/invalid cluster name/);
	});

	test.each([
		["nothing", ""],
		["half a frame", '{"type":"welc'],
		["no number", '{"type":"welcome","epoch":{},"lastSeq":null}\n{"type":"ack","seq":"x"}\n{"type":"viewers"}\n'],
		["a number that never rises", '{"type":"welcome","protocol":1,"epoch":7,"lastSeq":0}\n'],
	])("a response with %s is followed by a pause, not by the same request", async (_, text) => {
		const dashboard = await unreadyDashboard((response) => response.writeHead(200, { "content-type": "application/x-ndjson" }).end(text));
		endings.push(dashboard.close);
		const python = await start();
		await python.do("attach", options("x", { to: dashboard.url }));
		await expect.poll(() => dashboard.asked.length, soon).toBeGreaterThan(2);
		await pause(1_500);
		expect(dashboard.asked.length).toBeLessThan(40);
		await expect.poll(() => warnings(python), soon).toContain("acknowledged nothing");
		expect(await warnings(python)).not.toContain("thread failed");
	});

	test("Retry-After is respected; warnings of a redirect and a wrong scheme say what to do", async () => {
		const dashboard = await unreadyDashboard((response, { url }) => {
			if (url.startsWith("/moved")) response.writeHead(301, { location: "https://elsewhere.example/api/bridge" }).end();
			else response.writeHead(503, { "retry-after": "2" }).end();
		});
		endings.push(dashboard.close);
		const python = await start();
		await python.do("attach", options("x", { to: dashboard.url }));
		await expect.poll(() => dashboard.asked.length, soon).toBe(2);
		const [first, second] = dashboard.asked;
		expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_990);
		await python.do("stop");
		for (const [to, words] of [
			[`${dashboard.url}/moved`, /redirects the bridge \(301\) to https:\/\/elsewhere/],
			[dashboard.url.replace("http:", "https:"), /does not use TLS; write http:\/\//],
			["http://127.0.0.1:9", /nothing listens on that port/],
		] as const) {
			const other = await start();
			await other.do("attach", options("x", { to }));
			await expect.poll(() => warnings(other), soon).toMatch(words);
		}
	});

	test("a checkpoint backend that never returns leaves out the checkpoint; stop() and the end of the program take bounded time", async () => {
		const { cluster, python } = await attached(
			{},
			`
hiveframe_bridge.SLOW_READ = 0.3
blocked = threading.Event()
processor._state_backend.get_latest_checkpoint = blocked.wait
`,
		);
		await python.do("metric", "gauge", "beside", "set", 1);
		await expect.poll(() => newest(cluster, "hiveframe_beside"), soon).toBe(1);
		await expect.poll(() => warnings(python), soon).toContain("left out at checkpoints: TimeoutError");
		// The whole sample blocks: that is told too, on the dashboard.
		await python.do(
			"run",
			`class Stuck(Tally):\n    _values = property(lambda self: blocked.wait())\nregistry._metrics["stuck"] = Stuck()`,
		);
		await expect.poll(() => messages(cluster), soon).toContainEqual(expect.stringContaining("reading the colony takes more than"));
		expect(await python.do("run", "import time\nbegan = time.monotonic()\nbridge.stop(1)\nanswer = time.monotonic() - began")).toBeLessThan(
			5,
		);
		expect(await python.end()).toBe(0);
		const other = await start();
		await other.do(
			"run",
			"registry._metrics['stuck'] = type('Stuck', (Tally,), {'_values': property(lambda self: threading.Event().wait())})()",
		);
		await other.do("attach", options(cluster, { name: "other" }));
		await expect.poll(async () => (await other.do("run", "answer = bridge._sampler.reading_since")) !== null, soon).toBe(true);
		expect(await other.end()).toBe(0);
	});

	test("a log handler may read the bridge's statistics, take long, or stop it", async () => {
		const { python } = await attached(
			{},
			`
asked = []
gate = threading.Event()
class Curious(logging.Handler):
    def emit(self, record):
        asked.append(bridge.stats["state"])
        if "lst" in record.getMessage(): gate.wait()
logging.getLogger("hiveframe_bridge").addHandler(Curious())
`,
		);
		await python.do("run", `with bridge._session.lock: bridge._warnings.add("added with the lock held"); answer = bridge.stats["state"]`);
		await expect.poll(async () => (await python.do("run", "answer = asked")).length, soon).toBeGreaterThan(0);
		await python.do("metric", "gauge", "lst", "set", []);
		await expect.poll(() => warnings(python), soon).toContain("hiveframe_lst");
		const { acked } = await python.do("stats");
		await expect.poll(async () => (await python.do("stats")).acked, soon).toBeGreaterThan(acked + 3);
		expect(await python.do("run", "import time\nbegan = time.monotonic()\nbridge.stop(1)\nanswer = time.monotonic() - began")).toBeLessThan(
			5,
		);
		await python.do("run", "gate.set()");
	});

	test("log lines are bounded in bytes, formatted when they are written, and not formatted if they are dropped", async () => {
		const { cluster, python } = await attached({ interval: 3600, buffer_bytes: 200_000 });
		await expect.poll(async () => (await python.do("stats")).connected, soon).toBe(true);
		const grown = await python.do(
			"run",
			`
before = memory()
plain = logging.getLogger("plain")
for index in range(100):
    plain.warning("%d " % index + "x" * 10_000_000)
context = {"rows": [1, 2]}
logger._log(LogLevel.INFO, "context", rows=context["rows"])
context["rows"].append(3)
answer = memory() - before
`,
		);
		expect(grown).toBeLessThan(40_000_000);
		const formatted = await python.do(
			"run",
			`
class Counted:
    count = 0
    def __str__(self):
        Counted.count += 1
        return "counted"
try:
    raise ValueError("dear")
except ValueError:
    for _ in range(1000):
        plain.exception(Counted())
        logger._log(LogLevel.ERROR, Counted(), more=Counted())
answer = Counted.count
`,
		);
		expect(formatted).toBeLessThan(1_000);
		await python.do("stop");
		const lines: string[] = await messages(cluster);
		expect(lines.filter((line) => /^\d+ x+… \[cut, 1000000\d characters in all\]/.test(line)).length).toBeGreaterThan(2);
		expect(await warnings(python)).toMatch(/\d+ entries left out at logs: more than 5000 lines or 100 kB waited/);
		expect((await python.do("stats")).buffered.bytes).toBeLessThanOrEqual(200_000);
	});

	test("an exception of any depth is shown with its trace, cause and message", async () => {
		const { cluster, python } = await attached();
		await python.do(
			"run",
			`
def dig(depth):
    if depth: dig(depth - 1)
    raise KeyError("the deep one")
try:
    try: dig(100)
    except KeyError as error: raise RuntimeError("it failed") from error
except RuntimeError:
    logging.getLogger("plain").exception("a job")
rows = [1]
logger._log(LogLevel.ERROR, "as it was", rows=rows)
rows.append(2)
`,
		);
		await expect.poll(() => messages(cluster), soon).toContain("as it was | rows=[1]");
		const line = (await messages(cluster)).find((each: string) => each.startsWith("a job"));
		expect(line).toMatch(
			/^a job\nTraceback \(most recent call last\):\n {2}\.\.\. 82 calls \.\.\.\n[\s\S]*in dig\n[\s\S]*KeyError: 'the deep one'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback[\s\S]*\nRuntimeError: it failed$/,
		);
	});

	test("a bee that works long on one partition or record is busy; the others are idle, as are all of an abandoned job", async () => {
		const { cluster, python } = await attached({}, "hiveframe_bridge.JOB_IDLE = 0.2");
		await python.do(
			"run",
			`
held = threading.Event()
worker = threading.Thread(target=lambda: hive.map(list(range(8)), lambda item: held.wait() if item == 2 else item))
worker.start()
stream.start(lambda value: held.wait())
stream.submit("key", 1)
`,
		);
		const busy = async () =>
			(await get(cluster, "workers"))
				.filter(({ status }: { status: string }) => status === "busy")
				.map(({ id }: { id: string }) => id)
				.sort();
		await expect.poll(busy, soon).toEqual(["employed_2", expect.stringMatching(/^stream_/)]);
		const { acked } = await python.do("stats");
		await expect.poll(async () => (await python.do("stats")).acked, soon).toBeGreaterThan(acked + 20);
		expect(await busy()).toEqual(["employed_2", expect.stringMatching(/^stream_/)]);
		// A job that ends before all partitions were danced about.
		await python.do("run", `hive.colony.food_sources["never"] = None\nheld.set()\nworker.join()`);
		await expect.poll(busy, soon).toEqual([]);
	});

	test("a colony of 12,000 bees and 20,001 partitions is shown whole", { timeout: 60_000 }, async () => {
		const { cluster, python } = await attached({ interval: 0.5 });
		await python.do(
			"run",
			`
from hiveframe_standin import Bee, BeeRole, ColonyState, WaggleDance
big = ColonyState()
big.food_sources = {str(index): None for index in range(20_001)}
hive.bees = [Bee("bee_%d" % index, BeeRole.EMPLOYED, big) for index in range(12_000)]
hive.colony = big
`,
		);
		const workers = async () => (await get(cluster, `view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`)).answers[0].view.workers;
		await expect.poll(async () => (await workers()).total, { ...soon, timeout: 30_000 }).toBe(12_000);
		await python.do(
			"run",
			`
for index in range(20_001):
    dance = WaggleDance(str(index), 1.0, 0.001, 1, "bee_1")
    dance.timestamp -= 60
    big.dance_floor.perform_dance(dance)
big.dance_floor.perform_dance(WaggleDance("20000", 1.0, 0.001, 1, "bee_2"))
big.dance_floor.perform_dance(WaggleDance("0", 1.0, 0.001, 1, "bee_3"))
`,
		);
		const tasks = async () =>
			(await get(cluster, `view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`)).answers[0].view.tasks.completed;
		await expect.poll(tasks, { ...soon, timeout: 30_000 }).toBe(2);
		expect(await warnings(python)).toBe("");
	});

	test("SIGTERM sends the last frames and ends the program; a handler of its own and child processes are not affected", async () => {
		const { cluster, python } = await attached({ interval: 3600 });
		await expect.poll(async () => (await python.do("stats")).connected, soon).toBe(true);
		await python.do("log", "INFO", "last words");
		const fork = `
import os, signal, warnings
warnings.simplefilter("ignore")
child = os.fork()
if not child: os._exit(int(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL))
answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
`;
		expect(await python.do("run", fork)).toBe(1);
		const ended = once(python.child, "exit");
		python.child.kill("SIGTERM");
		expect(await ended).toEqual([null, "SIGTERM"]);
		await expect.poll(() => messages(cluster), soon).toContain("last words");

		const own = await start();
		await own.do("run", "import signal\nmine = lambda *_: None\nsignal.signal(signal.SIGTERM, mine)");
		await own.do("attach", options(cluster, { name: "own" }));
		expect(await own.do("run", "answer = signal.getsignal(signal.SIGTERM) is mine")).toBe(true);
	});

	test("its version is the package's", async () => {
		const python = await start();
		expect(await python.do("run", "answer = hiveframe_bridge.__version__")).toBe(packageJson.version);
	});

	test.skipIf(noMypy).each([MODULE, PACKAGE])("types are clean under mypy --strict: %s", { timeout: 120_000 }, (path) => {
		const { stdout } = spawnSync(mypy[0] as string, [...mypy.slice(1), "--strict", "--cache-dir=/dev/null", path], { encoding: "utf8" });
		expect(stdout).toMatch(/^Success/);
	});
});
