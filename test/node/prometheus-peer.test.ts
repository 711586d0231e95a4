/** A real Prometheus reads the dashboard: it scrapes `/metrics` and federates. It is Debian's package; without it there is nothing to test. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { helloOf, lines, push } from "../conformance/example-colony.ts";

const absent = spawnSync("prometheus", ["--version"]).error !== undefined;
if (absent) console.warn("Prometheus is not here (apt-get install prometheus): it is not tested that it reads the dashboard");

const token = "token-of-a-peer";
const SERIES = [
	{ id: 0, name: "requests_total", labels: { worker: "a" }, type: "counter", help: "Requests" },
	{ id: 1, name: "level", labels: { zone: 'x"\\\n' }, type: "gauge" },
	{ id: 2, name: "seconds_bucket", labels: { le: "+Inf" }, type: "bucket" },
] as const;

describe.skipIf(absent)("Prometheus", () => {
	const dashboard = new DashboardServer({ bridgeToken: token });
	let folder = "";
	let peer: ChildProcess | undefined;
	let base = "";

	beforeAll(async () => {
		await dashboard.start({ host: "127.0.0.1", port: 0 });
		const ids = SERIES.map(({ id }) => id);
		const at = Date.now();
		const ticks = Array.from({ length: 5 }, (_, i) => ({
			type: "tick",
			seq: 2 + i,
			at: at - (4 - i) * 1000,
			ids,
			values: [i, -i / 8, i * 3],
		}));
		const answer = await push(
			{ url: dashboard.url, token, stop: async () => {} },
			"",
			lines(helloOf("peer"), { type: "series", seq: 1, series: SERIES }, ...ticks),
		);
		expect(await answer.text()).not.toContain('"error"');
		folder = await mkdtemp(join(tmpdir(), "hiveframe-peer-"));
		const { host } = new URL(dashboard.url);
		const job = (name: string, rest: string) =>
			`  - job_name: ${name}\n    scrape_interval: 500ms\n    scrape_timeout: 500ms\n    static_configs: [{targets: ["${host}"]}]\n${rest}`;
		const federated = `    metrics_path: /federate\n    honor_labels: true\n    params: {"match[]": ['{__name__=~"requests.*|level"}']}\n`;
		await writeFile(join(folder, "prometheus.yml"), `scrape_configs:\n${job("scraped", "")}${job("federated", federated)}`);
		const address = `127.0.0.1:${await freePort()}`;
		base = `http://${address}`;
		const options = [
			`--config.file=${join(folder, "prometheus.yml")}`,
			`--storage.tsdb.path=${join(folder, "data")}`,
			`--web.listen-address=${address}`,
		];
		peer = spawn("prometheus", [...options, "--log.level=error"], { stdio: ["ignore", "ignore", "inherit"], cwd: folder });
	}, 30_000);

	afterAll(async () => {
		if (peer && peer.exitCode === null) {
			const gone = once(peer, "close");
			peer.kill("SIGKILL");
			await gone;
		}
		await dashboard.stop();
		await rm(folder, { recursive: true, force: true });
	});

	const ask = async (at: string, query: string) => {
		const response = await fetch(`${at}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
		const { data } = ((await response?.json()) ?? {}) as {
			data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
		};
		return data?.result ?? [];
	};

	const WAIT = { timeout: 25_000, interval: 100 };

	test("scrapes the newest values, with their types, and the dashboard's own numbers", async () => {
		await vi.waitFor(async () => expect(await ask(base, 'level{job="scraped"}')).toHaveLength(1), WAIT);
		expect((await ask(base, 'level{job="scraped"}'))[0]).toMatchObject({
			metric: { zone: 'x"\\\n' },
			value: [expect.any(Number), "-0.5"],
		});
		await vi.waitFor(async () => expect(await ask(base, 'up{job="scraped"} == 1')).toHaveLength(1), WAIT);
		expect(Number((await ask(base, "hiveframe_dashboard_samples_total"))[0]?.value[1])).toBe(15);
		const { data } = (await (await fetch(`${base}/api/v1/metadata?metric=requests_total`)).json()) as { data: object };
		const { data: family } = (await (await fetch(`${base}/api/v1/metadata?metric=requests`)).json()) as { data: object };
		expect(JSON.stringify([data, family])).toContain('"type":"counter"');
	}, 30_000);

	test("federates what matches, and no more", async () => {
		await vi.waitFor(async () => expect(await ask(base, 'requests_total{job="federated"}')).toHaveLength(1), WAIT);
		await vi.waitFor(async () => expect(await ask(base, 'up{job="federated"} == 1')).toHaveLength(1), WAIT);
		expect(await ask(base, '{job="federated",__name__!~"up|scrape_.*|requests_total|level"}')).toEqual([]);
	}, 30_000);
});

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	return port;
}
