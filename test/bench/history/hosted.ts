/** The whole cluster, log and keyframes included: what a push costs in workerd, and what the questions take over HTTP there and in Node. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { planPage } from "../../../colony-bridge/protocol/pages/plan.ts";
import type { ToViewer } from "../../../colony-bridge/protocol/query/view.ts";
import { startBuiltWorker } from "../../wire/built-worker.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";
import { endProgram, startProgram } from "../harness/child.ts";
import { type Figure, quantile } from "../harness/figure.ts";
import type { Serving } from "../programs/serve.ts";
import type { Counted } from "./counted.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import { took } from "./took.ts";
import { INTERVAL_MS, workload } from "./workload.ts";

type Line = Omit<Figure, "bench">;

/** Names and the first states are written once, and code that runs for the first time is compiled. */
const WARM_UP = 200;

/** Wall screens that look while duration is measured, and for how many pushes. */
const VIEWERS = 2;
const WATCHED_PUSHES = 120;

/** What a push costs. */
export interface Push {
	rows: number;
	/** Time for which the object is awake while viewers look, ms: its work, bounded from above by the way there and back, and its timers. */
	awakeMs: number;
	/** Messages to the object: the push, and what viewers answer. */
	messages: number;
}

export async function* inWorkerd(hours: number): AsyncGenerator<Line, Push> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-history-"));
	const { url, end } = await startBuiltWorker(folder, "bench", "test/workerd/counted-worker.ts");
	try {
		const counted = async (): Promise<Counted> => (await (await fetch(`${url}/counted`)).json()) as Counted;
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
			if (push === WARM_UP - 1) before = (await counted()).rows;
		}
		const rows = ((await counted()).rows - before) / times.length;
		const of = `of ${hours} h in workerd`;
		const sum = times.reduce((total, ms) => total + ms, 0);
		yield { name: `rows_per_push ${of}, log included`, value: rows, unit: "rows/push" };
		yield { name: `samples_per_second ${of}, each push acknowledged`, value: (times.length * ids.length * 1000) / sum, unit: "samples/s" };
		yield { name: `slowest_push_ms ${of}, there and back`, value: Math.max(...times), unit: "ms" };
		yield { name: `push_p99_ms ${of}, there and back`, value: quantile(times, 0.99), unit: "ms" };
		yield* askAll(url, Math.min(at, Date.now()), "workerd");
		const viewers = await Promise.all(Array.from({ length: VIEWERS }, () => watch(url)));
		const watched: number[] = [];
		const timersBefore = (await counted()).timerMs;
		for (let push = 0; push < WATCHED_PUSHES; push++) {
			const seq = pushes + 2 + push;
			const begun = performance.now();
			bridge.push({ type: "tick", seq, at: Date.now(), ids, values: tick() });
			await bridge.acknowledge(seq);
			watched.push(performance.now() - begun);
			// As far apart as it takes for one push's timers to be over before the next.
			await wait(100);
		}
		const timerMs = ((await counted()).timerMs - timersBefore) / WATCHED_PUSHES;
		const answered = viewers.reduce((sum, { answers }) => sum + answers(), 0);
		for (const viewer of viewers) viewer.close();
		await bridge.close();
		const push: Push = { rows, awakeMs: quantile(watched, 0.5) + timerMs, messages: 1 + answered / WATCHED_PUSHES };
		yield { name: `awake_ms_per_push with ${VIEWERS} viewers`, value: push.awakeMs, unit: "ms" };
		yield { name: `timer_ms_per_push with ${VIEWERS} viewers`, value: timerMs, unit: "ms" };
		return push;
	} finally {
		await end();
		await rm(folder, { recursive: true, force: true });
	}
}

/** A page that is open on the overview, which says so when it is asked. */
async function watch(base: string): Promise<{ answers(): number; close(): void }> {
	const socket = new WebSocket(`${base.replace(/^http/, "ws")}/api/live`, { headers: { origin: base } });
	await once(socket, "open");
	let answers = 0;
	socket.on("message", (data) => {
		const frame = JSON.parse(String(data)) as ToViewer;
		if (frame.type !== "probe") return;
		answers++;
		socket.send(JSON.stringify({ type: "ack", probe: frame.id }));
	});
	socket.send(JSON.stringify({ type: "watch", queries: Object.values(planPage("overview", { widgets: [], pages: [] }) ?? {}) }));
	await once(socket, "message");
	return { answers: () => answers, close: () => socket.close() };
}

/** The same questions to the embedded host, in a process of its own. */
export async function* inNode(hours: number): AsyncGenerator<Line> {
	const { child, report } = await startProgram<Serving>("serve", "dashboard");
	try {
		const bridge = await RawBridge.connect(report.url, "bench", { intervalMs: INTERVAL_MS });
		const { definitions, tick, jitter } = workload();
		const ids = definitions.map((_, id) => id);
		const pushes = (hours * 3_600_000) / INTERVAL_MS;
		let at = Date.now() - pushes * INTERVAL_MS;
		bridge.push({ type: "series", seq: 1, series: definitions.map((definition, id) => ({ id, ...definition })) });
		for (let push = 0; push < pushes; push++) {
			at += INTERVAL_MS + jitter();
			bridge.push({ type: "tick", seq: push + 2, at: Math.min(at, Date.now()), ids, values: tick() });
			await bridge.acknowledge(push + 2);
		}
		yield* askAll(report.url, Math.min(at, Date.now()), "Node");
		await bridge.close();
	} finally {
		await endProgram(child);
	}
}

/** Time of each question, and of one that asks nothing of the cluster: the way to the host and back. @param end of the newest sample, ms: however long the questions take, each finds what it asks for. */
async function* askAll(base: string, end: number, host: string): AsyncGenerator<Line> {
	const times = await took(async () => (await fetch(new URL("/api/health", base))).text());
	yield { name: `http_floor_p50_ms in ${host}`, value: quantile(times, 0.5), unit: "ms" };
	for (const question of QUESTIONS) yield* ask(question, base, end, host);
}

async function* ask(
	{ name, selectors, range, step, aggregation, fold, prometheusMs }: Question,
	base: string,
	end: number,
	host: string,
): AsyncGenerator<Line> {
	const url = new URL("/api/metrics", base);
	url.searchParams.set("names", selectors.join(","));
	for (const [parameter, value] of Object.entries({ range, end: String(end), step, aggregation, fold }))
		if (value) url.searchParams.set(parameter, value);
	const times = await took(async () => {
		const response = await fetch(url);
		const answer = (await response.json()) as Record<string, unknown[]>;
		const found = Object.values(answer).filter((samples) => samples.length > 0).length;
		if (!response.ok || found !== selectors.length)
			throw new Error(`${url} answered ${response.status} with ${found} of ${selectors.length}`);
	});
	yield {
		name: `${name}_p50_ms in ${host} over HTTP`,
		value: quantile(times, 0.5),
		unit: "ms",
		reference: { name: "Prometheus 2.42", value: prometheusMs },
	};
	yield { name: `${name}_p99_ms in ${host} over HTTP`, value: quantile(times, 0.99), unit: "ms" };
}
