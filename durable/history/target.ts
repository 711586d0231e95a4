/** What a query asks of the series: each selector, with how its series are folded into one. */
import type { Aggregation } from "../../colony-bridge/protocol/layout.ts";
import type { Labels } from "../../colony-bridge/protocol/names.ts";
import type { Fold } from "../../colony-bridge/protocol/query.ts";
import { parseSelector } from "../../colony-bridge/protocol/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/series.ts";
import { QUANTILES } from "./accumulator.ts";
import { carries, type Dictionary } from "./dictionary.ts";
import type { Living } from "./living.ts";

/** `pool`: one quantile of all the samples. `histogram`: a quantile out of buckets, all of one `le` added up. */
type Folding = Fold | "pool" | "histogram";

/** One line of all its series. */
export const FOLDED: ReadonlySet<Folding> = new Set<Folding>(["avg", "sum", "min", "max"]);

export interface Target {
	selector: string;
	name: string;
	labels: Labels;
	/** Of its first series. */
	type: SeriesDefinition["type"];
	unit?: string;
	aggregation: Aggregation;
	folding: Folding;
	/** Buckets only: one histogram a set of labels, not one of all. */
	apart: boolean;
}

interface Asked {
	selectors: readonly string[];
	aggregation?: Aggregation | undefined;
	fold?: Fold | undefined;
}

const AVERAGED = new Set(["percent", "ratio", "celsius"]);

/** @param single the answer has one value for all its range: what is true now serves a reader best. */
export function targets(asked: Asked, dictionary: Dictionary, single: boolean): { targets: Target[]; unknown: string[] } {
	const found: Target[] = [];
	const unknown: string[] = [];
	for (const selector of new Set(asked.selectors)) {
		const parsed = parseSelector(selector);
		const first = parsed && dictionary.match(parsed.name, parsed.labels)[0];
		if (parsed === undefined || first === undefined) {
			unknown.push(selector);
			continue;
		}
		const { type, unit } = dictionary.get(first);
		const aggregation = asked.aggregation ?? (type === "gauge" && !single ? "avg" : "last");
		found.push({
			selector,
			...parsed,
			type,
			...(unit !== undefined && { unit }),
			aggregation,
			folding: folding(type, unit, aggregation, asked.fold),
			apart: asked.fold === "each",
		});
	}
	return { targets: found, unknown };
}

function folding(type: Target["type"], unit: string | undefined, aggregation: Aggregation, fold: Fold | undefined): Folding {
	const quantile = QUANTILES[aggregation] !== undefined;
	if (quantile && type === "bucket") return "histogram";
	if (fold) return fold;
	if (quantile) return "pool";
	return type === "gauge" && unit !== undefined && AVERAGED.has(unit) ? "avg" : "sum";
}

/** Every series the target is about, dead ones too, ascending. */
export function members(target: Target, dictionary: Dictionary): readonly number[] {
	return dictionary.match(target.name, target.labels);
}

/** Those of them that live, ascending. */
export function livingMembers(target: Target, dictionary: Dictionary, living: Living): number[] {
	const asked = Object.entries(target.labels);
	const sets = [living.named(target.name), ...asked.map(([label, value]) => living.labelled(label, value))];
	const fewest = sets.reduce((least, set) => (set.size < least.size ? set : least));
	const numbers: number[] = [];
	for (const number of fewest) {
		const definition = dictionary.get(number);
		if (definition.name === target.name && carries(definition, asked)) numbers.push(number);
	}
	return numbers.sort((a, b) => a - b);
}
