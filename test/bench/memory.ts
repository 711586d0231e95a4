/**
 * What a cluster holds in memory, and what a process that serves does.
 *
 * `npm run bench -- memory`: heap and buffers of one cluster at 650, 10,000 and 50,000 series, by part, by its own estimate and as measured: after
 * an hour of pushes, at the most while a 2-hour block is compacted, and with a viewer. Then resident memory of a whole process.
 * `--small`: without the 50,000. `--workerd`: instead, of a hosted cluster in workerd with viewers, beside one of nothing (Linux only).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { startBuiltWorker } from "../wire/built-worker.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadySeries, steadyState, steadyTick } from "../wire/steady-frames.ts";
import { ask, endProgram, reportOf, startProgram } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { ClusterReport, Holding } from "./programs/cluster.ts";
import type { Serving } from "./programs/serve.ts";

const RUNS = 3;
const SERIES = 650;
const PUSHES = 720;
const INTERVAL_MS = 5000;
const SIZES = [650, 10_000, 50_000];
const MINUTES = 60;

type Line = Omit<Figure, "bench">;

async function fill(url: string): Promise<void> {
	const bridge = await RawBridge.connect(url, "bench", { intervalMs: INTERVAL_MS });
	bridge.push(steadySeries(SERIES, 1), steadyState(SERIES / 10, 2, Date.now()));
	const begin = Date.now() - PUSHES * INTERVAL_MS;
	for (let i = 0; i < PUSHES; i++) {
		bridge.push(steadyTick(SERIES, i + 3, begin + i * INTERVAL_MS));
		await bridge.acknowledge(i + 3);
	}
	await (await fetch(url)).text();
	await bridge.close();
}

async function resident(kind: "dashboard" | "bare", load: (url: string) => Promise<unknown>): Promise<number> {
	const { child, report } = await startProgram<Serving>("serve", kind);
	try {
		await load(report.url);
		return (await ask<number>(child, "memory")) / 1e6;
	} finally {
		await endProgram(child);
	}
}

function* holding(when: string, { heap, buffers, estimate }: Holding): Generator<Line> {
	const parts = Object.entries(estimate);
	const estimated = parts.reduce((sum, [, bytes]) => sum + bytes, 0) / 1e6;
	yield { name: `held ${when}`, value: (heap + buffers) / 1e6, unit: "MB", reference: { name: "by its own estimate", value: estimated } };
	yield { name: `heap ${when}`, value: heap / 1e6, unit: "MB" };
	yield { name: `buffers ${when}`, value: buffers / 1e6, unit: "MB" };
	for (const [part, bytes] of parts) yield { name: `estimate of ${part} ${when}`, value: bytes / 1e6, unit: "MB" };
}

async function* cluster(series: number): AsyncGenerator<Line> {
	const report = await reportOf<ClusterReport>("cluster", String(series), String(MINUTES));
	const of = `of ${series} series`;
	yield* holding(`after 1 h ${of}`, report.steady);
	yield* holding(`in a compaction ${of}`, report.compaction);
	yield* holding(`with a viewer ${of}`, report.watched);
	const reference = { name: "the median push", value: report.pushMs };
	yield { name: `push_p99_ms ${of}`, value: report.pushP99Ms, unit: "ms", reference };
	yield { name: `push_most_ms ${of}`, value: report.pushMostMs, unit: "ms", reference };
	yield { name: `push_p50_ms with a keyframe ${of}`, value: report.keyframePushMs, unit: "ms", reference };
}

/** Resident memory of the workerd that this process has started, now and at the most, MB. */
function workerd(): { now: number; most: number } {
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			const of = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]);
			if (of("PPid") === process.pid && /^Name:\s+workerd/m.test(status)) return { now: of("VmRSS") / 1000, most: of("VmHWM") / 1000 };
		} catch {
			// It ended meanwhile.
		}
	}
	throw new Error("there is no workerd");
}

const VIEWERS = 20;
const SERIES_A_PUSH = 5_000;
const SAMPLES_A_FRAME = 20_000;

/** An hour of pushes, as fast as they are taken, before viewers of Overview and Metrics. */
async function* hosted(series: number): AsyncGenerator<Line> {
	const folder = mkdtempSync(join(tmpdir(), "hiveframe-hosted-"));
	const worker = await startBuiltWorker(folder, "bench", "worker/cloudflare/index.ts");
	try {
		await (await fetch(`${worker.url}/api/cluster`)).text();
		const idle = workerd().now;
		const bridge = await RawBridge.connect(worker.url, "bench", { intervalMs: INTERVAL_MS });
		let seq = 0;
		for (let first = 0; first < series; first += SERIES_A_PUSH) {
			const all = steadySeries(Math.min(series, first + SERIES_A_PUSH), ++seq);
			bridge.push({ ...all, series: all.series.slice(first) });
			await bridge.acknowledge(seq);
		}
		const sockets = Array.from({ length: VIEWERS }, (_, i) => {
			const socket = new WebSocket(`${worker.url.replace("http", "ws")}/api/live`);
			const queries = Object.values(planPage(i % 2 ? "metrics" : "overview", { widgets: [], pages: [] }, {}) ?? {});
			socket.on("open", () => socket.send(JSON.stringify({ type: "watch", queries })));
			socket.on("message", (data) => {
				const { type, id } = JSON.parse(String(data)) as { type: string; id?: string };
				if (type === "probe") socket.send(JSON.stringify({ type: "ack", probe: id }));
			});
			return socket;
		});
		const begin = Date.now() - PUSHES * INTERVAL_MS;
		const took: number[] = [];
		for (let i = 0; i < PUSHES; i++) {
			const { ids, values, at } = steadyTick(series, seq, begin + i * INTERVAL_MS);
			const begun = performance.now();
			for (let first = 0; first < series; first += SAMPLES_A_FRAME) {
				const end = first + SAMPLES_A_FRAME;
				bridge.push({ type: "tick", seq: ++seq, at, ids: ids.slice(first, end), values: values.slice(first, end) });
			}
			bridge.push(steadyState(series / 10, ++seq, Date.now()));
			await bridge.acknowledge(seq);
			took.push(performance.now() - begun);
		}
		const { now, most } = workerd();
		const { used } = (await (await fetch(`${worker.url}/clusters/default/api/health`)).json()) as { used?: { memory_mb?: number } };
		for (const socket of sockets) socket.close();
		await bridge.close();
		const of = `of ${series} series in workerd`;
		yield { name: `resident after 1 h ${of}`, value: now, unit: "MB", reference: { name: "with nothing pushed", value: idle } };
		yield { name: `resident at the most ${of}`, value: most, unit: "MB", reference: { name: "with nothing pushed", value: idle } };
		yield { name: `its own estimate ${of}`, value: used?.memory_mb ?? Number.NaN, unit: "MB" };
		yield { name: `push_p50_ms ${of}`, value: median(took), unit: "ms" };
	} finally {
		await worker.end();
		rmSync(folder, { recursive: true, force: true });
	}
}

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	if (options.has("--workerd")) {
		for (const series of SIZES) yield* hosted(series);
		return;
	}
	for (const series of SIZES) if (!options.has("--small") || series < 50_000) yield* cluster(series);
	const values: number[] = [];
	const idle: number[] = [];
	const bare: number[] = [];
	for (let i = 0; i < RUNS; i++) {
		idle.push(await resident("dashboard", async (url) => (await fetch(url)).text()));
		values.push(await resident("dashboard", fill));
		bare.push(await resident("bare", async (url) => (await fetch(url)).text()));
	}
	const reference = { name: "bare node:http server", value: median(bare) };
	yield { name: "resident, nothing pushed yet", value: median(idle), unit: "MB", reference };
	yield { name: "resident after 1 h of 650 series every 5 s", value: median(values), unit: "MB", reference };
}
