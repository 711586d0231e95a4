/** Numbers that a colony's owner adds: read at each snapshot. */
import type { Metric } from "../colony.ts";

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

	/** @param failed told in words when a number begins to fail; it has no value while it does. */
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
