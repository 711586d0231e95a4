/** Charts that were asked lately, the one asked last at the end: asked again after a push, each evaluates only what the push changed. */
import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import { residentBytes } from "../../work/resident.ts";
import type { Work } from "../../work/work.ts";
import { Chart } from "./chart.ts";
import type { SeriesSource } from "./target.ts";

/** Numbers that all of them may hold. */
const MOST_CELLS = 2_000_000;

export class Charts {
	readonly #source: SeriesSource;
	/** By query text. */
	readonly #charts = new Map<string, Chart>();
	#mostCells = MOST_CELLS;

	constructor(source: SeriesSource) {
		this.#source = source;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return residentBytes(this.#charts.values());
	}

	/** Takes note that a sample of this instant came. */
	touch(at: number): void {
		for (const chart of this.#charts.values()) chart.touch(at);
	}

	*answer(query: QueryOf<"metrics">, end: number): Work<Metrics> {
		const key = JSON.stringify(query);
		const chart = this.#charts.get(key) ?? new Chart(query, this.#source);
		// From its first step on it is told of samples that come.
		setNewest(this.#charts, key, chart);
		const answer = yield* chart.answer(query.end ?? end);
		let cells = 0;
		for (const chart of this.#charts.values()) cells += chart.cells;
		for (const [oldest, chart] of this.#charts) {
			if (cells <= this.#mostCells) break;
			if (oldest === key) continue;
			cells -= chart.cells;
			this.#charts.delete(oldest);
		}
		return answer;
	}

	/** Memory is short: lets go of all, and retains fewer from now on. */
	letGo(): void {
		this.#mostCells = MOST_CELLS / 10;
		this.#charts.clear();
	}
}
