/** The Python package for pip: built, installed and run without a network, as a stranger does. */
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { ROOT } from "./house-imports.ts";
import { noPython, PYTHON } from "./python-rig.ts";

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string; homepage: string };
const FOLDER = join(ROOT, "colony-bridge/python");
const ENVIRONMENT = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PIP_NO_CACHE_DIR: "1", PIP_DISABLE_PIP_VERSION_CHECK: "1" };
const noPip = noPython ?? (spawnSync(PYTHON, ["-c", "import pip, venv"]).status === 0 ? undefined : `"${PYTHON}" has no pip or no venv`);
if (noPip) console.warn(`the Python package is not tested: ${noPip}`);

/** Its colony has the attributes that the bridge reads, and work that ends when the file `stop` is there. */
const PROGRAM = `
import logging, os, time
from hiveframe_standin import HiveFrame

hive = HiveFrame(num_workers=3)
nothing = object()


def main():
    while not os.path.exists("stop"):
        hive.map([1, 2, 3], lambda item: item)
        logging.getLogger("jobs").warning("a round is over")
        time.sleep(0.05)


def broken():
    raise ValueError("the program's own fault")
`;

const STREAM = `
from hiveframe_standin import HiveStream

stream = HiveStream(num_workers=4)
stream.start(abs)
`;

describe.skipIf(noPip)("the Python package", () => {
	let folder: string;
	let wheel: string;
	let archive: string;
	let command: string;
	const python = (...args: string[]) => execFileSync(PYTHON, args, { encoding: "utf8", env: ENVIRONMENT, cwd: folder });

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "hiveframe-pip-"));
		[wheel = "", archive = ""] = python(join(FOLDER, "build_backend.py"), join(folder, "dist")).trim().split(/\r?\n/);
		python("-m", "venv", "--without-pip", "venv");
		const inside = (name: string) => join(folder, "venv", process.platform === "win32" ? "Scripts" : "bin", name);
		python("-m", "pip", "--python", inside("python"), "install", "--quiet", "--no-index", "--no-deps", wheel);
		command = inside("hiveframe-bridge");
		writeFileSync(join(folder, "jobs.py"), PROGRAM);
		writeFileSync(join(folder, "orders.py"), STREAM);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const environment = { ...ENVIRONMENT, PYTHONPATH: join(ROOT, "test/node/python") };
	const run = (...args: string[]): SpawnSyncReturns<string> =>
		spawnSync(command, args, { encoding: "utf8", cwd: folder, env: environment, timeout: 60_000 });

	test("has the dashboard's version and address, in its file names and its metadata", () => {
		expect(basename(wheel)).toBe(`hiveframe_bridge-${manifest.version}-py3-none-any.whl`);
		expect(basename(archive)).toBe(`hiveframe_bridge-${manifest.version}.tar.gz`);
		const read = `import sys, zipfile; w = zipfile.ZipFile(sys.argv[1]); print(w.read("hiveframe_bridge-${manifest.version}.dist-info/METADATA").decode())`;
		const metadata = python("-c", read, wheel);
		expect(metadata).toMatch(new RegExp(`^Metadata-Version: 2\\.4\r?\nName: hiveframe-bridge\r?\nVersion: ${manifest.version}\r?\n`));
		expect(metadata).toContain(`Project-URL: Homepage, ${manifest.homepage}`);
		expect(metadata).toContain("Requires-Python: >=3.9");
		expect(metadata).not.toContain("Requires-Dist");
		expect(run("--version").stdout.trim()).toBe(`hiveframe-bridge ${manifest.version}`);
	});

	test("has a RECORD with the size and hash of every file, and says that it is typed", () => {
		const check = `
import base64, csv, hashlib, io, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
record = next(name for name in names if name.endswith("/RECORD"))
for name, hashed, size in csv.reader(io.StringIO(wheel.read(record).decode())):
    names.remove(name)
    data = wheel.read(name)
    right = "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    assert name == record or (hashed, int(size)) == (right, len(data)), name
assert names == [], names
assert "hiveframe_bridge/py.typed" in wheel.namelist()
assert wheel.testzip() is None`;
		expect(() => python("-c", check, wheel)).not.toThrow();
	});

	test("is the same, byte for byte, in a second build and in one from its own source archive", () => {
		const again = python(join(FOLDER, "build_backend.py"), join(folder, "again")).trim().split(/\r?\n/);
		expect(again.map((path) => readFileSync(path).equals(readFileSync(join(folder, "dist", basename(path)))))).toEqual([true, true]);
		python("-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--wheel-dir", "from-source", archive);
		expect(readFileSync(join(folder, "from-source", basename(wheel))).equals(readFileSync(wheel))).toBe(true);
	});

	test("its build reads pyproject.toml as TOML has it", () => {
		if (spawnSync(PYTHON, ["-c", "import tomllib"]).status !== 0) return;
		const compare = `
import sys, tomllib
sys.path.insert(0, sys.argv[1])
import build_backend
with open(sys.argv[1] + "/pyproject.toml", "rb") as file: right = tomllib.load(file)
project = right["project"]
flat = {"build-system": right["build-system"], "project.urls": project.pop("urls"), "project.scripts": project.pop("scripts"), "project": project}
assert build_backend.project_tables() == flat`;
		expect(() => python("-c", compare, FOLDER)).not.toThrow();
	});

	describe("its command", () => {
		let server: DashboardServer;
		let at: string[];
		const endings: (() => unknown)[] = [];
		beforeAll(async () => {
			server = new DashboardServer({ bridgeToken: "pip" });
			await server.start({ host: "127.0.0.1", port: 0 });
			writeFileSync(join(folder, "token"), "pip\n");
			writeFileSync(join(folder, "other-token"), "pop\n");
			at = ["--to", server.url, "--cluster", "pip", "--token-file", "token"];
		});
		afterAll(() => server.stop());
		afterEach(() => {
			for (const end of endings.splice(0)) end();
		});
		const json = async (path: string) => (await fetch(`${server.url}/clusters/pip/api/${path}`)).json();

		function start(...args: string[]) {
			const child = spawn(command, ["run", ...at, ...args], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
			const said = { text: "" };
			for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said.text += data));
			endings.push(() => child.kill("SIGKILL"));
			return { child, said, code: once(child, "close").then(([code]) => code as number | null) };
		}

		test("shows a program's colony while its function runs, and ends with it", async () => {
			rmSync(join(folder, "stop"), { force: true });
			const { said, code } = start("--logs", "--commands", "jobs:hive", "--call", "main");
			await expect.poll(async () => (await json("workers")).length, { message: said.text }).toBe(3);
			await expect.poll(async () => (await json("logs?source=jobs")).logs?.[0]?.message).toBe("a round is over");
			const scale = { method: "POST", body: JSON.stringify({ workers: 5 }) };
			const scaled = await fetch(`${server.url}/clusters/pip/api/cluster/scale?wait=10s`, scale);
			expect(await scaled.json()).toMatchObject({ state: "done", message: "the next job will have 5 bees" });
			writeFileSync(join(folder, "stop"), "");
			expect(await code, said.text).toBe(0);
			expect(await json("workers")).toEqual([]);
		});

		test.skipIf(process.platform === "win32")("without a function goes on until it is stopped, and says goodbye", async () => {
			const { child, said } = start("orders:stream");
			await expect.poll(async () => (await json("workers")).length, { message: said.text }).toBe(4);
			child.kill("SIGTERM");
			expect(await once(child, "close"), said.text).toEqual([null, "SIGTERM"]);
			expect(await json("workers")).toEqual([]);
		});

		test("check tries the address and the token", async () => {
			const taken = await ended("check", ...at);
			expect(taken).toEqual({ code: 0, text: `the dashboard at ${new URL(server.url).host} takes this bridge\n` });
			const refused = await ended("check", "--to", server.url, "--token-file", "other-token");
			expect(refused).toMatchObject({ code: 3, text: expect.stringContaining("refuses the token (401)") });
			const away = await ended("check", "--to", "http://127.0.0.1:9");
			expect(away).toMatchObject({ code: 1, text: expect.stringContaining("connection refused") });
		});

		/** Beside the server, which lives in this process and has to answer. */
		async function ended(...args: string[]) {
			const child = spawn(command, args, { cwd: folder, env: environment });
			let text = "";
			for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
			const [code] = await once(child, "close");
			return { code, text: text.replaceAll("\r\n", "\n") };
		}

		test.each([
			[["run", "jobs:hive"], 2, /the following arguments are required: --to/],
			[["run", "--to", "nowhere", "jobs:hive"], 2, /invalid dashboard URL 'nowhere'/],
			[["run", "--to", "http://localhost:9", "--token-file", "missing", "jobs:hive"], 2, /cannot read the token file missing/],
			[["run", "--to", "http://localhost:9", "jobs"], 2, /'jobs' is no MODULE:ATTRIBUTE/],
			[["run", "--to", "http://localhost:9", "jobz:hive"], 2, /there is no module jobz here/],
			[["run", "--to", "http://localhost:9", "jobs:bees"], 2, /module jobs has no bees/],
			[["run", "--to", "http://localhost:9", "jobs:hive", "--call", "nothing"], 2, /module jobs has no function nothing/],
			[["run", "--to", "http://localhost:9", "jobs:nothing"], 2, /cannot attach to a object/],
			[["run", "--to", "http://localhost:9", "jobs:hive", "--call", "broken"], 1, /ValueError: the program's own fault/],
		] as const)("%j ends with %i", (args, code, words) => {
			const { status, stderr } = run(...args);
			expect(stderr).toMatch(words);
			expect(status).toBe(code);
		});
	});
});
