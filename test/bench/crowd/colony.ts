/** A colony of so many series behind so many bridges, which push in turn, each of them every interval. */
import { setTimeout as pause } from "node:timers/promises";
import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";

/** Ten series a worker. */
const A_WORKER = 10;
/** Of one frame, and what a push of so many takes stays below a megabyte. */
const A_FRAME = 20_000;

interface Pushing {
	bridge: RawBridge;
	series: number;
	/** Number of its first series in the colony. */
	first: number;
	seq: number;
}

export class CrowdColony {
	readonly #bridges: Pushing[] = [];
	#turn = 0;
	#n = 0;

	static async begin(url: string, series: number, bridges: number): Promise<CrowdColony> {
		const colony = new CrowdColony();
		const share = series / bridges;
		for (let index = 0; index < bridges; index++) {
			const bridge = await RawBridge.connect(url, "bench", { bridge: `bridge-${index}`, epoch: Date.now(), intervalMs: 5000 });
			const one = { bridge, series: share, first: index * share, seq: 0 };
			colony.#bridges.push(one);
			const definitions = Array.from({ length: share }, (_, id) => ({
				id,
				name: ["cpu_percent", "memory_mb"][id % A_WORKER] ?? `bench_gauge_${id % A_WORKER}`,
				labels: { worker: `worker-${Math.floor((one.first + id) / A_WORKER)}` },
				type: "gauge" as const,
			}));
			for (let from = 0; from < share; from += A_FRAME / 4) {
				bridge.push({ type: "series", seq: ++one.seq, series: definitions.slice(from, from + A_FRAME / 4) });
				await bridge.acknowledge(one.seq);
			}
			const ids = [...new Set(definitions.map(({ labels }) => labels.worker))];
			const set = ids.map((id) => ({ id, status: "busy" as const }));
			bridge.push({ type: "state", seq: ++one.seq, at: Date.now(), workers: { replace: true, set } });
			await bridge.acknowledge(one.seq);
		}
		return colony;
	}

	get bridges(): number {
		return this.#bridges.length;
	}

	/** The next bridge's push. @returns ms until it is acknowledged. */
	async push(): Promise<number> {
		const one = this.#bridges[this.#turn++ % this.#bridges.length] as Pushing;
		const at = Date.now();
		const n = ++this.#n;
		const texts: UpFrame[] = [];
		for (let from = 0; from < one.series; from += A_FRAME) {
			const ids = Array.from({ length: Math.min(A_FRAME, one.series - from) }, (_, i) => from + i);
			const values = ids.map((id) => Math.round((50 + 40 * Math.sin(n / 20 + id) + ((n * 31 + id * 17) % 13) / 4) * 10) / 10);
			texts.push({ type: "tick", seq: ++one.seq, at, ids, values });
		}
		const begun = performance.now();
		one.bridge.push(...texts);
		await one.bridge.acknowledge(one.seq);
		return performance.now() - begun;
	}

	/** All bridges push, each every `intervalMs`, spread over it. @returns ms until each was acknowledged. */
	async run(seconds: number, intervalMs: number): Promise<number[]> {
		const times: number[] = [];
		const apart = intervalMs / this.#bridges.length;
		const under: Promise<unknown>[] = [];
		const begun = performance.now();
		for (let n = 0; n * apart < seconds * 1000; n++) {
			const wait = begun + n * apart - performance.now();
			if (wait > 0) await pause(wait);
			under.push(this.push().then((ms) => times.push(ms)));
		}
		await Promise.all(under);
		return times;
	}

	async end(): Promise<void> {
		await Promise.all(this.#bridges.map(({ bridge }) => bridge.close()));
	}
}
