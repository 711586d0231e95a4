/** `hiveframe-dashboard report` as a person runs it: the file is there and whole, or an error says what to do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { ROOT } from "./house-imports.ts";

const TOKEN = "a-token-for-bridges";
let dashboard: DashboardServer;
let guarded: DashboardServer;
let folder: string;

beforeAll(async () => {
	dashboard = new DashboardServer({ bridgeToken: TOKEN });
	guarded = new DashboardServer({ config: { authEnabled: true, authUsers: { ann: "secret words" } } });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	await guarded.start({ host: "127.0.0.1", port: 0 });
	folder = await mkdtemp(join(tmpdir(), "hive-report-"));
	const colony = { name: "reporting", snapshot: () => ({ workers: [{ id: "w-7", status: "busy" as const }] }) };
	const bridge = new Bridge({ colony, to: { url: dashboard.url, token: TOKEN, cluster: "jobs" }, intervalMs: 100 });
	bridge.start();
	const workers = async () => (await (await fetch(`${dashboard.url}/clusters/jobs/api/workers`)).json()) as unknown;
	await vi.waitFor(async () => expect(await workers()).toMatchObject([{ id: "w-7" }]), { timeout: 30_000 });
	await bridge.stop();
});
afterAll(async () => {
	await dashboard?.stop();
	await guarded?.stop();
	await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
	const child = spawn(process.execPath, ["worker/node/commands/main.ts", "report", ...args], {
		cwd: ROOT,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const said = { out: "", err: "" };
	child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
	child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
	const [code] = (await once(child, "close")) as [number];
	return { code, ...said };
}

test("saves the report of a run, as of its last state", async () => {
	const file = join(folder, "run.html");
	const { code, out, err } = await run("--from", dashboard.url, "--cluster", "jobs", "--run", "1", "--out", file);
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(out).toMatch(/run\.html: \d+ kB, as of 20\d\d-/);
	const html = await readFile(file, "utf8");
	expect(html).toContain("w-7");
	expect(html).toMatch(/<\/html>\n$/);
});

test("takes an instant and a range, and replaces a file that is there", async () => {
	const file = join(folder, "again.html");
	await writeFile(file, "before");
	const { code, err } = await run(
		"--from",
		`${dashboard.url}/`,
		"--cluster",
		"jobs",
		"--at",
		new Date().toISOString(),
		"--range",
		"6h",
		"--out",
		file,
	);
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
});

test.each([
	[[], "no dashboard to read from; write --from URL, its address\n"],
	[["--from", "URL"], "no file to write; write --out FILE\n"],
	[["--from", "URL", "--cluster", "jobs", "--run", "77", "--out", "OUT"], /^the dashboard refuses: there is no run "77"/],
	[["--from", "URL", "--cluster", "jobs", "--at", "soon", "--out", "OUT"], /^the dashboard refuses: at: /],
	[["--from", "URL", "--cluster", "nobody", "--out", "OUT"], /^the dashboard refuses: there is no cluster "nobody"/],
	[["--from", "URL", "--cluster", "a b", "--out", "OUT"], /^invalid cluster name "a b"/],
	[["--from", "ftp://host", "--out", "OUT"], /^invalid dashboard URL "ftp:\/\/host"/],
	[["--from", "http://127.0.0.1:1", "--out", "OUT"], /127\.0\.0\.1:1/],
	[["--from", "GUARDED", "--out", "OUT"], /^the dashboard refuses: /],
	[["--from", "URL", "--token-file", "NOWHERE", "--out", "OUT"], /NOWHERE/],
	[["--from", "URL", "--to", "OUT"], /^unknown option --to/],
])("%j leaves no file, and says why", async (args, why) => {
	const names: Record<string, string> = { URL: dashboard.url, GUARDED: guarded.url, OUT: join(folder, "none.html") };
	const { code, out, err } = await run(...args.map((arg) => names[arg] ?? arg));
	expect(code).toBe(1);
	expect(out).toBe("");
	if (typeof why === "string") expect(err).toBe(why);
	else expect(err).toMatch(why);
	expect(await readdir(folder)).not.toContain("none.html");
});
