/** The metric history: density, rows, speed of taking in and of answering, and what a month of it costs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpFrame } from "../../colony-bridge/protocol/up.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { startWranglerDev } from "../wire/wrangler-dev.ts";
import { type Figure, quantile } from "./harness/figure.ts";
import { monthlyBill } from "./history/bill.ts";
import { QUESTIONS, type Question } from "./history/questions.ts";
import { store } from "./history/stored.ts";
import { INTERVAL_MS, workload } from "./history/workload.ts";

type Line = Omit<Figure, "bench">;

const HOURS_IN_WORKERD = 6;
const ASKED = 40;
/** Names and the first states are written once. */
const WARM_UP = 20;

export async function* run(): AsyncGenerator<Line> {
	for (const hours of [6, 24]) yield* inNode(hours);
	const rowsPerPush = yield* inWorkerd();
	yield* bills(rowsPerPush);
}

async function* inNode(hours: number): AsyncGenerator<Line> {
	const stored = await store(hours);
	const of = `of ${hours} h`;
	yield {
		name: `bytes_per_sample ${of}`,
		value: stored.bytesPerSample,
		unit: "bytes",
		reference: { name: "VictoriaMetrics 1.79 on such data; Prometheus 2.42 takes 2.87", value: 0.61 },
	};
	yield { name: `rollup_bytes_per_sample ${of}`, value: stored.rollupBytesPerSample, unit: "bytes" };
	yield { name: `file_bytes_per_sample ${of}`, value: stored.fileBytes / stored.samples, unit: "bytes" };
	yield { name: `history_rows_per_push ${of}`, value: stored.rowsPerPush, unit: "rows/push" };
	yield { name: `samples_per_second ${of}`, value: stored.samplesPerSecond, unit: "samples/s" };
	yield { name: `slowest_push_ms ${of}`, value: stored.slowestPushMs, unit: "ms" };
	yield { name: `slowest_push_cpu_ms ${of}`, value: stored.slowestPushCpuMs, unit: "ms" };
	yield { name: `push_p99_ms ${of}`, value: stored.pushP99Ms, unit: "ms" };
	yield { name: `cold_open_ms ${of}`, value: stored.coldOpenMs, unit: "ms" };
}

/** The whole cluster, log and keyframes included, and its questions over HTTP. @returns rows a push. */
async function* inWorkerd(): AsyncGenerator<Line, number> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-history-"));
	const dev = await startWranglerDev(folder, "bench", "test/workerd/counted-worker.ts");
	try {
		const written = async (): Promise<number> => (await (await fetch(new URL("/rows", dev.url))).json()) as number;
		const bridge = await RawBridge.connect(dev.url, "bench", { intervalMs: INTERVAL_MS });
		const { definitions, tick, jitter } = workload();
		const ids = definitions.map((_, id) => id);
		const pushes = (HOURS_IN_WORKERD * 3_600_000) / INTERVAL_MS;
		const series: UpFrame = { type: "series", seq: 1, series: definitions.map((definition, id) => ({ id, ...definition })) };
		bridge.push(series);
		await bridge.acknowledge(1);
		let at = Date.now() - pushes * INTERVAL_MS;
		let before = 0;
		for (let push = 0; push < pushes; push++) {
			at += INTERVAL_MS + jitter();
			bridge.push({ type: "tick", seq: push + 2, at: Math.min(at, Date.now()), ids, values: tick() });
			await bridge.acknowledge(push + 2);
			if (push === WARM_UP - 1) before = await written();
		}
		const rowsPerPush = ((await written()) - before) / (pushes - WARM_UP);
		yield { name: `rows_per_push of ${HOURS_IN_WORKERD} h in workerd, log included`, value: rowsPerPush, unit: "rows/push" };
		yield* floor(dev.url);
		for (const question of QUESTIONS) yield* ask(question, dev.url);
		await bridge.close();
		return rowsPerPush;
	} finally {
		await dev.end("SIGTERM");
		await rm(folder, { recursive: true, force: true });
	}
}

/** What a question costs that asks nothing of the cluster: `wrangler dev`'s own way to the worker and back. */
async function* floor(base: string): AsyncGenerator<Line> {
	const took: number[] = [];
	for (let i = 0; i < ASKED; i++) {
		const begun = performance.now();
		await (await fetch(new URL("/api/health", base))).text();
		took.push(performance.now() - begun);
	}
	yield { name: "http_floor_p50_ms in workerd", value: quantile(took, 0.5), unit: "ms" };
}

async function* ask({ name, selectors, range, step, aggregation, fold, prometheusMs }: Question, base: string): AsyncGenerator<Line> {
	const url = new URL("/api/metrics", base);
	url.searchParams.set("names", selectors.join(","));
	url.searchParams.set("range", range);
	if (step) url.searchParams.set("step", step);
	if (aggregation) url.searchParams.set("aggregation", aggregation);
	if (fold) url.searchParams.set("fold", fold);
	const took: number[] = [];
	for (let i = 0; i < ASKED; i++) {
		const begun = performance.now();
		const response = await fetch(url);
		const answer = (await response.json()) as Record<string, unknown[]>;
		took.push(performance.now() - begun);
		const found = Object.values(answer).filter((samples) => samples.length > 0).length;
		if (!response.ok || found !== selectors.length)
			throw new Error(`${url} answered ${response.status} with ${found} of ${selectors.length}`);
	}
	yield {
		name: `${name}_p50_ms in workerd over HTTP`,
		value: quantile(took, 0.5),
		unit: "ms",
		reference: { name: "Prometheus 2.42", value: prometheusMs },
	};
	yield { name: `${name}_p99_ms in workerd over HTTP`, value: quantile(took, 0.99), unit: "ms" };
}

/** Rollups for their 30 days and their year are reckoned from what a day of them takes, the raw tier from its 48 hours. */
async function* bills(rowsPerPush: number): AsyncGenerator<Line> {
	for (const { series, times, hours } of [
		{ series: 650, times: 1, hours: 26 },
		{ series: 9750, times: 15, hours: 4 },
	]) {
		const stored = await store(hours, times);
		const samplesADay = (86_400_000 / INTERVAL_MS) * series;
		const bytes = samplesADay * (2 * stored.bytesPerSample + 30 * stored.rollupBytesPerSample) + 140e6;
		const own = times === 1 ? rowsPerPush : 1.02 + stored.rowsPerPush;
		const bill = monthlyBill({ intervalMs: INTERVAL_MS, rowsPerPush: own, bytes });
		yield { name: `monthly_bill of ${series} series, the account's only cluster`, value: bill.alone, unit: "USD" };
		yield { name: `monthly_bill of ${series} series, one more cluster`, value: bill.oneMore, unit: "USD" };
	}
}
