/**
 * A colony in trouble on which everything moves: errors of old and new kinds, numbers that gain digits, metrics that arrive, tasks that come
 * and go, a stream that falls behind. Five seconds pass with each push, on the dashboard's clock too; pushes come as fast as they are told to.
 */
import { vi } from "vitest";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { ChartWidget, DashboardServer, GaugeWidget, LogWidget, MetricWidget, StatusWidget, TableWidget } from "../../worker/node/index.ts";
import { RawBridge } from "../wire/raw-bridge.ts";

const TOKEN = "a-token-of-this-test";
const STEP_MS = 5000;

type Unnumbered = UpFrame extends infer F ? (F extends UpFrame ? Omit<F, "seq"> : never) : never;

export interface Growing {
	/** With a slash at its end. */
	url: string;
	/** An id among those that are not well, and the stream's. */
	worker: string;
	stream: string;
	/** The next five seconds. @returns their instant, ms */
	push(): Promise<number>;
	stop(): Promise<void>;
}

/**
 * @param past pushes before anybody looks
 * @param long names of a hundred characters, of several scripts
 */
export async function growingColony(workers: number, past: number, long = false): Promise<Growing> {
	const now = Date.now.bind(Date);
	let ahead = 0;
	const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + ahead);
	const dashboard = new DashboardServer({
		bridgeToken: TOKEN,
		config: { title: long ? "Produktionsübersicht aller Standorte" : "Production" },
	});
	dashboard.addWidget(new GaugeWidget({ title: "Queue", metric: "tasks_queued", thresholds: { green: 70, yellow: 85, red: 95 } }), [0, 0]);
	dashboard.addPage("custom", "Custom", [
		new MetricWidget({ title: "Read", metric: "bytes_read_total" }),
		new ChartWidget({ title: "Queue", metrics: ["tasks_queued", "bytes_read_total"], chartType: "area" }),
		new TableWidget({ title: "Workers", dataSource: "workers", columns: ["name", "status", "cpu_percent", "memory_mb"] }),
		new StatusWidget({ title: "Checks", checks: [] }),
		new LogWidget({ title: "Log" }),
	]);
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const ids = Array.from({ length: workers }, (_, i) =>
		long ? `ams-2/production-worker-pool-highmem-${"αβγδ"[i % 4]}ワーカー-${1000 + i}.eu-west-1.compute.internal` : `worker-${i + 1}`,
	);
	const stream = long ? "orders-enrichment-and-deduplication-pipeline-v2-production-europe" : "orders";
	const colony = everyFiveSeconds(ids, stream, past, long);
	// However slow the machine is, the colony is heard.
	const told = { colony: "production", capabilities: ["restart" as const, "scale" as const], intervalMs: 60_000 };
	const bridge = await RawBridge.connect(dashboard.url, TOKEN, told);
	let seq = 0;
	let pushes = 0;
	const push = async () => {
		ahead += STEP_MS;
		const at = Date.now();
		bridge.push(...colony(at, pushes++).map((frame) => ({ ...frame, seq: ++seq }) as UpFrame));
		await bridge.acknowledge(seq);
		return at;
	};
	for (let i = 0; i < past; i++) await push();
	return {
		url: `${dashboard.url.replace(/\/$/, "")}/`,
		worker: ids[2] ?? "",
		stream,
		push,
		async stop() {
			await bridge.close();
			await dashboard.stop();
			clock.mockRestore();
		},
	};
}

const ERRORS = [
	["TypeError", "cannot read property 'value' of undefined"],
	["ConnectionResetError", "[Errno 104] Connection reset by peer 10.2.3.4:9092"],
	["TimeoutError", "no answer from shard 7 within 30 s"],
	["S3Error", "SlowDown: please reduce your request rate, as the documentation of the service asks for in its chapter on limits"],
] as const;

/** Frames of the push with this number, at this instant. @param past the number from which on metrics arrive */
function everyFiveSeconds(ids: readonly string[], stream: string, past: number, long: boolean): (at: number, n: number) => Unnumbered[] {
	const failed = new Set([2, 5]);
	const names = long
		? ["com.example.analytics.pipelines.sessionization.SessionWindowAggregateFunction", "集計タスク_ユーザー行動分析", "count"]
		: ["count", "aggregateOrders", "joinCustomers"];
	const series: {
		id: number;
		name: string;
		labels: Record<string, string>;
		type: "gauge" | "counter";
		value(n: number): number;
		from: number;
	}[] = [];
	const measure = (type: "gauge" | "counter", name: string, labels: Record<string, string>, value: (n: number) => number, from = 0) =>
		series.push({ id: series.length, name, labels, type, value, from });
	for (const [i, worker] of ids.entries()) {
		measure("gauge", "cpu_percent", { worker }, (n) => Math.min(100, (n * 1.7 + i * 3) % 130));
		measure("gauge", "memory_mb", { worker }, (n) => 90 * 1.08 ** n + i);
		measure("counter", "tasks_completed", { worker }, (n) => Math.floor(3 * 1.25 ** n) + i);
		measure("counter", "tasks_failed", { worker }, (n) => (failed.has(i) ? n * 3 : 0));
	}
	// Each of a thousand workers would be too much for a test.
	for (const [i, worker] of ids.slice(0, 8).entries()) {
		for (let k = 0; k < 8; k++) measure("gauge", `cache_${k}_bytes`, { worker }, (n) => 9 * 1.3 ** n * (i + 1), past + 1 + 6 * k);
	}
	measure("gauge", "tasks_queued", {}, (n) => Math.floor(7 * 1.2 ** n));
	measure("counter", "bytes_read_total", {}, (n) => Math.floor(1e4 * 1.4 ** n));
	measure("gauge", "stream_lag_seconds", { stream }, (n) => 4 * 1.12 ** n);
	measure("counter", "stream_records_total", { stream }, (n) => Math.floor(50 * 1.3 ** n));
	measure("counter", "records_in", { stream }, (n) => Math.floor(60 * 1.3 ** n));
	measure("gauge", "stream_latency_p50", { stream }, (n) => 0.0007 * 1.2 ** n);
	measure("gauge", "stream_busy", { stream }, (n) => Math.min(1, n / 45));
	for (let k = 0; k < 6; k++) measure("gauge", `stream_part_${k}_seconds`, { stream }, (n) => 0.09 * 1.2 ** n, past + 3 + 8 * k);

	const subtasks = (count: number, n: number, busy: number, held: number) =>
		Array.from({ length: count }, (_, i) => ({
			id: String(i),
			worker: ids[i % ids.length] ?? "",
			busy: Math.min(1, busy * (n / 40)),
			backPressured: Math.min(1, held * (n / 40)),
			bufferFill: Math.min(1, n / 50),
			recordsIn: Math.floor(80 * 1.3 ** n) + i,
			recordsOut: Math.floor(70 * 1.3 ** n) + i,
		}));
	return (at, n) => {
		const began = at - 8 * 3_600_000 - n * STEP_MS;
		const worker = (id: string, i: number) =>
			failed.has(i)
				? {
						id,
						role: "employed",
						status: "failed" as const,
						health: "unhealthy" as const,
						message: "exit code 137: out of memory at 3.9 GB of 4 GB, while it merged partition 4711 of 8192",
						host: `ip-10-0-${i}-17`,
						startedAt: began,
						restarts: n,
					}
				: {
						id,
						role: i % 2 ? "scout" : "employed",
						status: (i + n) % 3 ? ("busy" as const) : ("idle" as const),
						health: "healthy" as const,
						host: `ip-10-0-${i}-17`,
						startedAt: began,
						tasks: (i + n) % 3 ? [`task-${n}-${i}`] : [],
					};
		const running = Math.min(ids.length, 12);
		const frames: Unnumbered[] = [
			{ type: "series", series: series.filter(({ from }) => from === n).map(({ id, name, labels, type }) => ({ id, name, labels, type })) },
			{
				type: "state",
				at,
				workers: n === 0 ? { replace: true, set: ids.map(worker) } : { set: ids.slice(0, 8).map(worker) },
				tasks: {
					replace: true,
					set: Array.from({ length: running }, (_, i) => ({
						id: `task-${n - (i % 3)}-${i}`,
						name: names[(i + n) % names.length] ?? "",
						status: i < 8 ? ("running" as const) : ("queued" as const),
						...(i < 8 && { worker: ids[i] ?? "", startedAt: at - ((n + i) % 7) * 9000 * (i + 1), progress: ((n + i) % 11) / 10 }),
						queuedAt: at - 9000 * n,
						attempt: (i % 3) + 1,
					})),
				},
				streams: {
					...(n === 0 && { replace: true }),
					set: [
						{
							id: stream,
							status: "running",
							watermark: at - 4000 * 1.12 ** n,
							windows: { open: 8 + (n % 5), fired: n * 7, late: Math.floor(1.3 ** n) },
							checkpoints: Array.from({ length: 6 }, (_, i) => ({
								id: `${n - i + 90}`,
								status: i === 0 ? ("running" as const) : i < 3 ? ("failed" as const) : ("completed" as const),
								startedAt: at - i * 30_000 - 4000,
								...(i > 0 && { endedAt: at - i * 30_000, bytes: Math.floor(9e5 * 1.1 ** n) }),
								...(i > 0 && i < 3 && { message: "the checkpoint expired before it was complete: after 10 s" }),
							})),
							operators: [
								{ id: "source", name: `${stream} source`, subtasks: subtasks(2, n, 0.03, 0.95) },
								{ id: "parse", name: "parse", inputs: ["source"], subtasks: subtasks(2, n, 0.17, 0.8) },
								{ id: "window-sum", name: "window-sum", inputs: ["parse"], subtasks: subtasks(4, n, 0.96, 0) },
								{ id: "sink", name: "sink to s3", inputs: ["window-sum"], subtasks: subtasks(1, n, 0.1, 0) },
							],
						},
					],
				},
				checks: {
					...(n === 0 && { replace: true }),
					set: [
						{ id: "storage", status: "failed", message: "s3://hive-prod/checkpoints: AccessDenied (403)", at, since: began },
						{ id: "queue", status: "ok", message: `${Math.floor(7 * 1.2 ** n)} tasks wait`, at },
						{ id: "disk", status: "warning", message: `${(12 - n / 10).toFixed(1)} % free`, at, since: at - n * STEP_MS },
					],
				},
			},
			{
				type: "tick",
				at,
				ids: series.filter(({ from }) => from <= n).map(({ id }) => id),
				values: series.filter(({ from }) => from <= n).map(({ value }) => value(n)),
			},
			{
				type: "events",
				events: [
					...Array.from({ length: 12 }, (_, i) => ({
						type: "taskEnd" as const,
						id: `end-${n}-${i}`,
						name: names[i % names.length] ?? "",
						status: "completed" as const,
						worker: ids[(i + n) % ids.length] ?? "",
						startedAt: at - 500 * 1.1 ** n * (i + 1),
						endedAt: at - 17 * i,
					})),
					...Array.from({ length: 2 }, (_, i) => {
						// One more kind each minute.
						const [type, message] = ERRORS[(n + i) % Math.min(ERRORS.length, 2 + Math.floor(n / 15))] ?? ERRORS[0];
						const error = {
							type,
							message,
							stack: `Traceback (most recent call last):\n  File "jobs.py", line ${n}, in step\n${type}: ${message}`,
						};
						const hit = { worker: ids[(n * 3 + i) % ids.length] ?? "", startedAt: at - 3000, endedAt: at - i };
						return {
							type: "taskEnd" as const,
							id: `failed-${n}-${i}`,
							name: names[i % names.length] ?? "",
							status: "failed" as const,
							...hit,
							error,
						};
					}),
					{
						type: "log" as const,
						at,
						level: "ERROR" as const,
						source: ids[n % ids.length] ?? "",
						stream,
						message: `window ${n} closed with ${Math.floor(1.3 ** n)} rows that were late`,
					},
					...(n % 10 === 0
						? [{ type: "mark" as const, at, kind: "restart" as const, worker: ids[5] ?? "", text: "restarted by its supervisor" }]
						: []),
				],
			},
		];
		return frames.filter((frame) => frame.type !== "series" || frame.series.length > 0);
	};
}
