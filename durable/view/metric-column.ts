/** One metric of many things of a kind: the newest `cpu_percent` of each worker. Which series is whose is looked up once. */
import { setNewest } from "../../colony-bridge/protocol/values/keep-newest.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { History } from "../history/history.ts";

export class MetricColumn {
	readonly #history: History;
	readonly #label: string;
	readonly #metric: string;
	/** By place, the number of the series; -1 where none has been found yet. */
	readonly #series: Int32Array;

	/**
	 * @param label what tells whose a series is, e.g. `worker`
	 * @param metric a name as in a row's `values`: with the further labels, where there are some
	 * @param places how many things there are
	 */
	constructor(history: History, label: string, metric: string, places: number) {
		this.#history = history;
		this.#label = label;
		this.#metric = metric;
		this.#series = new Int32Array(places).fill(-1);
	}

	/** @param place always the same for an id. @returns undefined where it has no such series that lives */
	value(place: number, id: string): number | undefined {
		const known = this.#series[place] as number;
		const newest = known < 0 ? undefined : this.#history.latest(known);
		if (newest) return newest.value;
		for (const number of this.#history.labelled(this.#label, id)) {
			const { name, labels, type } = this.#history.definition(number);
			if (type === "bucket" || !this.#metric.startsWith(name)) continue;
			const { [this.#label]: _, ...further } = labels ?? {};
			if (seriesKey(name, further) !== this.#metric) continue;
			this.#series[place] = number;
			return this.#history.latest(number)?.value;
		}
		return undefined;
	}
}

/** Columns of one arrangement of things, the few asked for last. */
export class MetricColumns {
	readonly #history: History;
	readonly #label: string;
	readonly #most: number;
	readonly #columns = new Map<string, MetricColumn>();

	constructor(history: History, label: string, most: number) {
		this.#history = history;
		this.#label = label;
		this.#most = most;
	}

	/** The arrangement is another. */
	clear(): void {
		this.#columns.clear();
	}

	of(metric: string, places: number): MetricColumn {
		const column = this.#columns.get(metric) ?? new MetricColumn(this.#history, this.#label, metric, places);
		setNewest(this.#columns, metric, column, this.#most);
		return column;
	}
}
