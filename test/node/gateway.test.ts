/** A gateway between real bridges and a real dashboard: nothing is missing, nothing is doubled, whatever is away or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { Colony } from "../../colony-bridge/colony.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { RunningGateway } from "../../worker/node/gateway/running-gateway.ts";
import { counting, kept, upTo } from "../faults/known-sequence.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { ask, Door } from "./bridge-rig.ts";
import { ROOT } from "./house-imports.ts";
import { until } from "./until.ts";

const TOKEN = "token-of-the-dashboard";
const LOCAL = "token-of-the-site";
const T0 = Date.now() - 60_000;

let folder: string;
let ends: (() => unknown)[];

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "hive-gateway-"));
	ends = [];
});
afterEach(async () => {
	for (const end of ends.reverse()) await end();
	await rm(folder, { recursive: true });
});

async function gateway(url: string, storeBytes?: number): Promise<{ running: RunningGateway; url: string }> {
	const running = await RunningGateway.start({
		to: { url, token: TOKEN },
		host: "127.0.0.1",
		port: 0,
		localToken: LOCAL,
		store: join(folder, "store.db"),
		...(storeBytes !== undefined && { storeBytes }),
		onError: () => {},
	});
	ends.push(() => running.stop(0));
	return { running, url: `http://127.0.0.1:${running.port}` };
}

function bridge(url: string, name: string, colony: Colony): Bridge {
	const made = new Bridge({ colony, to: { url, token: LOCAL }, name, intervalMs: 100, restMs: 100, onError: () => {} });
	ends.push(() => made.stop());
	made.start();
	return made;
}

async function door(): Promise<Door> {
	const open = await Door.open();
	ends.push(() => open.close());
	return open;
}

const ticks = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, i) => ({
		type: "tick" as const,
		seq: from + i,
		at: T0 + (from + i) * 10,
		ids: [0],
		values: [from + i],
	}));
const SERIES = { type: "series" as const, seq: 1, series: [{ id: 0, name: "beat", labels: {}, type: "gauge" as const }] };

test("two bridges reach the cluster under their own names; a command goes down and its result up; a bridge without the token is turned away", async () => {
	const dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	ends.push(() => dashboard.stop());
	const { running, url } = await gateway(dashboard.url);
	const restarted: string[] = [];
	const able: Colony = {
		...counting(),
		restartWorker: async (worker) => {
			restarted.push(worker);
			return "as good as new";
		},
	};
	bridge(url, "north", able);
	bridge(url, "south", { name: "quiet", snapshot: () => ({ metrics: [{ name: "south", type: "gauge", value: 1 }] }) });
	const links = async () => {
		const response = await fetch(`${dashboard.url}/api/view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`);
		const { answers } = (await response.json()) as { answers: { view: { links: { bridge: string; connected: boolean }[] } }[] };
		return answers[0]?.view.links.map(({ bridge }) => bridge).sort();
	};
	await expect.poll(links, { timeout: 10_000 }).toEqual(["north", "south"]);
	await expect.poll(async () => (await kept(dashboard.url)).samples.length, { timeout: 10_000 }).toBeGreaterThan(3);
	const answer = await fetch(`${dashboard.url}/api/workers/w/restart`, { method: "POST", headers: { "idempotency-key": "one" } });
	expect(answer.status).toBe(202);
	const { id } = (await answer.json()) as { id: string };
	const state = async () => ((await (await fetch(`${dashboard.url}/api/commands/${id}`)).json()) as { state: string }).state;
	await expect.poll(state, { timeout: 10_000 }).toBe("done");
	expect(restarted).toEqual(["w"]);
	expect(running.stats).toMatchObject({ bridges: 2, live: 2, evicted: 0 });
	expect((await fetch(`${url}/api/bridge`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body: "{}" })).status).toBe(
		401,
	);
	expect((await fetch(`${url}/clusters/other/api/bridge`, { method: "POST" })).status).toBe(404);
});

test("over HTTP alone: frames are acknowledged, a long poll gets a command, and not again after its result", async () => {
	const upstream = await door();
	const { running, url } = await gateway(upstream.url);
	const hello = JSON.stringify({
		type: "hello",
		protocol: 1,
		bridge: "post",
		epoch: 1,
		colony: "post",
		capabilities: ["restart"],
		intervalMs: 5000,
	});
	const post = async (query: string, ...lines: object[]) => {
		const body = [hello, ...lines.map((line) => JSON.stringify(line))].join("\n");
		const answer = await fetch(`${url}/api/bridge${query}`, { method: "POST", headers: { authorization: `Bearer ${LOCAL}` }, body });
		expect(answer.status).toBe(200);
		const text = await answer.text();
		return text.split("\n").flatMap((line) => (line ? [JSON.parse(line) as DownFrame] : []));
	};
	expect(await post("", SERIES, { type: "tick", seq: 2 })).toMatchObject([
		{ type: "welcome", lastSeq: 0 },
		{ type: "error", kind: "invalid", seq: 2, fatal: false },
		{ type: "ack", seq: 2 },
		{ type: "viewers" },
	]);
	await until(() => upstream.links === 1 && running.stats.live === 1 && running.stats.held.frames === 0, "the link to the dashboard");
	const heard = post("?wait=10s&viewers=0");
	upstream.command("c1", { action: "restart", worker: "w" });
	expect(await heard).toMatchObject([{ type: "command", id: "c1" }]);
	await post("", { type: "result", seq: 3, command: "c1", ok: true });
	expect(await post("?wait=50ms&viewers=0")).toEqual([]);
	await until(() => upstream.frames.some((frame) => frame.type === "result" && frame.command === "c1"), "the result to go up");
});

test("frames acknowledged while the dashboard was away arrive once, in order", async () => {
	const upstream = await door();
	upstream.upgrades = false;
	upstream.refusal = { status: 503, detail: "away" };
	const { running, url } = await gateway(upstream.url);
	const raw = await RawBridge.connect(url, LOCAL);
	ends.push(() => raw.close());
	raw.push(SERIES, ...ticks(2, 50));
	await raw.acknowledge(50);
	expect(running.stats.held.frames).toBeGreaterThan(0);
	upstream.upgrades = true;
	upstream.cutAfter = (push) => (push === 1 ? "after" : push === 3 ? "before" : false);
	raw.push(...ticks(51, 100));
	await raw.acknowledge(100);
	await until(() => running.stats.held.frames === 0, "everything to arrive");
	const [link] = ask<"cluster">(upstream.cluster, { kind: "cluster" }).view.links;
	expect(link).toMatchObject({ bridge: "raw", gaps: { count: 0 } });
	expect(new Set(upstream.frames.map(({ seq }) => seq))).toEqual(new Set(upTo(100)));
});

test("a dashboard that has lost its data is sent everything again", async () => {
	const upstream = await door();
	const { running, url } = await gateway(upstream.url);
	const colony = counting();
	bridge(url, "north", colony);
	await until(() => colony.count > 5 && running.stats.held.frames === 0, "a first stretch");
	upstream.forget();
	const { count } = colony;
	await until(
		() => ask<"cluster">(upstream.cluster, { kind: "cluster" }).view.tasks.completed > 3 && colony.count > count + 5,
		"a second one",
	);
	expect(new Set(upstream.hellos.map(({ epoch }) => epoch)).size).toBeGreaterThan(1);
	expect(ask<"workers">(upstream.cluster, { kind: "workers" }).rows.map(({ id }) => id)).toEqual(["w"]);
});

test("past its bound the oldest samples become a gap that counts them; series and the newest state stay", async () => {
	const upstream = await door();
	upstream.upgrades = false;
	upstream.refusal = { status: 503, detail: "away" };
	const { running, url } = await gateway(upstream.url, 20_000);
	const raw = await RawBridge.connect(url, LOCAL);
	ends.push(() => raw.close());
	const set = (seq: number, id: string, status: "busy" | "idle") => ({
		type: "state" as const,
		seq,
		at: T0,
		workers: { set: [{ id, status }] },
	});
	raw.push(SERIES, set(2, "a", "busy"), set(3, "b", "busy"), ...ticks(4, 50), set(51, "a", "idle"));
	raw.push(...ticks(52, 1000));
	await raw.acknowledge(1000);
	expect(running.stats.held.bytes).toBeLessThanOrEqual(20_000);
	upstream.upgrades = true;
	await until(() => running.stats.held.frames === 0, "what is left to arrive");
	const [link] = ask<"cluster">(upstream.cluster, { kind: "cluster" }).view.links;
	const arrived = new Set(upstream.frames.flatMap((frame) => (frame.type === "tick" ? [frame.seq] : [])));
	expect(arrived.size).toBeGreaterThan(100);
	expect(link?.gaps.samples).toBe(996 - arrived.size);
	expect([...arrived].sort((a, b) => a - b)[0]).toBe(1001 - arrived.size);
	const workers = ask<"workers">(upstream.cluster, { kind: "workers" }).rows;
	expect(workers.map(({ id, status }) => [id, status])).toEqual([
		["a", "idle"],
		["b", "busy"],
	]);
});

async function spawned(dashboard: string, port: number): Promise<{ child: ChildProcess; port: number; gone: Promise<unknown> }> {
	const [token, local] = [join(folder, "token"), join(folder, "local")];
	await Promise.all([writeFile(token, TOKEN), writeFile(local, LOCAL)]);
	const options = ["--listen", `127.0.0.1:${port}`, "--to", dashboard, "--token-file", token, "--local-token-file", local];
	const program = ["worker/node/commands/main.ts", "gateway", ...options, "--store", join(folder, "killed.db"), "--log-format", "json"];
	const child = spawn(process.execPath, program, { cwd: ROOT, stdio: ["ignore", "inherit", "pipe"] });
	ends.push(() => child.kill("SIGKILL"));
	let said = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	const found = await until(() => /"port":(\d+)/.exec(said)?.[1] ?? (child.exitCode !== null && said), "the gateway to listen");
	expect(found).toMatch(/^\d+$/);
	expect(said).not.toContain(TOKEN);
	return { child, port: Number(found), gone: once(child, "exit") };
}

test("D1, D2: killed and started again, its bridges' history equals their sequence", { timeout: 60_000 }, async () => {
	const dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	ends.push(() => dashboard.stop());
	let { child, port, gone } = await spawned(dashboard.url, 0);
	const colony = counting();
	const north = bridge(`http://127.0.0.1:${port}`, "north", colony);
	await until(() => colony.count >= 10 && north.stats.acked > 10, "ten beats");
	child.kill("SIGKILL");
	await gone;
	({ child, port, gone } = await spawned(dashboard.url, port));
	await until(() => north.stats.state === "live" && colony.count >= 20, "the bridge to come back");
	await north.stop();
	const { count } = colony;
	// Ticks follow events: the last task may be there before the last sample.
	await expect.poll(async () => (await kept(dashboard.url)).samples, { timeout: 15_000 }).toEqual(upTo(count));
	const { tasks, gaps } = await kept(dashboard.url);
	expect(tasks).toBe(count);
	expect(gaps).toBe(0);
	child.kill("SIGTERM");
	expect(await gone).toEqual([0, null]);
});

test("labels that are named like parts of an object outlive a spool and a gateway, and no series merge", async () => {
	const dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	ends.push(() => dashboard.stop());
	const names = ["constructor", "prototype", "__proto__"];
	const metrics = names.map((label, i) => ({ name: "jobs", type: "gauge" as const, labels: Object.fromEntries([[label, "a"]]), value: i }));
	const colony: Colony = { name: "odd", snapshot: () => ({ metrics, workers: names.map((id) => ({ id, status: "busy" })) }) };
	const spool = { directory: join(folder, "spool") };
	const options = { colony, name: "odd", intervalMs: 100, restMs: 100, spool, onError: () => {} };
	// Nobody listens there: all of it goes to the spool, and the next bridge finds it.
	const first = new Bridge({ ...options, to: { url: "http://127.0.0.1:1", token: LOCAL } });
	first.start();
	await until(() => first.stats.buffered.frames > 2, "frames in the spool");
	await first.stop();
	const { url } = await gateway(dashboard.url);
	const second = new Bridge({ ...options, to: { url, token: LOCAL } });
	ends.push(() => second.stop());
	second.start();
	const kept = async () => {
		const answer = await fetch(`${dashboard.url}/api/export?format=json&names=jobs&start=0`);
		const { series } = (await answer.json()) as { series: { labels: object; samples: { value: number }[] }[] };
		return series.map(({ labels, samples }) => [Object.keys(labels), samples[0]?.value]);
	};
	await expect.poll(kept, { timeout: 10_000 }).toEqual(names.map((name, i) => [[name], i]));
	const workers = (await (await fetch(`${dashboard.url}/api/workers`)).json()) as { id: string }[];
	expect(workers.map(({ id }) => id).sort()).toEqual([...names].sort());
}, 20_000);
