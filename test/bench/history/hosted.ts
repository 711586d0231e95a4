/** The whole cluster in workerd, log and keyframes included: what a push costs, and what the questions take over HTTP. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltWorker } from "../../wire/built-worker.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";
import { type Figure, quantile } from "../harness/figure.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import { took } from "./took.ts";
import { INTERVAL_MS, workload } from "./workload.ts";

type Line = Omit<Figure, "bench">;

/** Names and the first states are written once, and code that runs for the first time is compiled. */
const WARM_UP = 200;

/** @returns rows a push. */
export async function* inWorkerd(hours: number): AsyncGenerator<Line, number> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-history-"));
	const { url, end } = await startBuiltWorker(folder, "bench", "test/workerd/counted-worker.ts");
	try {
		const written = async (): Promise<number> => (await (await fetch(`${url}/rows`)).json()) as number;
		const bridge = await RawBridge.connect(url, "bench", { intervalMs: INTERVAL_MS });
		const { definitions, tick, jitter } = workload();
		const ids = definitions.map((_, id) => id);
		const pushes = (hours * 3_600_000) / INTERVAL_MS;
		bridge.push({ type: "series", seq: 1, series: definitions.map((definition, id) => ({ id, ...definition })) });
		await bridge.acknowledge(1);
		const times: number[] = [];
		let at = Date.now() - pushes * INTERVAL_MS;
		let before = 0;
		for (let push = 0; push < pushes; push++) {
			at += INTERVAL_MS + jitter();
			const values = tick();
			const begun = performance.now();
			bridge.push({ type: "tick", seq: push + 2, at: Math.min(at, Date.now()), ids, values });
			await bridge.acknowledge(push + 2);
			if (push >= WARM_UP) times.push(performance.now() - begun);
			if (push === WARM_UP - 1) before = await written();
		}
		const rowsPerPush = ((await written()) - before) / times.length;
		const of = `of ${hours} h in workerd`;
		const sum = times.reduce((total, ms) => total + ms, 0);
		yield { name: `rows_per_push ${of}, log included`, value: rowsPerPush, unit: "rows/push" };
		yield { name: `samples_per_second ${of}, each push acknowledged`, value: (times.length * ids.length * 1000) / sum, unit: "samples/s" };
		yield { name: `slowest_push_ms ${of}, there and back`, value: Math.max(...times), unit: "ms" };
		yield { name: `push_p99_ms ${of}, there and back`, value: quantile(times, 0.99), unit: "ms" };
		yield* floor(url);
		for (const question of QUESTIONS) yield* ask(question, url);
		await bridge.close();
		return rowsPerPush;
	} finally {
		await end();
		await rm(folder, { recursive: true, force: true });
	}
}

/** What a question costs that asks nothing of the cluster: the way to the worker and back. */
async function* floor(base: string): AsyncGenerator<Line> {
	const times = await took(async () => (await fetch(`${base}/api/health`)).text());
	yield { name: "http_floor_p50_ms in workerd", value: quantile(times, 0.5), unit: "ms" };
}

async function* ask({ name, selectors, range, step, aggregation, fold, prometheusMs }: Question, base: string): AsyncGenerator<Line> {
	const url = new URL("/api/metrics", base);
	url.searchParams.set("names", selectors.join(","));
	for (const [parameter, value] of Object.entries({ range, step, aggregation, fold })) if (value) url.searchParams.set(parameter, value);
	const times = await took(async () => {
		const response = await fetch(url);
		const answer = (await response.json()) as Record<string, unknown[]>;
		const found = Object.values(answer).filter((samples) => samples.length > 0).length;
		if (!response.ok || found !== selectors.length)
			throw new Error(`${url} answered ${response.status} with ${found} of ${selectors.length}`);
	});
	yield {
		name: `${name}_p50_ms in workerd over HTTP`,
		value: quantile(times, 0.5),
		unit: "ms",
		reference: { name: "Prometheus 2.42", value: prometheusMs },
	};
	yield { name: `${name}_p99_ms in workerd over HTTP`, value: quantile(times, 0.99), unit: "ms" };
}
