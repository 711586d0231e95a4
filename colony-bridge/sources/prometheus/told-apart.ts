/** Keeps series of several targets apart: where two have the same one, the label `instance` says whose it is. */
import type { Metric } from "../../colony.ts";
import { seriesKey } from "../../protocol/selector.ts";

/** Beyond this many the memory is let go: a series that is different every time is no collision. */
const REMEMBERED = 200_000;

export class ToldApart {
	/** Names that two targets have said with the same labels. A name stays here: a series must not change its identity back and forth. */
	readonly #contested = new Set<string>();
	#owners = new Map<string, string>();

	/** Notes whose series these are. Call it for all targets before {@link label}. */
	note(target: string, metrics: readonly Metric[]): void {
		if (this.#owners.size > REMEMBERED) this.#owners = new Map();
		for (const { name, labels } of metrics) {
			if (this.#contested.has(name)) continue;
			const key = seriesKey(name, labels);
			const owner = this.#owners.get(key);
			if (owner === undefined) this.#owners.set(key, target);
			else if (owner !== target) this.#contested.add(name);
		}
	}

	/** @param dynamic targets come and go: only what names its worker or stream goes without, as long as nobody else says it. */
	label(instance: string, metrics: readonly Metric[], dynamic: boolean): Metric[] {
		return metrics.map((metric) => {
			const { name, labels } = metric;
			const owned = labels?.worker !== undefined || labels?.stream !== undefined;
			return this.#contested.has(name) || (dynamic && !owned) ? { ...metric, labels: withInstance(labels, instance) } : metric;
		});
	}
}

/** A target's own label of that name goes by another, as in Prometheus. */
function withInstance(labels: Metric["labels"], instance: string): NonNullable<Metric["labels"]> {
	if (labels?.instance === undefined) return { ...labels, instance };
	const { instance: own, ...others } = labels;
	return { ...others, exported_instance: own, instance };
}
