/** Scraping real targets: what is asked, what comes of it, and what a target that fails does to the others. */

import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { PrometheusSource } from "../../colony-bridge/sources/prometheus/prometheus-source.ts";
import { kubernetesTargets, serviceAccount } from "../../colony-bridge/sources/prometheus/targets/kubernetes.ts";
import { srvTargets, staticTarget } from "../../colony-bridge/sources/prometheus/targets/target.ts";
import { afterwards, capture, captured, serve, values } from "./source-rig.ts";

const BOMB = gzipSync(Buffer.alloc(5_000_000));
const source = (...urls: string[]) =>
	new PrometheusSource(
		urls.map((url) => staticTarget(new URL(url), "test")),
		{ intervalMs: 5000, timeoutMs: 1500, maxBytes: 100_000 },
	);
const hostOf = (url: string) => new URL(url).host;

async function folder(): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), "hive-sources-"));
	afterwards(() => rm(path, { recursive: true }));
	return path;
}

describe("a target", () => {
	test("is asked for OpenMetrics first, and answers compressed, with labels kept", async () => {
		let asked: Record<string, unknown> = {};
		const url = await serve((request, response) => {
			asked = { ...request.headers, url: request.url };
			response.writeHead(200, { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8", "content-encoding": "gzip" });
			response.end(gzipSync('# TYPE http_requests counter\nhttp_requests_total{code="200",path="/a\\"b"} 7\nleft{x="é"} NaN\n# EOF\n'));
		});
		const snapshot = await source(url).read();
		expect(asked).toMatchObject({
			url: "/metrics",
			accept:
				"application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.8,text/plain;version=0.0.4;escaping=underscores;q=0.5,*/*;q=0.1",
			"accept-encoding": expect.stringContaining("gzip"),
		});
		const instance = hostOf(url);
		expect(values(snapshot)).toMatchObject({
			'http_requests_total{code="200",path="/a\\"b"}': 7,
			'left{x="é"}': Number.NaN,
			[`up{instance="${instance}",job="test"}`]: 1,
			[`scrape_samples_scraped{instance="${instance}",job="test"}`]: 2,
		});
		expect(values(snapshot)[`scrape_duration_seconds{instance="${instance}",job="test"}`]).toBeGreaterThan(0);
		expect(snapshot.metrics?.find(({ name }) => name === "http_requests_total")).toMatchObject({ type: "counter" });
		expect(snapshot.checks).toMatchObject([{ id: `scrape ${instance}`, status: "ok" }]);
	});

	test("is sent its token, read anew each time, and never shows it", async () => {
		const file = join(await folder(), "token");
		const seen: unknown[] = [];
		const url = await serve((request, response) => {
			seen.push(request.headers.authorization);
			response.end("a 1\n");
		});
		const own = new PrometheusSource([staticTarget(new URL(url), "test", { tokenFile: file })], { intervalMs: 1000 });
		expect((await own.read()).checks).toMatchObject([{ status: "failed", message: `cannot read the token file ${file}: ENOENT` }]);
		for (const token of ["one", "two"]) {
			await writeFile(file, `${token}\n`);
			expect((await own.read()).checks).toMatchObject([{ status: "ok" }]);
		}
		expect(seen).toEqual(["Bearer one", "Bearer two"]);
	});

	test.each<[name: string, answer: Parameters<typeof serve>[0], message: string | RegExp]>([
		["answers with an error", (_, response) => response.writeHead(503).end("busy"), "answered 503 Service Unavailable"],
		["has more than the bound", (_, response) => response.end("a 1\n".repeat(30_000)), "the answer has more than 100000 bytes"],
		[
			"sends a bomb",
			(_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(BOMB),
			"the answer has more than 100000 bytes",
		],
		["drops the connection", (request) => request.socket.destroy(), /^the connection was dropped/],
		["breaks off", (_, response) => response.writeHead(200, { "content-length": 10 }).write("a 1\n", () => response.destroy()), /dropped/],
		[
			"is no target at all",
			(_, response) => response.end("<html>\n<p>hello"),
			"these are no metrics (line 1: it does not begin with a metric's name); is the path right?",
		],
		[
			"breaks its compression",
			(_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("a 1\n"),
			"the answer's compression is broken",
		],
		[
			"is compressed as nobody asked",
			(_, response) => response.writeHead(200, { "content-encoding": "zstd" }).end("a 1\n"),
			"the response has a Content-Encoding that was not requested",
		],
		["speaks no HTTP", (request) => void request.socket.end("hello\r\n"), /does not speak HTTP|dropped/],
		[
			"is cut on the way",
			(_, response) => response.writeHead(200, { "content-type": "application/openmetrics-text" }).end("a 1\nb"),
			"the exposition has no # EOF at its end: it is truncated",
		],
		["does not answer in time", () => {}, "no complete response within 1500 ms"],
	])("that %s is down, says why, and the other one is read", async (_, answer, message) => {
		const bad = await serve(answer);
		const good = await serve((_, response) => response.end("a 1\n"));
		const both = source(bad, good);
		const first = await both.read();
		expect(first.health?.status).not.toBe("unhealthy");
		expect(values(first).a).toBe(1);
		expect(values(first)).toMatchObject({
			[`up{instance="${hostOf(bad)}",job="test"}`]: 0,
			[`up{instance="${hostOf(good)}",job="test"}`]: 1,
		});
		expect(first.checks).toMatchObject([
			{ status: "failed", message: typeof message === "string" ? message : expect.stringMatching(message) },
			{ status: "ok" },
		]);
	});

	test("that is slow delays no other: its answer is in a later snapshot", async () => {
		let release = () => {};
		const slow = await serve((_, response) => {
			release = () => response.end("slow_one 1\n");
		});
		const quick = await serve((_, response) => response.end("quick_one 1\n"));
		const both = new PrometheusSource(
			[slow, quick].map((url) => staticTarget(new URL(url), "test")),
			{ intervalMs: 100, timeoutMs: 20_000 },
		);
		const first = values(await both.read());
		expect(first).toMatchObject({ quick_one: 1 });
		expect(first).not.toHaveProperty("slow_one");
		expect(first).not.toHaveProperty([`up{instance="${hostOf(slow)}",job="test"}`]);
		release();
		await expect.poll(async () => values(await both.read())).toMatchObject({ slow_one: 1 });
	});

	test("with broken lines keeps the others, and counts those left out", async () => {
		const url = await serve((_, response) => response.end('a 1\nb{x="} 2\nc 3\nd x\n'));
		const snapshot = await source(url).read();
		expect(values(snapshot)).toMatchObject({ a: 1, c: 3 });
		expect(snapshot.checks).toMatchObject([
			{
				status: "warning",
				message: "2 samples were left out: a label's value is not in double quotes, or does not end (line 2 is the first)",
			},
		]);
		const instance = hostOf(url);
		expect(snapshot.leftOut).toEqual([
			{
				field: `scrape ${instance}`,
				count: 2,
				reason: "a label's value is not in double quotes, or does not end (line 2 is the first)",
			},
		]);
		expect(values(snapshot)).toMatchObject({
			[`scrape_samples_scraped{instance="${instance}",job="test"}`]: 2,
			[`scrape_samples_left_out{instance="${instance}",job="test"}`]: 2,
		});
	});

	test("whose sample is minutes old has no value of it", async () => {
		const url = await serve((_, response) => response.end(`old 1 ${Date.now() - 600_000}\nnew 2 ${Date.now() - 1000}\n`));
		const snapshot = await source(url).read();
		expect(values(snapshot)).toMatchObject({ new: 2, [`scrape_samples_left_out{instance="${hostOf(url)}",job="test"}`]: 1 });
		expect(values(snapshot)).not.toHaveProperty("old");
		expect(snapshot.checks).toMatchObject([{ status: "ok", message: "1 sample was left out: more than 5 minutes old" }]);
		expect(snapshot.leftOut).toEqual([]);
	});

	test("whose clock is ahead loses its future samples, which is a finding", async () => {
		const url = await serve((_, response) => response.end(`ahead 1 ${Date.now() + 3_600_000}\nnew 2\n`));
		const snapshot = await source(url).read();
		expect(values(snapshot)).not.toHaveProperty("ahead");
		expect(snapshot.checks).toMatchObject([
			{ status: "warning", message: "1 sample was left out: from the future; is the target's clock right?" },
		]);
		expect(snapshot.leftOut).toMatchObject([{ count: 1 }]);
	});

	test("is followed over redirects on its own host only; another host is neither requested nor shown", async () => {
		let asked = 0;
		const internal = await serve((_, response) => {
			asked++;
			response.end("password hunter2\n");
		});
		const url = await serve((request, response) => {
			const to = new Map([
				["/metrics", "/own"],
				["/away", `${internal}/secret`],
				["/odd", "http://"],
				["/round", "/round"],
				["/file", "file:///etc/passwd"],
			]).get(request.url ?? "");
			if (to === undefined) response.end("a 1\n");
			else response.writeHead(302, { location: to }).end();
		});
		expect(values(await source(url).read()).a).toBe(1);
		for (const path of ["/away", "/odd", "/round", "/file"]) {
			const [check] = (await source(`${url}${path}`).read()).checks as { status: string; message: string }[];
			expect(check, path).toMatchObject({
				status: "failed",
				message: expect.stringMatching(/^redirects (to another host or scheme|more than 5 times)/),
			});
			expect(JSON.stringify(check)).not.toContain("hunter2");
		}
		expect(asked).toBe(0);
	});

	test.each([
		"password hunter2\nuser root",
		"<html>hunter2</html>",
		'{"secret": "hunter2"}',
		"hunter2{x} 1",
		'SECRET="hunter2"',
		"a 1\nhunter2 =x",
	])("is never quoted: %j", async (body) => {
		const url = await serve((_, response) => response.end(body));
		const { checks, leftOut } = await source(url).read();
		expect(JSON.stringify([checks, leftOut])).not.toContain("hunter2");
		expect(checks?.[0]?.status).not.toBe("ok");
	});

	test("is asked at any port, the ones that browsers refuse too", async () => {
		const check = async (port: number) => {
			const [found] = (await source(`http://127.0.0.1:${port}/metrics`).read()).checks ?? [];
			return found;
		};
		for (const port of [10080, 6000, 2049, 1])
			expect(await check(port)).not.toMatchObject({ message: expect.stringContaining("bad port") });
		const server = createServer((_, response) => response.end("a 1\n"));
		const listening = await new Promise((resolve) =>
			server.once("error", () => resolve(false)).listen(10080, "127.0.0.1", () => resolve(true)),
		);
		if (!listening) return;
		afterwards(() => void server.close());
		expect(await check(10080)).toMatchObject({ status: "ok" });
	});

	test("gets Basic auth with the password of a file", async () => {
		const file = join(await folder(), "password");
		await writeFile(file, "p:ä ss\n");
		const seen: unknown[] = [];
		const url = await serve((request, response) => {
			seen.push(Buffer.from(String(request.headers.authorization).replace("Basic ", ""), "base64").toString());
			response.writeHead(seen.length === 1 ? 200 : 401).end("a 1\n");
		});
		const own = new PrometheusSource([staticTarget(new URL(url), "test", { basicAuth: { username: "bee", passwordFile: file } })], {
			intervalMs: 1000,
		});
		expect((await own.read()).checks).toMatchObject([{ status: "ok" }]);
		expect((await own.read()).checks).toMatchObject([{ status: "failed", message: "answered 401 Unauthorized" }]);
		expect(seen).toEqual(["bee:p:ä ss", "bee:p:ä ss"]);
	});
});

describe("several targets", () => {
	test("are distinguished by instance where their series collide, and only there", async () => {
		const text = (own: string) => `shared 1\nshared_too{instance="mine"} 2\n${own} 3\ncpu{worker="${own}"} 4\n`;
		const [a, b] = [await serve((_, response) => response.end(text("a"))), await serve((_, response) => response.end(text("b")))];
		const read = values(await source(a, b).read());
		expect(read).toMatchObject({
			[`shared{instance="${hostOf(a)}"}`]: 1,
			[`shared{instance="${hostOf(b)}"}`]: 1,
			[`shared_too{exported_instance="mine",instance="${hostOf(a)}"}`]: 2,
			a: 3,
			b: 3,
			'cpu{worker="a"}': 4,
			'cpu{worker="b"}': 4,
		});
		expect(read).not.toHaveProperty("shared");
	});

	test("of one host and port that differ in path or query are two: each has its check, and its series", async () => {
		let down = false;
		const url = await serve((request, response) => {
			if (down && request.url?.startsWith("/b")) response.writeHead(500).end();
			else response.end(`x ${request.url?.length}\n`);
		});
		const both = source(`${url}/a`, `${url}/b?module=deep&access_token=sesame`);
		const [a, b] = [`${hostOf(url)}/a`, `${hostOf(url)}/b?module=deep&access_token=…`];
		expect(values(await both.read())).toMatchObject({
			[`x{instance="${a}"}`]: 2,
			[`x{instance="${b}"}`]: 34,
			[`up{instance="${b}",job="test"}`]: 1,
		});
		down = true;
		const second = await both.read();
		expect(second.checks).toMatchObject([
			{ id: `scrape ${a}`, status: "ok" },
			{ id: `scrape ${b}`, status: "failed" },
		]);
		expect(JSON.stringify(second)).not.toContain("sesame");
	});

	test("that are all down make the colony unhealthy", async () => {
		const snapshot = await source("http://127.0.0.1:1", "http://127.0.0.1:2").read();
		expect(snapshot.health).toEqual({ status: "unhealthy", reason: "none of 2 scrape targets answers" });
	});
});

describe("targets that DNS names", () => {
	/** Answers every SRV question with these ports at 127.0.0.1's name. */
	async function nameServer(ports: () => number[]): Promise<Socket> {
		const socket = createSocket("udp4");
		socket.on("message", (question, peer) => {
			const name = question.subarray(12, question.indexOf(0, 12) + 5);
			const target = Buffer.from("\u0009localhost\u0000", "latin1");
			const records = ports().map((port) => {
				const record = Buffer.alloc(18 + target.length);
				record.writeUInt16BE(0xc00c, 0);
				record.writeUInt16BE(33, 2);
				record.writeUInt16BE(1, 4);
				record.writeUInt32BE(1, 6);
				record.writeUInt16BE(6 + target.length, 10);
				record.writeUInt16BE(port, 16);
				target.copy(record, 18);
				return record;
			});
			const head = Buffer.alloc(12);
			question.copy(head, 0, 0, 2);
			head.writeUInt16BE(0x8180, 2);
			head.writeUInt16BE(1, 4);
			head.writeUInt16BE(records.length, 6);
			socket.send(Buffer.concat([head, name, ...records]), peer.port, peer.address);
		});
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		afterwards(() => void socket.close());
		return socket;
	}

	test("come and go, and carry their instance from the beginning", async () => {
		const urls = [await serve((_, response) => response.end("a 1\n")), await serve((_, response) => response.end("a 2\n"))];
		let ports = [Number(new URL(urls[0] as string).port)];
		const socket = await nameServer(() => ports);
		const resolver = new Resolver();
		resolver.setServers([`127.0.0.1:${socket.address().port}`]);
		const list = srvTargets(new URL("dns+srv://_metrics._tcp.hive.test/metrics"), {
			job: "dns",
			resolve: (name) => resolver.resolveSrv(name),
			refreshMs: 0,
		});
		const own = new PrometheusSource([list], { intervalMs: 200 });
		const snapshot = await own.read();
		expect(values(snapshot)).toMatchObject({ [`a{instance="localhost:${ports[0]}"}`]: 1 });
		expect(snapshot.checks).toMatchObject([{ status: "ok" }, { id: "dns _metrics._tcp.hive.test", status: "ok" }]);
		ports = [Number(new URL(urls[1] as string).port)];
		const read = values(await own.read());
		expect(read).toMatchObject({ [`a{instance="localhost:${ports[0]}"}`]: 2 });
		expect(Object.keys(read).filter((key) => key.startsWith("up{"))).toHaveLength(1);
		ports = [];
		expect((await own.read()).checks).toMatchObject([
			{ id: "dns _metrics._tcp.hive.test", status: "warning", message: "no targets were found" },
		]);
	});
});

describe("pods", () => {
	const pod = (name: string, annotations: Record<string, string>, more: object = {}) => ({
		metadata: { name, namespace: "hive", annotations },
		spec: { containers: [{ ports: [{ containerPort: 9 }] }] },
		status: { phase: "Running", podIP: "127.0.0.1", ...more },
	});

	test("with the annotations are scraped at their address, page by page, with the token of the kubeconfig", async () => {
		const target = await serve((request, response) => response.end(`path_seen{path="${request.url}"} 1\n`));
		const { port } = new URL(target);
		const asked: string[] = [];
		const api = await serve((request, response) => {
			asked.push(`${request.headers.authorization} ${decodeURIComponent(request.url ?? "")}`);
			const second = request.url?.includes("continue=more");
			const items = second
				? [pod("b", { "prometheus.io/scrape": "true", "prometheus.io/port": port }, { phase: "Pending" })]
				: [
						pod("a", { "prometheus.io/scrape": "true", "prometheus.io/port": port, "prometheus.io/path": "own" }),
						pod("silent", {}),
						pod("odd", { "prometheus.io/scrape": "true", "prometheus.io/port": "x/y" }),
					];
			response.end(JSON.stringify({ metadata: second ? {} : { continue: "more" }, items }));
		});
		const kubeconfig = join(await folder(), "config");
		await writeFile(
			kubeconfig,
			`current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: hive}}]
clusters: [{name: k, cluster: {server: "${api}/"}}]
users: [{name: u, user: {token: sesame}}]
`,
		);
		const own = new PrometheusSource([kubernetesTargets(new URL("kubernetes:?selector=app%3Dhive"), { job: "k8s", kubeconfig })], {
			intervalMs: 1000,
		});
		const snapshot = await own.read();
		expect(values(snapshot)).toMatchObject({ [`path_seen{instance="a:${port}",path="/own"}`]: 1 });
		expect(snapshot.checks).toMatchObject([
			{ id: `scrape a:${port}`, status: "ok" },
			{ id: "kubernetes pods", status: "ok" },
		]);
		expect(asked).toEqual([
			"Bearer sesame /api/v1/namespaces/hive/pods?limit=500&labelSelector=app=hive",
			"Bearer sesame /api/v1/namespaces/hive/pods?limit=500&labelSelector=app=hive&continue=more",
		]);
	});

	test("are listed with the service account where this runs in a pod", async () => {
		const mounted = await folder();
		await expect(serviceAccount(mounted)).rejects.toThrow("has this pod a service account?");
		for (const [name, text] of [
			["token", "sesame\n"],
			["ca.crt", "PEM"],
			["namespace", "hive"],
		] as const)
			await writeFile(join(mounted, name), text);
		expect(await serviceAccount(mounted, { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" })).toEqual({
			server: "https://[fd00::1]:6443",
			namespace: "hive",
			token: "sesame",
			ca: Buffer.from("PEM"),
			insecure: false,
		});
	});

	test.each([
		["contexts: []", 'has no context ""'],
		["{ not yaml", "is not valid YAML (line"],
		[
			"current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {exec: {command: aws}}}]",
			'user "u" of',
		],
		[
			"current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: sesame}}]",
			"the Kubernetes API at http://127.0.0.1:1 cannot be reached",
		],
	])("of a kubeconfig that cannot be used (%#) are a failed check, without a secret in it", async (text, words) => {
		const kubeconfig = join(await folder(), "config");
		await writeFile(kubeconfig, text);
		const [check] = (
			await new PrometheusSource([kubernetesTargets(new URL("kubernetes:"), { job: "k", kubeconfig })], { intervalMs: 1000 }).read()
		).checks as { status: string; message: string }[];
		expect(check).toMatchObject({ status: "failed", message: expect.stringContaining(words) });
		expect(check?.message).not.toContain("sesame");
	});
});

describe.skipIf(!captured)("what HiveFrame's own registry prints", () => {
	test("is the dashboard's workers, streams and series, with its histograms mended", async () => {
		const url = await serve((_, response) => response.end(capture("prometheus_exposition.txt")));
		const snapshot = await source(url).read();
		const read = values(snapshot);
		expect(snapshot.checks).toMatchObject([{ status: "ok" }]);
		expect(read).toMatchObject({
			'hiveframe_task_duration_seconds_bucket{job="orders-etl",le="0.25"}': 482,
			'hiveframe_task_duration_seconds_bucket{job="orders-etl",le="+Inf"}': 482,
			'hiveframe_task_duration_seconds_count{job="orders-etl"}': 482,
			'tasks_completed{worker="employed_3"}': 117,
			'tasks_failed{worker="employed_3"}': 56,
			'tasks_total{worker="scout_0"}': 173,
			tasks_queued: 0,
			memory_mb: 42.070016,
			'stream_records_total{stream="sensors"}': 1926,
			'stream_lag_seconds{stream="sensors"}': 0.0117,
			'stream_windows_fired_total{stream="sensors"}': 36,
			colony_temperature: 0.0655444860458374,
			waggle_dances_total: 1372,
			'pheromone_level{trail="alarm"}': 0.09307052777143027,
			hiveframe_waggle_dance_count: 1372,
		});
		// As accumulated twice, the bucket of 10 s would be the answer.
		expect(read.latency_p95).toBeCloseTo(0.233, 2);
		expect(Object.keys(read).filter((key) => key.startsWith("tasks_total{job"))).toEqual([]);
		expect(snapshot.workers).toHaveLength(8);
		expect(snapshot.workers).toContainEqual({ id: "scout_0", role: "scout", status: "busy" });
		expect(snapshot.streams).toEqual([{ id: "sensors", status: "running", windows: { fired: 36, late: 49 } }]);
		expect(snapshot.health).toEqual({ status: "healthy" });
	});

	test("without the application's help still has temperature, health and the stream", async () => {
		const url = await serve((_, response) => response.end(capture("prometheus_native_only.txt")));
		const snapshot = await source(url).read();
		const read = values(snapshot);
		expect(read).toMatchObject({ colony_temperature: 0.09643232822418213, 'stream_records_total{stream="stream"}': 368 });
		expect(read['stream_latency_p95{stream="stream"}']).toBeCloseTo(0.00475);
		expect(snapshot).not.toHaveProperty("workers");
	});

	test("of two colonies is distinguished", async () => {
		const urls = [
			await serve((_, r) => r.end(capture("prometheus_exposition.txt"))),
			await serve((_, r) => r.end(capture("prometheus_exposition.txt"))),
		];
		const snapshot = await source(...urls).read();
		const [a, b] = urls.map(hostOf);
		expect(snapshot.workers).toHaveLength(16);
		expect(values(snapshot)).toMatchObject({
			[`colony_temperature{colony="${a}"}`]: 0.0655444860458374,
			[`tasks_completed{worker="employed_3@${b}"}`]: 117,
			[`stream_lag_seconds{stream="sensors@${b}"}`]: 0.0117,
			[`hiveframe_colony_temperature{instance="${a}"}`]: 0.0655444860458374,
		});
	});
});

describe("HiveFrame's numbers over time", () => {
	const histogram = (counts: number[]) => {
		const twice = counts.map((_, i) => counts.slice(0, i + 1).reduce((sum, count) => sum + count, 0));
		return `# TYPE hiveframe_task_duration_seconds histogram
hiveframe_task_duration_seconds_bucket{le="0.1"} ${twice[0]}
hiveframe_task_duration_seconds_bucket{le="1"} ${twice[1]}
hiveframe_task_duration_seconds_bucket{le="+Inf"} ${twice[2]}
hiveframe_task_duration_seconds_count ${counts[2]}
`;
	};

	test("a quoted label value is mended, a histogram that is right is left as it is", async () => {
		const text = `hiveframe_errors{message="expected "int", got \\d",job="a"} 3
# TYPE other histogram
other_bucket{le="1"} 5
other_bucket{le="+Inf"} 9
other_count 9
`;
		const url = await serve((_, response) => response.end(text));
		const snapshot = await source(url).read();
		expect(snapshot.checks).toMatchObject([{ status: "ok" }]);
		expect(snapshot.metrics).toContainEqual(
			expect.objectContaining({ name: "hiveframe_errors", labels: { message: 'expected "int", got \\d', job: "a" }, value: 3 }),
		);
		expect(values(snapshot)).toMatchObject({ 'other_bucket{le="1"}': 5, 'other_bucket{le="+Inf"}': 9 });
	});

	test("quantiles and CPU are of what happened lately, and start again with the process", async () => {
		let [text, cpu] = [histogram([0, 10, 10]), 5];
		const url = await serve((_, response) => response.end(`${text}hiveframe_process_cpu_seconds_total ${cpu}\n`));
		const own = source(url);
		const first = values(await own.read());
		expect(first.latency_p50).toBeCloseTo(0.55);
		expect(first).not.toHaveProperty("cpu_percent");
		cpu = 5.01;
		expect(values(await own.read()).cpu_percent).toBeGreaterThan(0);
		[text, cpu] = [histogram([4, 4, 4]), 0.1];
		const again = values(await own.read());
		expect(again.latency_p99).toBeLessThanOrEqual(0.1);
		expect(again).not.toHaveProperty("cpu_percent");
	});
});
