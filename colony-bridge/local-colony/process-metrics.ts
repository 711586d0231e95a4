/** Numbers that a colony's owner adds: read at each snapshot. */

import { totalmem } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metric } from "../colony.ts";
import type { ColonyNumbers } from "./metric-table.ts";

export class OwnMetrics {
	readonly #entries = new Map<object, { metric: Omit<Metric, "value">; read: () => number; failing: boolean }>();

	/** @returns what takes it away again. */
	add(metric: Omit<Metric, "value">, read: () => number): () => void {
		const key = {};
		this.#entries.set(key, { metric, read, failing: false });
		return () => {
			this.#entries.delete(key);
		};
	}

	/** @param failed called with the reason when a metric begins to fail; it has no value while it does. */
	read(failed: (words: string) => void): Metric[] {
		const metrics: Metric[] = [];
		for (const entry of this.#entries.values()) {
			try {
				metrics.push({ ...entry.metric, value: entry.read() });
				entry.failing = false;
			} catch (error) {
				if (!entry.failing) failed(`metric ${entry.metric.name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
				entry.failing = true;
			}
		}
		return metrics;
	}
}

/** Resource use of the process with all threads, and the main thread's event loop delay. */
const STRETCH_MS = 500;

export class ProcessMeter {
	#delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
	#last = { at: performance.now(), cpu: process.cpuUsage() };
	#cpuPercent: number | undefined;
	#loopDelaySeconds: number | undefined;

	start(): void {
		this.#delay = monitorEventLoopDelay({ resolution: 20 });
		this.#delay.enable();
	}

	stop(): void {
		this.#delay?.disable();
		this.#delay = undefined;
	}

	read(): ColonyNumbers["process"] {
		const at = performance.now();
		const cpu = process.cpuUsage();
		if (at - this.#last.at >= STRETCH_MS) {
			const used = (cpu.user + cpu.system - this.#last.cpu.user - this.#last.cpu.system) / 1000;
			this.#cpuPercent = (100 * used) / (at - this.#last.at);
			if (this.#delay && this.#delay.count > 0) {
				this.#loopDelaySeconds = Math.round(this.#delay.percentile(99) / 1e5) / 1e4;
				this.#delay.reset();
			}
			this.#last = { at, cpu };
		}
		return {
			cpuPercent: this.#cpuPercent,
			cpuSeconds: (cpu.user + cpu.system) / 1e6,
			memoryBytes: process.memoryUsage.rss(),
			// A container may have less than the machine; 0 or a huge number means that it has no bound of its own.
			memoryLimitBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
			loopDelaySeconds: this.#loopDelaySeconds,
		};
	}
}
