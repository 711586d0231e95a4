import { beforeAll, expect, test, vi } from "vitest";
import { decodeStream } from "../../colony-bridge/protocol/query/task-stream.ts";
import type { Answer, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";

const BASE = "/clusters/past";
const QUERIES = [
	"cluster",
	"workers",
	"tasks",
	"ended",
	"taskStats",
	"checks",
	"logs",
	"errors",
	"errorGroups",
	"marks",
	"runs",
	"series",
	"names",
];

/** `?at=`: the answers that there were then, whatever came since. */
export function pastSuite(host: () => Host): void {
	/** The answers before the colony changed, and when they were given. */
	let before: Snapshot;
	let at: string;
	let began: number;

	const get = (path: string, headers: Record<string, string> = {}) => fetch(`${host().url}${BASE}${path}`, { headers });
	async function json<T>(path: string): Promise<T> {
		const response = await get(path);
		const text = await response.text();
		expect(response.status, text).toBe(200);
		return JSON.parse(text) as T;
	}
	const asked = [
		...QUERIES.map((kind) => ({ kind })),
		{ kind: "metrics", selectors: ["cpu_percent"], range: "5m" },
		{ kind: "promql", expr: "sum(cpu_percent)", range: "5m" },
	];
	const view = (parameters = "") => json<Snapshot>(`/api/view?queries=${encodeURIComponent(JSON.stringify(asked))}${parameters}`);

	beforeAll(async () => {
		const hello = helloOf("past colony");
		const now = Date.now();
		const first = lines(
			hello,
			{ type: "series", seq: 1, series: [{ id: 0, name: "cpu_percent", type: "gauge", unit: "percent", labels: { worker: "a" } }] },
			{ type: "state", seq: 2, at: now, workers: { set: [{ id: "a", status: "idle" }] }, checks: { set: [{ id: "disk", status: "ok" }] } },
			{ type: "tick", seq: 3, at: now - 10, ids: [0], values: [12] },
			{ type: "events", seq: 4, events: [{ type: "log", at: now, level: "INFO", source: "queen", message: "all is well" }] },
		);
		expect((await push(host(), BASE, first)).status).toBe(200);
		before = await view();
		at = new Date(before.at).toISOString();
		began = before.at;
		// What comes now comes later.
		await vi.waitFor(async () => expect((await view()).at).toBeGreaterThan(before.at + 1));
		const later = Date.now();
		const second = lines(
			hello,
			{ type: "series", seq: 5, series: [{ id: 1, name: "memory_mb", type: "gauge", unit: "megabytes", labels: { worker: "b" } }] },
			{
				type: "state",
				seq: 6,
				at: later,
				workers: {
					set: [
						{ id: "a", status: "failed", message: "out of memory" },
						{ id: "b", status: "busy" },
					],
				},
				checks: { set: [{ id: "disk", status: "failed" }] },
			},
			{ type: "tick", seq: 7, at: later, ids: [0, 1], values: [99, 400] },
			{
				type: "events",
				seq: 8,
				events: [
					{ type: "log", at: later, level: "ERROR", source: "queen", message: "worker a is gone" },
					{ type: "taskEnd", id: "t1", name: "count", status: "failed", endedAt: later, error: { message: "out of memory" } },
				],
			},
		);
		expect((await push(host(), BASE, second)).status).toBe(200);
	});

	/** Without who has a socket and what memory is used, which are written nowhere. */
	const comparable = (answers: readonly Answer[]): unknown =>
		JSON.parse(JSON.stringify(answers), (name, value) => (name === "connected" || name === "memory" ? undefined : value));

	test("all queries are answered as they were then", async () => {
		const past = await view(`&at=${at}`);
		expect(past).toMatchObject({ position: before.position, at: began, past: { asked: began, at: began, now: expect.any(Number) } });
		expect(comparable(past.answers)).toEqual(comparable(before.answers));
		expect(comparable((await view()).answers)).not.toEqual(comparable(before.answers));
	});

	test.each([
		["/api/cluster", { workers: { total: 1, ready: 1 }, tasks: { failed: 0 } }, { workers: { total: 2 }, tasks: { failed: 1 } }],
		[
			"/api/workers",
			[{ id: "a", status: "idle", cpu_percent: 12 }],
			expect.arrayContaining([expect.objectContaining({ status: "failed" })]),
		],
		["/api/checks", [{ id: "disk", status: "ok" }], [{ id: "disk", status: "failed" }]],
		["/api/tasks", { ended_total: 0 }, { ended_total: 1 }],
		["/api/tasks/history", { total: 0 }, { total: 1 }],
		["/api/runs", [{ id: "1", failed: 0 }], [{ id: "1", failed: 1, first_error: { text: "worker a is gone" } }]],
		["/api/runs/1", { id: "1", tasks: [] }, { id: "1", tasks: [{ failed: 1 }], tasks_total: 1 }],
		["/api/logs", { total: 1 }, { total: 2 }],
		["/api/errors", { total: 0 }, { total: 2 }],
		["/api/series", [{ name: "cpu_percent", value: 12 }], expect.arrayContaining([expect.objectContaining({ name: "memory_mb" })])],
	])("GET %s?at= is as of then, and says so", async (path, then, now) => {
		const response = await get(`${path}?at=${at}`);
		expect(response.headers.get("as-of")).toBe(at);
		const body = await response.json();
		expect(body).toMatchObject(then);
		if (Array.isArray(then)) expect(body).toHaveLength(then.length);
		expect(await json(path)).toMatchObject(now as object);
	});

	test("GET /api/metrics?at= ends then", async () => {
		const values = async (more: string) =>
			(await json<Record<string, { data: { value: number }[] }>>(`/api/metrics?names=cpu_percent&range=5m${more}`)).cpu_percent;
		expect(JSON.stringify(await values(`&at=${at}`))).not.toMatch(/\b99\b/);
		expect(JSON.stringify(await values(`&at=${at}&end=${encodeURIComponent(new Date().toISOString())}`))).not.toMatch(/\b99\b/);
		expect(JSON.stringify(await values(""))).toMatch(/\b99\b/);
	});

	test("GET /api/tasks/stream?at= has the tasks that had ended then", async () => {
		const stream = async (more: string) => decodeStream(new Uint8Array(await (await get(`/api/tasks/stream${more}`)).arrayBuffer()));
		expect(await stream(`?at=${at}`)).toMatchObject({ retained: 0, total: 0, ended: [] });
		expect(await stream("")).toMatchObject({ retained: 1, total: 1 });
	});

	test("an instant of which nothing is kept is refused with the oldest one", async () => {
		const response = await get("/api/workers?at=2001-01-01T00:00:00Z");
		expect(response.status).toBe(404);
		expect(((await response.json()) as { detail: string }).detail).toMatch(
			/no state is kept of 2001-01-01T00:00:00.000Z: the oldest is 20\d\d-/,
		);
	});

	test.each(["soon", "", "1999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])("at=%s is refused", async (text) => {
		expect((await get(`/api/workers?at=${text}`)).status).toBe(400);
	});

	test.each(["/api/export", "/api/audit", "/api/health"])("%s has no past, and says which parameters it takes", async (path) => {
		const response = await get(`${path}?at=${at}`);
		expect(response.status).toBe(400);
		expect(await response.text()).toContain('unknown parameter \\"at\\"');
	});

	test("a page is as of then", async () => {
		const text = async (more: string) => await (await get(`/workers${more}`, { accept: "text/html" })).text();
		const past = await text(`?at=${at}`);
		expect(past).not.toContain("out of memory");
		expect(await text("")).toContain("out of memory");
	});
}
