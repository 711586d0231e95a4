import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Colony, ColonySnapshot } from "../../colony-bridge/colony.ts";
import { ChartWidget, DashboardConfig, DashboardServer, type DashboardServerOptions, GaugeWidget } from "../../worker/node/index.ts";

const servers: DashboardServer[] = [];
const folders: string[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.stop()));
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function dashboard(options: DashboardServerOptions = {}): DashboardServer {
	const server = new DashboardServer(options);
	servers.push(server);
	return server;
}

function folder(): string {
	const made = mkdtempSync(join(tmpdir(), "dashboard-"));
	folders.push(made);
	return made;
}

const here = { host: "127.0.0.1", port: 0 };
const json = async (server: DashboardServer, path: string) => (await fetch(server.url + path)).json();

function colony(name: string, snapshot: ColonySnapshot = {}): Colony {
	return { name, snapshot: () => snapshot };
}

const chart = (title: string) => new ChartWidget({ title, metrics: ["tasks_completed"], chartType: "area", timeRange: "30m" });

/** As a program without types would write it. */
// biome-ignore lint/suspicious/noExplicitAny: what is wrong on purpose has no type.
const wrong = (options: object): any => options;

describe("a colony in this process", () => {
	test("is on the page and in the API", async () => {
		const shown = colony("production", {
			workers: [{ id: "worker-1", status: "busy" }],
			metrics: [{ name: "cpu_percent", labels: { worker: "worker-1" }, value: 45.2 }],
			queued: 7,
		});
		const server = dashboard({ colony: shown, config: { title: "Production <Monitor>", refreshIntervalMs: 250 } });
		await server.start(here);
		await expect
			.poll(() => json(server, "/api/workers"))
			.toEqual([{ id: "worker-1", status: "busy", since: expect.any(String), cpu_percent: 45.2, metrics: {} }]);
		expect(await json(server, "/api/cluster")).toMatchObject({ name: "production", workers: { total: 1, busy: 1 }, tasks: { queued: 7 } });
		expect(await json(server, "/clusters/production/api/cluster")).toMatchObject({ name: "production" });
		const html = await (await fetch(`${server.url}/workers`)).text();
		expect(html).toContain("worker-1");
		expect(html).toContain("Production &lt;Monitor>");
	});

	test.each([
		["production", "production"],
		["Zoë's colony #1", "Zo-s-colony-1"],
		["../../etc", "etc"],
		["蜂", "default"],
		["a".repeat(100), "a".repeat(63)],
	])("named %j is the cluster %j", async (name, cluster) => {
		const server = dashboard({ colony: colony(name, { workers: [] }) });
		await server.start(here);
		await expect.poll(async () => (await json(server, `/clusters/${cluster}/api/cluster`)).name).toBe(name);
	});
});

describe("start and stop", () => {
	test("url and isRunning have the state", async () => {
		const server = dashboard();
		expect(server.isRunning).toBe(false);
		expect(() => server.url).toThrow(/does not run; call start\(\) first/);
		const starting = server.start({ port: 0 });
		expect(() => server.url).toThrow(/await start\(\) first/);
		await starting;
		expect(server.isRunning).toBe(true);
		expect(server.url).toMatch(/^http:\/\/localhost:[1-9]\d*$/);
		expect((await fetch(server.url)).status).toBe(200);
		const { url } = server;
		await server.stop();
		expect(server.isRunning).toBe(false);
		await expect(fetch(url)).rejects.toThrow();
	});

	test("a second start fails with the address of the running server", async () => {
		const server = dashboard();
		await server.start(here);
		await expect(server.start(here)).rejects.toThrow(/already runs at 127\.0\.0\.1:\d+; call stop\(\) first/);
		expect((await fetch(server.url)).status).toBe(200);
	});

	test("a taken port says what to do, and leaves the server startable", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as { port: number };
		const server = dashboard();
		await expect(server.start({ host: "127.0.0.1", port })).rejects.toThrow(
			new RegExp(`port ${port} of 127\\.0\\.0\\.1: another program does; stop it, choose another port \\(${port + 1}\\), or port 0`),
		);
		expect(server.isRunning).toBe(false);
		other.close();
		await once(other, "close");
		await server.start({ host: "127.0.0.1", port });
		expect(server.url).toBe(`http://127.0.0.1:${port}`);
	});

	test.each([
		[{ port: -1 }, /^start: port: a port is a whole number from 0/],
		[{ port: 70_000 }, /^start: port: /],
		[{ port: "8080" }, /^start: port: /],
		[{ host: "" }, /^start: host: write an address/],
		[{ background: "yes" }, /^start: background: /],
		[{ prot: 8080 }, /"prot"; did you mean port\?/],
		[{ host: "192.0.2.1", port: 0 }, /this machine has no such address; use "0\.0\.0\.0"/],
	])("start(%j) is refused", async (options, words) => {
		const server = dashboard();
		await expect(server.start(wrong(options))).rejects.toThrow(words);
		expect(server.isRunning).toBe(false);
	});

	test.each([
		[
			{ colour: "red" },
			/^DashboardServer: there is no option "colour"; the options are config, colony, storage, bridgeToken, sessionKey, proxies, basePath, cluster/,
		],
		[{ colony: { name: "x" } }, /colony: a colony is an object with a name and a snapshot\(\) method/],
		[{ config: { theme: "blue" } }, /theme: theme is "dark", "light" or "system"/],
		[{ config: { customCss: "//elsewhere/x.css" } }, /customCss: write a whole http\(s\) URL, or a path that starts with one \//],
		[{ config: { logoUrl: "/\\elsewhere/x.png" } }, /logoUrl: write a whole/],
		[{ config: "dark" }, /config: write new DashboardConfig/],
		[{ cluster: "a b" }, /cluster: a cluster name has/],
		[{ bridgeToken: "with space" }, /bridgeToken: a token has visible ASCII characters/],
		[{ storage: "" }, /storage: write "temporary" or the path of a directory/],
		[{ storage: "memory" }, /storage: data is not kept in memory: write "temporary"/],
		[{ config: { authEnabled: true } }, /authEnabled: true needs somebody who can sign in: give authUsers/],
		[{ config: new DashboardConfig({ authEnabled: true, authUsers: {} }) }, /authEnabled: true needs somebody/],
		[{ config: { authUsers: { "a:b": "c" } } }, /a user name has 1 to 100 characters, no colon/],
		[{ sessionKey: "short" }, /sessionKey: sessionKey has 32 characters or more/],
		[{ proxies: -1 }, /proxies: write how many proxies/],
	])("new DashboardServer(%j) is refused", (options, words) => expect(() => new DashboardServer(wrong(options))).toThrow(words));

	test("storage that is a file is refused with words, and nothing is left running", async () => {
		const file = join(folder(), "file");
		writeFileSync(file, "");
		for (const storage of [file, join(file, "below")]) {
			const server = dashboard({ storage });
			const words = `storage: the directory ${storage} cannot be created (there is a file in its place); choose another`;
			await expect(server.start(here)).rejects.toThrow(words);
			expect(server.isRunning).toBe(false);
		}
	});

	test("background: false settles when the server stops", async () => {
		const server = dashboard();
		let settled = false;
		const start = server.start({ ...here, background: false }).then(() => {
			settled = true;
		});
		await expect.poll(() => server.isRunning).toBe(true);
		expect((await fetch(server.url)).status).toBe(200);
		expect(settled).toBe(false);
		await server.stop();
		await start;
		expect(settled).toBe(true);
	});

	test("stop while it starts, twice, and without a start", async () => {
		const server = dashboard();
		await server.stop();
		const start = server.start(here);
		await Promise.all([server.stop(), server.stop()]);
		await start;
		expect(server.isRunning).toBe(false);
		await server.start(here);
		expect((await fetch(server.url)).status).toBe(200);
	});

	test("several servers live in one process, each with its own cluster", async () => {
		const all = ["left", "right"].map((name) => dashboard({ colony: colony(name, { workers: [{ id: `${name}-1`, status: "idle" }] }) }));
		await Promise.all(all.map((server) => server.start(here)));
		for (const [at, name] of ["left", "right"].entries()) {
			const server = all[at] as DashboardServer;
			await expect.poll(async () => (await json(server, "/api/workers"))[0]?.id).toBe(`${name}-1`);
		}
		await all[0]?.stop();
		expect((await fetch((all[1] as DashboardServer).url)).status).toBe(200);
	});
});

describe("widgets and pages", () => {
	const layout = async (server: DashboardServer) => {
		const { layout, pages } = await json(server, "/api/pages");
		return {
			widgets: layout.widgets.map(({ title }: { title: string }) => title),
			pages: pages.slice(5).map(({ path }: { path: string }) => path),
		};
	};

	test("are there, added before, while and after it starts", async () => {
		const server = dashboard({ colony: colony("production", { workers: [] }) });
		server.addWidget(chart("before"), [0, 0]);
		const starting = server.start(here);
		server.addPage("while", "While", [chart("one")]);
		await starting;
		expect(await layout(server)).toEqual({ widgets: ["before"], pages: ["/while"] });
		server.addWidget(new GaugeWidget({ title: "after", metric: "memory_percent" }), [0, 1]);
		server.addPage("after", "After", []);
		expect(await layout(server)).toEqual({ widgets: ["before", "after"], pages: ["/while", "/after"] });
		expect(await (await fetch(`${server.url}/while`)).text()).toContain("While");
		expect(await (await fetch(server.url)).text()).toContain("before");
	});

	test("that are refused change nothing", async () => {
		const server = dashboard();
		server.addWidget(chart("old"), [0, 0]);
		await server.start(here);
		expect(() => server.addWidget(chart("new"), [0, 0])).toThrow(/"new" cannot stand at \[0, 0\]: "old" stands there/);
		expect(() => server.addPage("workers", "W", [])).toThrow(/a page name must not be one of/);
		expect(await layout(server)).toEqual({ widgets: ["old"], pages: [] });
	});
});

describe("storage in a directory", () => {
	test("outlives the server; the layout is the new program's", async () => {
		const storage = join(folder(), "deep", "data");
		const first = dashboard({ storage, colony: colony("kept", { workers: [{ id: "worker-1", status: "idle" }] }) });
		first.addWidget(chart("of the first run"));
		await first.start(here);
		await expect.poll(async () => (await json(first, "/api/workers")).length).toBe(1);
		await first.stop();
		const second = dashboard({ storage, cluster: "kept" });
		await second.start(here);
		expect((await json(second, "/api/workers"))[0]).toMatchObject({ id: "worker-1" });
		expect((await json(second, "/api/pages")).layout).toEqual({ widgets: [], pages: [] });
	});

	test("reading clusters that nobody pushed to creates nothing", async () => {
		const storage = folder();
		const server = dashboard({ storage, bridgeToken: "t" });
		await server.start(here);
		for (const path of ["/", "/api/workers", "/clusters/nobody", "/clusters/nobody/api/metrics?names=a"]) await fetch(server.url + path);
		expect(readdirSync(storage)).toEqual([]);
	});

	test("that another dashboard holds is refused, and both keep running", async () => {
		const storage = folder();
		const first = dashboard({ storage, colony: colony("one", { workers: [] }) });
		await first.start(here);
		const second = dashboard({ storage, cluster: "one" });
		await expect(second.start(here)).rejects.toThrow(
			/belongs to another dashboard of this process: stop that one, or choose another storage/,
		);
		expect((await fetch(first.url)).status).toBe(200);
		await first.stop();
		await second.start(here);
	});
});

test("the version is the package's", async () => {
	const { VERSION } = await import("../../worker/http/version.ts");
	const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
	expect(VERSION).toBe(manifest.version);
});
