import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import * as rest from "../../colony-bridge/protocol/http/rest.ts";
import { ByteReader } from "../../colony-bridge/protocol/query/codec/bytes.ts";
import { decodeBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { decodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import { HOSTILE, pushExample, STEP, T0 } from "./example-colony.ts";
import type { Host } from "./host.ts";

const iso = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");

/** Every answer of the API, at the bare path and under the cluster's name. */
export function restSuite(host: () => Host): void {
	describe.each([
		["the default cluster", "", "production"],
		["a named cluster", "/clusters/rest-Two.b", "colony two"],
	])("REST of %s", (_, base, colony) => {
		beforeAll(() => pushExample(host(), base, colony));

		async function get<Schema extends v.GenericSchema>(
			path: string,
			schema: Schema,
		): Promise<{ body: v.InferOutput<Schema>; response: Response }> {
			const response = await fetch(`${host().url}${base}${path}`);
			const text = await response.text();
			expect(response.status, text).toBe(200);
			expect(response.headers.get("content-type")).toMatch(/^application\/json/);
			expect(response.headers.get("x-content-type-options")).toBe("nosniff");
			const body = JSON.parse(text);
			// A field the contract does not know would be dropped here, and the comparison would show it.
			expect(v.parse(schema, body)).toEqual(body);
			return { body, response };
		}

		test("GET /api/cluster", async () => {
			const { body } = await get("/api/cluster", rest.ClusterAnswer);
			expect(body).toMatchObject({
				name: colony,
				// Whatever the colony says of itself: a check of its has failed.
				status: "unhealthy",
				// A busy machine adds that the bridge is late, after it.
				reason: expect.stringMatching(/^check kafka failed/),
				reported: { workers: true, tasks: true, checks: true, series: true },
				workers: { total: 3, ready: 2, busy: 1 },
				tasks: { active: 1, queued: 15, completed: 1, failed: 1, cancelled: 0, no_result: 0 },
			});
			expect(body.findings?.[0]).toMatchObject({
				kind: "check",
				status: "unhealthy",
				text: "check kafka failed",
				message: "connection refused",
				since: iso(T0 + 6 * STEP),
			});
			expect(Date.parse(body.last_push as string)).toBeGreaterThan(Date.now() - 60_000);
		});

		test("GET /api/workers", async () => {
			const { body, response } = await get("/api/workers", v.array(rest.WorkerAnswer));
			expect(response.headers.get("total-count")).toBe("3");
			const byId = Object.fromEntries(body.map((worker) => [worker.id, worker]));
			const since = iso(T0 + 6 * STEP);
			expect(byId["worker-1"]).toEqual({
				id: "worker-1",
				status: "running",
				tasks_active: 3,
				cpu_percent: 45.2,
				memory_mb: 1024,
				role: "employed",
				health: "healthy",
				tasks: ["task-1"],
				restarts: 1,
				started_at: iso(T0),
				since,
				metrics: { gc_pauses: 2 },
			});
			// What was never said is absent, not zero.
			expect(byId["a,b"]).toEqual({ id: "a,b", status: "idle", since, cpu_percent: 15, metrics: {} });
			expect(byId[HOSTILE]).toEqual({ id: HOSTILE, status: "stopped", since, message: HOSTILE, metrics: {} });
		});

		test.each([
			["workers?sort=nope", "nope"],
			["workers?sort=-cpu_percent", null],
			["workers?sort=role", null],
			["workers?sort=uptime", null],
			["workers?filter=nope>3 cpu_percent>1", "nope"],
			["checks?sort=-nope&limit=1", "nope"],
			["streams?sort=watermark", null],
		])("GET /api/%s tells the fields that no row has", async (query, unknown) => {
			const response = await fetch(`${host().url}${base}/api/${query}`);
			expect([response.status, response.headers.get("unknown-fields")]).toEqual([200, unknown]);
		});

		test("GET /api/workers?limit counts all in Total-Count", async () => {
			const { body, response } = await get("/api/workers?limit=1", v.array(rest.WorkerAnswer));
			expect(body).toHaveLength(1);
			expect(response.headers.get("total-count")).toBe("3");
		});

		test.each([
			["?sort=cpu_percent", ["a,b", "worker-1", HOSTILE], 3],
			["?sort=-cpu_percent&offset=1", ["a,b", HOSTILE], 3],
			["?filter=status=idle", ["a,b"], 1],
			["?filter=cpu_percent>20%20employed", ["worker-1"], 1],
			[`?filter=${encodeURIComponent(HOSTILE)}`, [HOSTILE], 1],
			["?filter=nobody", [], 0],
		])("GET /api/workers%s", async (query, ids, total) => {
			const { body, response } = await get(`/api/workers${query}`, v.array(rest.WorkerAnswer));
			expect(body.map(({ id }) => id)).toEqual(ids);
			expect(response.headers.get("total-count")).toBe(String(total));
		});

		test("GET /api/metrics", async () => {
			const { body, response } = await get("/api/metrics?names=tasks_total,latency_p99&range=1h", rest.MetricsAnswer);
			expect(body).toEqual({
				tasks_total: Array.from({ length: 6 }, (_, i) => ({ timestamp: iso(T0 + i * STEP), value: 1000 + 50 * i })),
				latency_p99: Array.from({ length: 6 }, (_, i) => ({ timestamp: iso(T0 + i * STEP), value: 0.25 })),
			});
			expect(response.headers.get("unknown-metrics")).toBeNull();
		});

		test("GET /api/metrics leaves out names nobody reports, and lists them", async () => {
			const { body, response } = await get("/api/metrics?names=nobody,tasks_total,no_one", rest.MetricsAnswer);
			expect(Object.keys(body)).toEqual(["tasks_total"]);
			expect(response.headers.get("unknown-metrics")).toBe("nobody,no_one");
		});

		test("GET /api/metrics truncates a list of unknown names that is too long for a header, and marks it", async () => {
			const names = Array.from({ length: 100 }, (_, i) => `nobody_${i}_${"x".repeat(60)}`);
			const { body, response } = await get(`/api/metrics?names=${names.join(",")}`, rest.MetricsAnswer);
			expect(body).toEqual({});
			const [, listed, left] = /^(.*) and (\d+) more$/.exec(response.headers.get("unknown-metrics") ?? "") ?? [];
			expect((listed?.split(",").length ?? 0) + Number(left)).toBe(100);
		});

		test("GET /api/metrics of one worker, commas in its name", async () => {
			const names = ['cpu_percent{worker="a,b"}', 'cpu_percent{worker="worker-1"}'];
			const { body } = await get(`/api/metrics?names=${encodeURIComponent(names.join(","))}`, rest.MetricsAnswer);
			expect(Object.keys(body)).toEqual(names);
			expect(body[names[0] as string]?.map(({ value }) => value)).toEqual([10, 11, 12, 13, 14, 15]);
			expect(body[names[1] as string]?.map(({ value }) => value)).toEqual(Array(6).fill(45.2));
		});

		test("GET /api/metrics?fold=each names every series", async () => {
			const { body } = await get("/api/metrics?names=cpu_percent&fold=each", rest.MetricsAnswer);
			expect(Object.keys(body).sort()).toEqual(['cpu_percent{worker="a,b"}', 'cpu_percent{worker="worker-1"}']);
		});

		test.each([
			["ISO 8601", iso(T0 + STEP), iso(T0 + 3 * STEP)],
			["milliseconds", String(T0 + STEP), String(T0 + 3 * STEP)],
			["a zone", iso(T0 + STEP).replace("Z", "+00:00"), iso(T0 + 3 * STEP).replace("Z", "%2B00:00")],
		])("GET /api/metrics between two instants in %s", async (_, start, end) => {
			const { body } = await get(`/api/metrics?names=tasks_total&start=${start}&end=${end}`, rest.MetricsAnswer);
			const instants = body.tasks_total?.map(({ timestamp }) => Date.parse(timestamp)) ?? [];
			expect(instants).toContain(T0 + 2 * STEP);
			expect(instants).toContain(T0 + 3 * STEP);
			expect(Math.min(...instants)).toBeGreaterThanOrEqual(T0 + STEP);
			expect(Math.max(...instants)).toBe(T0 + 3 * STEP);
		});

		test("GET /api/metrics?aggregation=rate&step", async () => {
			const { body } = await get(
				`/api/metrics?names=tasks_total&aggregation=rate&step=20s&range=1m&end=${new Date(T0 + 3 * STEP).toISOString()}`,
				rest.MetricsAnswer,
			);
			expect(body.tasks_total?.at(-1)?.value).toBeCloseTo(5, 1);
		});

		test.each(["points=180", "points=1", "step=1h"])(
			"GET /api/metrics?range=7d&%s of a cluster that is younger than a step",
			async (how) => {
				const url = `/api/metrics?names=cpu_percent&range=7d&${how}&aggregation`;
				const instants =
					(await get(`${url}=avg`, rest.MetricsAnswer)).body.cpu_percent?.map(({ timestamp }) => Date.parse(timestamp)) ?? [];
				expect(instants.length).toBeGreaterThan(0);
				expect(Math.max(...instants)).toBeGreaterThan(T0);
				expect(Math.max(...instants)).toBeLessThanOrEqual(Date.now());
				// A step that is not over yet has no rate; one that is over ends on a whole hour.
				const rates = (await get(`${url}=rate`, rest.MetricsAnswer)).body.cpu_percent ?? [];
				expect(rates.filter(({ timestamp }) => !/:00:00(\.0+)?Z$/.test(timestamp))).toEqual([]);
			},
		);

		test("GET /api/tasks", async () => {
			const { body } = await get("/api/tasks", rest.TasksAnswer);
			expect(body).toMatchObject({ active_total: 16, ended_total: 2, queued: 15 });
			expect(body.active).toEqual([
				{
					id: "task-1",
					name: "wordCount",
					status: "running",
					worker: "worker-1",
					attempt: 1,
					progress: 0.5,
					queued_at: iso(T0),
					started_at: iso(T0 + 1000),
				},
				{ id: "task-2", name: "wordCount", status: "queued", queued_at: iso(T0), dependencies: ["task-1"] },
			]);
			expect(body.ended).toEqual([
				{
					id: "task-x",
					name: "checksum",
					status: "failed",
					ended_at: iso(T0 + 2500),
					error: { type: "TypeError", message: "no such file" },
				},
				{
					id: "task-0",
					name: "checksum",
					status: "completed",
					worker: "worker-1",
					started_at: iso(T0),
					ended_at: iso(T0 + 1500),
					duration_ms: 1500,
				},
			]);
		});

		test("GET /api/tasks?status", async () => {
			const { body } = await get("/api/tasks?status=failed", rest.TasksAnswer);
			expect(body.ended.map(({ id }) => id)).toEqual(["task-x"]);
		});

		test("GET /api/tasks/history, page by page, filtered and in another order", async () => {
			const { body: first } = await get("/api/tasks/history?limit=1", rest.TaskHistoryAnswer);
			expect(first).toMatchObject({
				total: 2,
				retained: 2,
				ended_total: 2,
				tasks: [{ id: "task-x", number: 2 }],
				next: expect.stringMatching(/^2-\d+$/),
			});
			const { body: second } = await get(`/api/tasks/history?limit=1&cursor=${first.next}`, rest.TaskHistoryAnswer);
			expect(second.tasks).toMatchObject([{ id: "task-0", number: 1, duration_ms: 1500 }]);
			expect(second.next).toBeUndefined();
			const ids = async (query: string) => {
				const { body } = await get(`/api/tasks/history?${query}`, rest.TaskHistoryAnswer);
				return body.tasks.map(({ id }) => id);
			};
			expect(await ids("order=longest")).toEqual(["task-0", "task-x"]);
			expect(await ids("status=failed&text=NO+SUCH")).toEqual(["task-x"]);
			expect(await ids("worker=worker-1")).toEqual(["task-0"]);
			expect(await ids(`end=${T0 + 1500}`)).toEqual(["task-0"]);
			expect(await ids("id=task-x&name=checksum")).toEqual(["task-x"]);
			expect(await ids("text=nothing+like+it")).toEqual([]);
			for (const wrong of ["order=best", "cursor=x", "cursor=2", "limit=0", "status=running"]) {
				expect((await fetch(`${host().url}${base}/api/tasks/history?${wrong}`)).status, wrong).toBe(400);
			}
		});

		test.each(["/api/tasks/history", "/api/logs"])("%s refuses a cursor of a log that was deleted", async (path) => {
			const first = (await (await fetch(`${host().url}${base}${path}?limit=1`)).json()) as { next: string };
			const [row, log] = first.next.split("-");
			const response = await fetch(`${host().url}${base}${path}?limit=1&cursor=${row}-${Number(log) + 1}`);
			expect(response.status).toBe(409);
			expect(await response.json()).toMatchObject({ kind: "conflict", detail: expect.stringContaining("read from the first page") });
			expect((await fetch(`${host().url}${base}${path}?limit=1&cursor=${first.next}`)).status).toBe(200);
		});

		test("GET /api/tasks/stream: bars of completed and running tasks, sent again only after a change", async () => {
			const url = `${host().url}${base}/api/tasks/stream`;
			const response = await fetch(url);
			expect(response.headers.get("content-type")).toBe("application/octet-stream");
			const stream = decodeStream(new Uint8Array(await response.arrayBuffer()));
			expect(stream).toMatchObject({ retained: 2, first: 1, last: 2, total: 2, active: 1, ids: ["task-1"] });
			expect(stream.open).toMatchObject({ count: 1, names: ["wordCount"], workers: ["worker-1"] });
			const [bars] = stream.ended.map((bytes) => decodeBars(new ByteReader(bytes)));
			expect(bars).toMatchObject({ count: 2, names: ["checksum"], workers: ["worker-1"] });
			expect([...(bars?.ended ?? [])]).toEqual([T0 + 1500, T0 + 2500]);
			const tag = response.headers.get("etag") ?? "";
			expect((await fetch(url, { headers: { "if-none-match": tag } })).status).toBe(304);
			const later = decodeStream(new Uint8Array(await (await fetch(`${url}?after=2`)).arrayBuffer()));
			expect(later.ended).toEqual([]);
		});

		test("GET /api/streams", async () => {
			const { body } = await get("/api/streams", v.array(rest.StreamAnswer));
			expect(body).toEqual([
				{
					id: "clicks",
					since: iso(T0 + 6 * STEP),
					name: "Clicks",
					status: "running",
					watermark: iso(T0),
					windows: { open: 2, fired: 10, late: 1 },
					checkpoint: { id: "7", status: "completed", started_at: iso(T0), ended_at: iso(T0 + 500), bytes: 4096 },
					metrics: {},
				},
			]);
		});

		test("GET /api/checks", async () => {
			const { body } = await get("/api/checks", v.array(rest.CheckAnswer));
			expect(body).toHaveLength(2);
			expect(body).toContainEqual({ id: "database", status: "ok", at: iso(T0), since: iso(T0) });
			expect(body).toContainEqual({ id: "kafka", status: "failed", since: iso(T0 + 6 * STEP), message: "connection refused" });
		});

		test.each([
			["", ["quiet", HOSTILE, "started"]],
			["?level=info", [HOSTILE, "started"]],
			["?level=ERROR", [HOSTILE]],
			["?source=queen", ["started"]],
			["?source=worker-*", ["quiet", HOSTILE]],
			["?source=queen,worker-2", ["quiet", "started"]],
			["?source=queen&source=worker-2", ["quiet", "started"]],
			["?limit=1", ["quiet"]],
		])("GET /api/logs%s, newest first", async (query, messages) => {
			const { body } = await get(`/api/logs${query}`, rest.LogsAnswer);
			expect(body.logs.map(({ message }) => message)).toEqual(messages);
		});

		test("GET /api/logs has instant, level, source and message", async () => {
			const { body } = await get("/api/logs?source=queen", rest.LogsAnswer);
			expect(body).toEqual({ logs: [{ timestamp: iso(T0), level: "INFO", source: "queen", message: "started" }], total: 1 });
		});

		test("GET /api/errors", async () => {
			const { body } = await get("/api/errors?order=count", rest.ErrorsAnswer);
			expect(body).toMatchObject({ total: 2, overall: 2 });
			expect(body.errors.find(({ text }) => text === HOSTILE)).toEqual({
				id: "1",
				text: HOSTILE,
				count: 1,
				first_at: iso(T0 + 1000),
				last_at: iso(T0 + 1000),
				counts: [{ timestamp: iso(Math.floor((T0 + 1000) / 120_000 + 1) * 120_000), count: 1 }],
				tasks: { names: [], total: 0 },
				workers: { names: ["worker-1"], total: 1 },
				newest: { timestamp: iso(T0 + 1000), message: HOSTILE, worker: "worker-1" },
			});
			const failed = body.errors.find(({ tasks }) => tasks.total > 0);
			expect(failed).toMatchObject({ count: 1, tasks: { names: ["checksum"] }, newest: { task: "task-x", message: "no such file" } });
			expect((await get("/api/errors?limit=1", rest.ErrorsAnswer)).body.errors).toHaveLength(1);
		});

		test("GET /api/pages", async () => {
			const { body } = await get("/api/pages", rest.PagesAnswer);
			expect(body.pages.map(({ path }) => path)).toEqual([
				base || "/",
				...["workers", "tasks", "streaming", "metrics", "custom"].map((name) => `${base}/${name}`),
			]);
			expect(body.pages.at(-1)).toEqual({ name: "custom", title: "Custom Metrics", path: `${base}/custom`, builtIn: false });
			expect(body.layout.widgets[0]).toMatchObject({ title: "Tasks/Second", position: [0, 0] });
		});

		test("an answer that is already there is not sent again", async () => {
			const first = await fetch(`${host().url}${base}/api/checks`);
			const tag = first.headers.get("etag") ?? "";
			await first.text();
			expect(tag).toMatch(/^W\/".+"$/);
			const second = await fetch(`${host().url}${base}/api/checks`, { headers: { "if-none-match": `"other", ${tag}` } });
			expect(second.status).toBe(304);
			expect(await second.text()).toBe("");
			expect(second.headers.get("etag")).toBe(tag);
		});

		test("HEAD answers as GET does, without the body", async () => {
			const response = await fetch(`${host().url}${base}/api/workers`, { method: "HEAD" });
			expect(response.status).toBe(200);
			expect(response.headers.get("content-type")).toMatch(/^application\/json/);
			expect(response.headers.get("total-count")).toBe("3");
			expect(await response.text()).toBe("");
		});
	});

	test("GET /api/health", async () => {
		const response = await fetch(`${host().url}/api/health`);
		expect(response.status).toBe(200);
		const body = await response.json();
		expect(v.parse(rest.HealthAnswer, body)).toEqual(body);
	});
}
