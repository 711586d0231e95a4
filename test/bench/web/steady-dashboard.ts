/** A dashboard in a process of its own, and a bridge that pushes to it what the bench says, when it says so. */
import type { ChildProcess } from "node:child_process";
import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";
import { steadyEvents, steadySeries, steadyState, steadyTick, steadyWork } from "../../wire/steady-frames.ts";
import { endProgram, startProgram } from "../harness/child.ts";
import type { Serving } from "../programs/serve.ts";

/** Charts on the page `charts`. */
export const CHARTS = 40;

export class SteadyDashboard {
	readonly url: string;
	readonly #child: ChildProcess;
	readonly #bridge: RawBridge;
	readonly #series: number;
	readonly #workers: number;
	#seq = 0;

	private constructor(child: ChildProcess, url: string, bridge: RawBridge, workers: number, series: number) {
		this.#child = child;
		this.url = url;
		this.#bridge = bridge;
		this.#workers = workers;
		this.#series = series;
	}

	/** @param series of all workers together; with ten a worker, each has its CPU and memory. */
	static async start(workers: number, series: number): Promise<SteadyDashboard> {
		const { child, report } = await startProgram<Serving>("serve", "dashboard");
		const bridge = await RawBridge.connect(report.url, "bench", { intervalMs: 1000 });
		const dashboard = new SteadyDashboard(child, report.url.endsWith("/") ? report.url : `${report.url}/`, bridge, workers, series);
		await dashboard.#send((seq) => steadySeries(series, seq), chartsPage);
		return dashboard;
	}

	/** One push of all values, and the state of every worker where `state` is set. Resolves when it is durable. */
	push(at: number, state = true): Promise<void> {
		return this.#send(...(state ? [(seq: number) => steadyState(this.#workers, seq, at)] : []), (seq) => steadyTick(this.#series, seq, at));
	}

	/** Tasks and a stream of one instant. */
	work(at: number): Promise<void> {
		return this.#send(
			(seq) => steadyWork(seq, at),
			(seq) => steadyEvents(seq, at),
		);
	}

	/** So many pushes, one a second of the colony's time, ending now, as fast as they are taken. */
	async fill(pushes: number): Promise<void> {
		const begin = Date.now() - pushes * 1000;
		for (let i = 0; i < pushes; i++) await this.push(begin + i * 1000, i % 10 === 0);
	}

	async #send(...frames: ((seq: number) => UpFrame)[]): Promise<void> {
		this.#bridge.push(...frames.map((frame) => frame(++this.#seq)));
		await this.#bridge.acknowledge(this.#seq);
	}

	async stop(): Promise<void> {
		await this.#bridge.close();
		await endProgram(this.#child);
	}
}

function chartsPage(seq: number): UpFrame {
	const widgets = Array.from({ length: CHARTS }, (_, i) => ({
		kind: "chart" as const,
		title: `Chart ${i + 1}`,
		// One unit: two lines of one chart.
		metrics: [1, 2].map((n) => `cpu_percent{worker="worker-${((n * i) % 20) + n}"}`),
		chartType: (["line", "area", "bar"] as const)[i % 3] ?? "line",
		timeRange: "15m",
	}));
	return { type: "layout", seq, layout: { widgets: [], pages: [{ name: "charts", title: "Charts", widgets }] } };
}
