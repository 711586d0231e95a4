/** `hiveframe-dashboard bridge` as a person runs it, against a real dashboard: the page has the values, and the exit code says why it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIT } from "../../colony-bridge/cli/bridge-log.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { ROOT } from "./house-imports.ts";
import { afterwards, serve } from "./source-rig.ts";

const TIMEOUT = 90_000;
const TEXT = 'hiveframe_worker_utilization{role="SCOUT",worker="scout_0"} 0.9\nhiveframe_colony_temperature 0.25\nthings{kind="a"} 7\n';
const TOKEN = "a-token-for-bridges";

let dashboard: DashboardServer;
let folder: string;
let tokenFile: string;

beforeAll(async () => {
	dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	folder = await mkdtemp(join(tmpdir(), "hive-bridge-"));
	tokenFile = join(folder, "token");
	await writeFile(tokenFile, `${TOKEN}\n`);
});
afterAll(async () => {
	await dashboard.stop();
	await rm(folder, { recursive: true });
});

interface Running {
	child: ChildProcess;
	/** Standard output and error. */
	said: { out: string; err: string };
	code: Promise<number | null>;
}

function run(...args: string[]): Running {
	const child = spawn(process.execPath, ["worker/node/commands/main.ts", "bridge", ...args], {
		cwd: ROOT,
		stdio: ["pipe", "pipe", "pipe"],
	});
	const said = { out: "", err: "" };
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		said.out += text;
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		said.err += text;
	});
	afterwards(() => void child.kill("SIGKILL"));
	return { child, said, code: once(child, "close").then(([code]) => code as number | null) };
}

const json = async (path: string) => (await fetch(`${dashboard.url}/clusters/${path}`)).json();
const to = (cluster: string, spool = "spool") => {
	const own = ["--cluster", cluster, "--token-file", tokenFile, "--spool", join(folder, spool), "--interval", "500ms"];
	return ["--to", dashboard.url, ...own];
};

test("shows a colony, prints its status, and on SIGTERM ends in time with everything delivered", { timeout: TIMEOUT }, async () => {
	const target = await serve((_, response) => response.end(TEXT));
	const log = join(folder, "colony.log");
	await writeFile(log, "[2026-11-23 21:06:31] WARNING  queen: it is warm\n");
	const bridge = run(...to("shown"), "--prometheus", target, "--logs", log, "--logs-from", "start", "--log-format", "json");
	const newest = async () => {
		const series: Record<string, { value: number }[]> = await json("shown/api/metrics?names=colony_temperature,things");
		return Object.fromEntries(Object.entries(series).map(([key, points]) => [key, points.at(-1)?.value]));
	};
	await expect.poll(newest, { timeout: TIMEOUT / 2, interval: 100 }).toEqual({ colony_temperature: 0.25, things: 7 });
	await expect.poll(() => json("shown/api/logs")).toMatchObject({ logs: [{ level: "WARNING", source: "queen", message: "it is warm" }] });
	expect(await json("shown/api/cluster")).toMatchObject({ status: "healthy", workers: { total: 1, busy: 1 } });
	expect(await json("shown/api/workers")).toMatchObject([{ id: "scout_0", status: "busy", role: "scout" }]);
	const asked = performance.now();
	bridge.child.kill("SIGTERM");
	expect(await bridge.code, bridge.said.err).toBe(EXIT.stopped);
	expect(performance.now() - asked).toBeLessThan(5_000);
	const lines = bridge.said.err
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(lines.map(({ message }) => message)).toEqual([
		expect.stringContaining(`live at ${dashboard.url} as bridge "shown@`),
		"SIGTERM: stopping",
		expect.stringMatching(/^shown stopped · \d+ frames delivered, 0 waiting · .*1\/1 targets up · 1 log line$/),
	]);
	expect(lines.at(-1).stats).toMatchObject({ buffered: { frames: 0 }, gaps: { count: 0 } });
	expect(bridge.said.err + bridge.said.out).not.toContain(TOKEN);
});

test("ends with standard input, and all its data is stored", { timeout: TIMEOUT }, async () => {
	const bridge = run(...to("piped"), "--stdin");
	bridge.child.stdin?.end('{"metrics": {"queue_depth": 3}}\nno frame\n{"ended": [{"id": "t", "name": "resize", "status": "completed"}]}\n');
	expect(await bridge.code, bridge.said.err).toBe(EXIT.stopped);
	expect(bridge.said.err).toContain('1 entry left out at standard input: line 2: "no frame" is not JSON');
	expect(await json("piped/api/metrics?names=queue_depth")).toMatchObject({ queue_depth: [{ value: 3 }] });
	expect(await json("piped/api/cluster")).toMatchObject({ tasks: { completed: 1 } });
});

test("goes with the code of why: a wrong token, another of its name", { timeout: TIMEOUT }, async () => {
	const target = await serve((_, response) => response.end(TEXT));
	const bad = join(folder, "bad");
	await writeFile(bad, "wrong");
	const denied = run("--to", dashboard.url, "--cluster", "why", "--token-file", bad, "--spool", "none", "--prometheus", target);
	expect(await denied.code, denied.said.err).toBe(EXIT.denied);
	expect(denied.said.err).toContain("the dashboard refused the bridge's token");
	const first = run(...to("why"), "--prometheus", target);
	await expect.poll(() => first.said.err, { timeout: TIMEOUT }).toContain("live at");
	// A second one of this host has a name and a spool of its own.
	const third = run(...to("why"), "--prometheus", target);
	await expect.poll(() => third.said.err, { timeout: TIMEOUT }).toMatch(/live at .* as bridge "why@.+-2"/);
	// A name that somebody chose is refused while another speaks under it, and so is its spool.
	const name = ["--name", /as bridge "([^"]+)"/.exec(first.said.err)?.[1] ?? ""];
	const second = run(...to("why", "elsewhere"), ...name, "--prometheus", target);
	expect(await second.code, second.said.err).toBe(EXIT.superseded);
	expect(second.said.err).toMatch(/the name "why@.+" is in use by another bridge of this cluster: give this one a name of its own/);
	const same = run(...to("why"), ...name, "--prometheus", target);
	expect(await same.code, same.said.err).toBe(EXIT.usage);
	expect(same.said.err).toContain("is in use by another bridge");
	third.child.kill("SIGINT");
	expect(await third.code, third.said.err).toBe(EXIT.stopped);
	first.child.kill("SIGINT");
	expect(await first.code, first.said.err).toBe(EXIT.stopped);
});

test("a dry run prints what it would push and pushes nothing", { timeout: TIMEOUT }, async () => {
	const target = await serve((_, response) => response.end(TEXT));
	const config = join(folder, "bridge.yaml");
	await writeFile(
		config,
		`to: ${dashboard.url}\ntokenFile: ${to("dry")[to("dry").indexOf("--token-file") + 1]}\ncolonies:\n  - {cluster: dry, prometheus: "${target}"}\n`,
	);
	const bridge = run("--config", config, "--dry-run");
	expect(await bridge.code, bridge.said.err).toBe(EXIT.stopped);
	expect(bridge.said.out).toContain(`would push to ${dashboard.url}, cluster "dry", every 5 s:\n  health healthy\n  1 worker\n`);
	expect(bridge.said.out).toContain('    scout_0 busy {"role":"scout"}\n');
	expect(bridge.said.out).toContain("    colony_temperature 0.25 seconds (gauge)\n");
	expect(bridge.said.out).toContain(`the dashboard at ${new URL(dashboard.url).host} takes this bridge\n`);
	// Not even the cluster is there.
	expect(await json("dry/api/cluster")).toMatchObject({ status: 404 });
});

/** An address at which nothing listens. */
async function closedPort(): Promise<string> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return `http://127.0.0.1:${port}`;
}

test("a dry run fails where the token is refused, or the dashboard or every target cannot be reached", { timeout: TIMEOUT }, async () => {
	const bad = join(folder, "bad-dry");
	await writeFile(bad, "wrong");
	const target = await serve((_, response) => response.end(TEXT));
	const dead = new URL(await closedPort());
	const cases: [args: string[], code: number, words: string][] = [
		[["--to", dashboard.url, "--token-file", bad, "--prometheus", target], EXIT.denied, "refuses the token: "],
		[["--to", dead.origin, "--prometheus", target], EXIT.fault, `no way to the dashboard: nothing listens at ${dead.host}\n`],
		[[...to("dry"), "--prometheus", `${dead.origin}/metrics`], EXIT.fault, "nothing could be read: every source is down\n"],
		[
			[...to("dry"), "--logs", join(folder, "nowhere.log")],
			EXIT.fault,
			`there is no file ${join(folder, "nowhere.log")} yet; it is waited for\n`,
		],
	];
	await Promise.all(
		cases.map(async ([args, code, words]) => {
			const bridge = run(...args, "--spool", "none", "--dry-run");
			expect(await bridge.code, bridge.said.out + bridge.said.err).toBe(code);
			expect(bridge.said.out).toContain(words);
		}),
	);
});

test("why there is no link is one sentence, without codes of the network", { timeout: TIMEOUT }, async () => {
	const target = await serve((_, response) => response.end(TEXT));
	const other = new URL(target);
	const cases: [url: string, words: string][] = [
		["http://127.0.0.1:1", "no link to the dashboard: nothing listens at 127.0.0.1:1; frames are kept, and the bridge retries"],
		[
			dashboard.url.replace("http:", "https:"),
			`no link to the dashboard: ${new URL(dashboard.url).host} speaks no TLS; write http:// in its address;`,
		],
		[other.origin, `no link to the dashboard: another server is at ${other.host}: it answers 200 OK; check the address;`],
	];
	await Promise.all(
		cases.map(async ([url, words]) => {
			const bridge = run("--to", url, "--spool", "none", "--prometheus", target, "--logs", join(folder, "nowhere.log"));
			await expect.poll(() => bridge.said.err, { timeout: TIMEOUT / 2 }).toContain(words);
			expect(bridge.said.err).not.toMatch(/1006|E[A-Z]{5,}|SSL routines/);
			expect(bridge.said.err).toContain(`there is no file ${join(folder, "nowhere.log")} yet; it is waited for`);
			bridge.child.kill("SIGTERM");
			await bridge.code;
		}),
	);
});

test.each<[args: string[], code: number, words: string]>([
	[["--token", "hunter2"], EXIT.usage, "unknown option --token; did you mean --token-file?"],
	[["--to", "http://x", "--stdin", "--token-file", "/nowhere"], EXIT.usage, "cannot read the token file /nowhere: ENOENT\n"],
])("%j is a mistake of its caller", { timeout: TIMEOUT }, async (args, code, words) => {
	const bridge = run(...args);
	expect(await bridge.code).toBe(code);
	expect(bridge.said.err).toContain(words);
	expect(bridge.said.err).not.toContain("hunter2");
});
