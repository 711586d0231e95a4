/**
 * PromQL over HTTP: the questions of the history bench at `/prometheus/api/v1`, on the Node host and in workerd, and at Prometheus and
 * VictoriaMetrics on the same samples in the same run, where they are installed. Six hours of the workload; `--full`: 24.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltWorker } from "../wire/built-worker.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { endProgram, startProgram } from "./harness/child.ts";
import type { Figure } from "./harness/figure.ts";
import { askAll } from "./history/in-promql.ts";
import { peers } from "./history/peers.ts";
import { INTERVAL_MS, workload } from "./history/workload.ts";
import type { Serving } from "./programs/serve.ts";

type Line = Omit<Figure, "bench">;

/** Pushes that are acknowledged together. */
const TOGETHER = 20;

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	const hours = options.has("--full") ? 24 : 6;
	const node = await startProgram<Serving>("serve", "dashboard");
	try {
		yield* measured("Node", node.report.url.replace(/\/$/, ""), hours);
	} finally {
		await endProgram(node.child);
	}
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-promql-"));
	const { url, end } = await startBuiltWorker(folder, "bench", "worker/cloudflare/index.ts");
	try {
		yield* measured("workerd", url, hours);
	} finally {
		await end();
		await rm(folder, { recursive: true, force: true });
	}
	for await (const line of peers(hours)) if (line.name.includes(": query_")) yield line;
}

async function* measured(who: string, url: string, hours: number): AsyncGenerator<Line> {
	const end = await fill(url, hours);
	yield* askAll(who, `${url}/prometheus/api/v1`, end / 1000);
}

/** @returns the instant of the newest sample, ms. */
async function fill(url: string, hours: number): Promise<number> {
	const bridge = await RawBridge.connect(url, "bench", { intervalMs: INTERVAL_MS });
	const { definitions, tick, jitter } = workload();
	const ids = definitions.map((_, id) => id);
	bridge.push({ type: "series", seq: 1, series: definitions.map((definition, id) => ({ id, ...definition })) });
	await bridge.acknowledge(1);
	const pushes = (hours * 3_600_000) / INTERVAL_MS;
	let at = Date.now() - pushes * INTERVAL_MS;
	for (let push = 0; push < pushes; push++) {
		at += INTERVAL_MS + jitter();
		bridge.push({ type: "tick", seq: push + 2, at: Math.min(at, Date.now()), ids, values: tick() });
		if (push % TOGETHER === TOGETHER - 1 || push === pushes - 1) await bridge.acknowledge(push + 2);
	}
	await bridge.close();
	return Math.min(at, Date.now());
}
