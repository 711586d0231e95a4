/** A real Prometheus beside the dashboard: it scrapes `/metrics`, federates, and writes what it scrapes of itself to the dashboard. It is Debian's package; without it there is nothing to test. */
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
if (absent)
	console.warn("Prometheus is not here (apt-get install prometheus): it is not tested that it reads the dashboard and writes to it");

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
		const address = `127.0.0.1:${await freePort()}`;
		base = `http://${address}`;
		const self = job("self", "").replace(host, address).replaceAll("500ms", "250ms");
		const only = `    write_relabel_configs: [{source_labels: [job], regex: self, action: keep}]\n`;
		// One shard writes in the order of time: once a sample is here, all before it are.
		const queue = `    queue_config: {max_shards: 1, batch_send_deadline: 200ms}\n    metadata_config: {send_interval: 1s}\n`;
		const write = `remote_write:\n  - url: ${dashboard.url}/clusters/written/api/v1/write\n    authorization: {credentials: ${token}}\n${only}${queue}`;
		const jobs = `scrape_configs:\n${job("scraped", "")}${job("federated", federated)}${self}`;
		await writeFile(join(folder, "prometheus.yml"), `${jobs}${write}`);
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

	type Sample = [number, string];
	const ask = async (of: string, query: string, at?: number) => {
		const time = at === undefined ? "" : `&time=${at}`;
		const response = await fetch(`${of}/api/v1/query?query=${encodeURIComponent(query)}${time}`).catch(() => undefined);
		const { data } = ((await response?.json().catch(() => undefined)) ?? {}) as {
			data?: { result: { metric: Record<string, string>; value: Sample; values?: Sample[] }[] };
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

	test("writes what it has scraped, and the same queries have the same answers here and there", async () => {
		const here = `${dashboard.url}/clusters/written/prometheus`;
		const newest = async () => Number((await ask(here, 'timestamp(up{job="self"})'))[0]?.value[1] ?? 0);
		const enough = Date.now() / 1000 + 4;
		await vi.waitFor(async () => expect(await newest()).toBeGreaterThan(enough), WAIT);
		// Where no range begins at a scrape: this Prometheus counts such a sample, and one of version 3 does not.
		const scraped = new Set((await ask(here, 'up{job="self"}[20s]'))[0]?.values?.map(([second]) => Math.round(second * 1000)));
		const last = Math.round((await newest()) * 1000) - 1000;
		const instants = Array.from({ length: 100 }, (_, i) => last + i);
		const at = (instants.find((instant) => RANGES_MS.every((range) => !scraped.has(instant - range))) ?? last) / 1000;
		const compared = async (query: string) => {
			const found = await Promise.all([ask(base, query, at), ask(here, query, at)]);
			return found.map((results) => new Map(results.map(({ metric, value, values }) => [keyOf(metric), values ?? [value]])));
		};
		const { data: names } = (await (await fetch(`${here}/api/v1/label/__name__/values`)).json()) as { data: string[] };
		let [asked, series] = [0, 0];
		for (const name of names.filter((_, i) => i % 8 === 0)) {
			const [theirs, ours] = await compared(`${name}{job="self"}[${RANGES_MS[0]}ms]`);
			const finite = [...(theirs?.values() ?? [])].every((samples) => samples.every(([, value]) => Number.isFinite(Number(value))));
			// No number, as a quantile of nothing is: it is not stored.
			if (!finite) continue;
			expect(ours, name).toEqual(theirs);
			series += ours?.size ?? 0;
			const queries = queriesOf(`${name}{job="self"}`);
			const answers = await Promise.all(queries.map(compared));
			for (const [i, query] of queries.entries()) {
				const [theirs, ours] = answers[i] as (typeof answers)[number];
				expect([...(ours?.keys() ?? [])].sort(), query).toEqual([...(theirs?.keys() ?? [])].sort());
				for (const [key, [[, value] = [0, ""]]] of theirs ?? []) {
					const own = Number(ours?.get(key)?.[0]?.[1]);
					expect(Math.abs(own - Number(value)), `${query} is ${own} here and ${value} there`).toBeLessThanOrEqual(
						Math.abs(Number(value)) * 1e-9,
					);
				}
				asked++;
			}
		}
		expect(asked).toBeGreaterThan(200);
		expect(series).toBeGreaterThan(20);
		const metadata = (at: string) =>
			fetch(`${at}/api/v1/metadata?metric=prometheus_http_requests_total`).then((response) => response.json());
		await vi.waitFor(async () => expect(await metadata(here)).toEqual(await metadata(base)), WAIT);
	}, 30_000);

	test("federates what matches, and no more", async () => {
		await vi.waitFor(async () => expect(await ask(base, 'requests_total{job="federated"}')).toHaveLength(1), WAIT);
		await vi.waitFor(async () => expect(await ask(base, 'up{job="federated"} == 1')).toHaveLength(1), WAIT);
		expect(await ask(base, '{job="federated",__name__!~"up|scrape_.*|requests_total|level"}')).toEqual([]);
	}, 30_000);
});

const keyOf = (metric: Record<string, string>): string => JSON.stringify(Object.entries(metric).sort());

/** Ranges that are asked for: they lie between the first and the last scrape. */
const RANGES_MS = [3_000, 2_000, 2_500] as const;

function queriesOf(series: string): string[] {
	const [, short, long] = RANGES_MS.map((range) => `${series}[${range}ms]`);
	return [
		series,
		`${series} offset 1s`,
		`sum(${series})`,
		`count by (job) (${series})`,
		`max without (instance) (${series})`,
		`rate(${short})`,
		`increase(${long})`,
		`avg_over_time(${short})`,
		`quantile_over_time(0.5, ${short})`,
		`sum by (job) (rate(${short}))`,
		`-${series} * 2 + 1`,
		`${series} > bool 1`,
	];
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	return port;
}
