/** What the whole process uses: every thread, and the main thread's own punctuality. */
import { totalmem } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ColonyNumbers } from "./metric-table.ts";

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
