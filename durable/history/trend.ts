/** How a metric went lately, in a few dozen numbers: all its series folded as their type is read best. */
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { Trend } from "../../colony-bridge/protocol/rows.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/series.ts";
import type { Metrics } from "../../colony-bridge/protocol/view.ts";
import type { Work } from "../work/work.ts";
import { CHARTED } from "./target.ts";

const RANGE = "15m";
const POINTS = 45;
/** What is over stays as it is: a trend changes when a step is over, not with every push. */
const STEP_MS = 20_000;

type Evaluate = (query: Extract<Query, { kind: "metrics" }>, end: number) => Work<Metrics>;

/** Trends remembered. */
const REMEMBERED = 500;

export class Trends {
	readonly #metrics: Evaluate;
	readonly #trends = new Map<string, { end: number; trend: Trend }>();

	constructor(metrics: Evaluate) {
		this.#metrics = metrics;
	}

	/** Forgets the trends that a late sample of this instant belongs to. */
	late(at: number): void {
		for (const [name, { trend }] of this.#trends) if (at > trend.start - trend.step) this.#trends.delete(name);
	}

	/** @param now ms */
	*of(name: string, type: SeriesDefinition["type"], now: number): Work<Trend> {
		const end = Math.floor(now / STEP_MS) * STEP_MS;
		const known = this.#trends.get(name);
		if (known?.end === end) return known.trend;
		const { series, start, step } = yield* this.#metrics(
			{ kind: "metrics", selectors: [name], range: RANGE, points: POINTS, fold: "together" },
			end,
		);
		const { aggregation = CHARTED[type], of, values = [] } = series[0] ?? {};
		const trend = { aggregation, ...(of && { fold: of.fold }), start, step, values };
		if (this.#trends.size >= REMEMBERED) this.#trends.clear();
		this.#trends.set(name, { end, trend });
		return trend;
	}
}
