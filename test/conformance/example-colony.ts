/** A colony as its bridge tells of it: known numbers, so that every answer can be compared with what was said. */
import type { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import type { Host } from "./host.ts";

let epochs = Date.now();

export function helloOf(colony: string, fields: Partial<Hello> = {}): Hello {
	epochs += 1;
	return {
		type: "hello",
		protocol: PROTOCOL_VERSION,
		bridge: "test",
		epoch: epochs,
		colony,
		capabilities: [],
		intervalMs: 60_000,
		...fields,
	};
}

export function lines(...frames: object[]): string {
	return frames.map((frame) => JSON.stringify(frame)).join("\n");
}

export function push(host: Host, base: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
	return fetch(`${host.url}${base}/api/bridge`, {
		method: "POST",
		headers: { authorization: `Bearer ${host.token}`, "content-type": "application/x-ndjson", ...headers },
		body,
	});
}

/** A minute ago on a whole minute, ms. */
export const T0 = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
/** Between ticks, ms. */
export const STEP = 10_000;
export const HOSTILE = '<script>alert("x")</script>';

/** Three workers, six ticks over a minute, tasks, a stream, checks, logs, and a page of its own. */
export function exampleFrames(): UpFrame[] {
	const ids = [0, 1, 2, 3, 4, 5, 6];
	return [
		{
			type: "series",
			seq: 1,
			series: [
				{ id: 0, name: "cpu_percent", labels: { worker: "worker-1" }, type: "gauge", unit: "percent" },
				{ id: 1, name: "cpu_percent", labels: { worker: "a,b" }, type: "gauge", unit: "percent" },
				{ id: 2, name: "memory_mb", labels: { worker: "worker-1" }, type: "gauge", unit: "megabytes" },
				{ id: 3, name: "tasks_active", labels: { worker: "worker-1" }, type: "gauge" },
				{ id: 4, name: "tasks_total", type: "counter" },
				{ id: 5, name: "latency_p99", type: "gauge", unit: "seconds" },
				{ id: 6, name: "gc_pauses", labels: { worker: "worker-1" }, type: "gauge" },
			],
		},
		...Array.from(
			{ length: 6 },
			(_, i): UpFrame => ({
				type: "tick",
				seq: 2 + i,
				at: T0 + i * STEP,
				ids,
				values: [45.2, 10 + i, 1024, 3, 1000 + 50 * i, 0.25, 2],
			}),
		),
		{
			type: "state",
			seq: 8,
			at: T0 + 6 * STEP,
			health: { status: "healthy" },
			workers: {
				replace: true,
				set: [
					{ id: "worker-1", status: "running", role: "employed", health: "healthy", tasks: ["task-1"], restarts: 1, startedAt: T0 },
					{ id: "a,b", status: "idle" },
					{ id: HOSTILE, status: "stopped", message: HOSTILE },
				],
			},
			tasks: {
				replace: true,
				set: [
					{
						id: "task-1",
						name: "wordCount",
						status: "running",
						worker: "worker-1",
						attempt: 1,
						progress: 0.5,
						queuedAt: T0,
						startedAt: T0 + 1000,
					},
					{ id: "task-2", name: "wordCount", status: "queued", queuedAt: T0, dependencies: ["task-1"] },
				],
			},
			queued: 15,
			streams: {
				set: [
					{
						id: "clicks",
						name: "Clicks",
						status: "running",
						watermark: T0,
						windows: { open: 2, fired: 10, late: 1 },
						checkpoint: { id: "7", status: "completed", startedAt: T0, endedAt: T0 + 500, bytes: 4096 },
					},
				],
			},
			checks: {
				set: [
					{ id: "database", status: "ok", at: T0, since: T0 },
					{ id: "kafka", status: "failed", message: "connection refused" },
				],
			},
		},
		{
			type: "events",
			seq: 9,
			events: [
				{ type: "log", at: T0, level: "INFO", source: "queen", message: "started" },
				{ type: "log", at: T0 + 1000, level: "ERROR", source: "worker-1", message: HOSTILE },
				{ type: "log", at: T0 + 2000, level: "DEBUG", source: "worker-2", message: "quiet" },
				{ type: "taskEnd", id: "task-0", name: "checksum", status: "completed", worker: "worker-1", startedAt: T0, endedAt: T0 + 1500 },
				{
					type: "taskEnd",
					id: "task-x",
					name: "checksum",
					status: "failed",
					endedAt: T0 + 2500,
					error: { type: "TypeError", message: "no such file" },
				},
			],
		},
		{
			type: "layout",
			seq: 10,
			layout: {
				widgets: [
					{ kind: "metric", title: "Tasks/Second", metric: "tasks_total", aggregation: "rate", format: "{value:.1f}/s", position: [0, 0] },
				],
				pages: [
					{
						name: "custom",
						title: "Custom Metrics",
						widgets: [{ kind: "chart", title: "Latency", metrics: ["latency_p99"], chartType: "line", timeRange: "1h" }],
					},
				],
			},
		},
	];
}

export async function pushExample(host: Host, base: string, colony: string): Promise<void> {
	const response = await push(host, base, lines(helloOf(colony), ...exampleFrames()));
	const answer = await response.text();
	if (!response.ok || answer.includes('"error"')) throw new Error(`the example was refused: ${response.status} ${answer}`);
}
