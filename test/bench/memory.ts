/**
 * What a cluster holds in memory, and what a process that serves does.
 *
 * `npm run bench -- memory`: heap and buffers of one cluster at 650, 10,000 and 50,000 series, by part, by its own estimate and as measured: after
 * an hour of pushes, at the most while a 2-hour block is compacted, and with a viewer. Then resident memory of a whole process.
 * `--small`: without the 50,000.
 */
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

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
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
