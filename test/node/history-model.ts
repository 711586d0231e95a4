/**
 * What a history has to answer, done the plain way: every sample in a map, every question by looking at all of them. The rules are those
 * of the contract (a step ends at its instant; a fall of a counter by an eighth or more is a restart, a lesser one counts as it is, and no step
 * rises by less than nothing; rises count between samples at most one span apart; folded, a series' last value goes on for two of its
 * intervals; a rate needs a step that is over).
 */
import type { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
import type { SeriesType } from "../../colony-bridge/protocol/wire/series.ts";

export const WINDOW = 600_000;
export const SPAN = 7_200_000;
const MINUTE = 60_000;

interface Sample {
	at: number;
	value: number;
}

export class HistoryModel {
	readonly types: SeriesType[] = [];
	readonly #samples: Map<number, number>[] = [];
	/** The same in order, made when it is asked for. */
	readonly #ordered: (Sample[] | undefined)[] = [];
	readonly #rawMs: number;
	newest = 0;

	/** @param rawMs how long samples are kept, ms. */
	constructor(rawMs: number) {
		this.#rawMs = rawMs;
	}

	define(type: SeriesType): number {
		this.#samples.push(new Map());
		return this.types.push(type) - 1;
	}

	/** A sample stands in the place of the one that was there. @returns `refused`: from before every sample that is kept; `late`: its window is closed. */
	append(at: number, numbers: readonly number[], values: readonly number[]): { refused: number; duplicates: number; late: boolean } {
		const window = (instant: number) => Math.ceil(instant / WINDOW) - 1;
		const span = (instant: number) => Math.ceil(instant / SPAN) - 1;
		const late = window(at) < window(this.newest) - 1;
		if (numbers.length === 0) return { refused: 0, duplicates: 0, late };
		if (late && span(at) < span(this.newest - this.#rawMs)) return { refused: numbers.length, duplicates: 0, late };
		let duplicates = 0;
		for (const [i, number] of numbers.entries()) {
			const samples = this.#samples[number] as Map<number, number>;
			if (samples.has(at)) duplicates++;
			samples.set(at, values[i] as number);
			this.#ordered[number] = undefined;
		}
		this.newest = Math.max(this.newest, at);
		return { refused: 0, duplicates, late };
	}

	/** Samples in (after, until], oldest first. */
	samples(series: number, after: number, until: number): Sample[] {
		const { all, from, to } = this.#cut(series, after, until);
		return all.slice(from, to);
	}

	latest(series: number): Sample | undefined {
		return this.#sorted(series).at(-1);
	}

	/** One series' value of the step (after, until]; undefined: none. */
	value(series: number, aggregation: Aggregation, after: number, until: number): number | undefined {
		const { all, from, to } = this.#cut(series, after, until);
		const inside = all.slice(from, to);
		const values = inside.map(({ value }) => value);
		const last = inside.at(-1);
		if (!last) return undefined;
		switch (aggregation) {
			case "last":
				return last.value;
			case "min":
				return Math.min(...values);
			case "max":
				return Math.max(...values);
			case "sum":
				return sum(values);
			case "avg":
				return sum(values) / values.length;
			case "increase":
				return increase(all, from, to);
			case "rate": {
				const rise = increase(all, from, to);
				const before = all[from - 1];
				const first = until - after < MINUTE ? (inside[0] as Sample).at : after;
				const since = before && near(before.at, last.at) ? before.at : first;
				return rise === undefined ? undefined : (rise * 1000) / (last.at - since);
			}
			default:
				return quantileOf(values, Number(aggregation.slice(1)) / 100);
		}
	}

	/** @param now instant up to which anything can be known: a step that ends after it is not over. */
	folded(
		members: readonly number[],
		aggregation: Aggregation,
		fold: "each" | "sum" | "avg" | "min" | "max" | "pool",
		{ after, until: end, now = end }: { after: number; until: number; now?: number },
	): number | undefined {
		const until = Math.min(end, now);
		if (aggregation === "rate" && end > now) return undefined;
		if (fold === "pool") {
			const pooled = members.flatMap((series) => this.samples(series, after, until).map(({ value }) => value));
			return pooled.length > 0 ? quantileOf(pooled, Number(aggregation.slice(1)) / 100) : undefined;
		}
		const over = end <= now && end - after >= MINUTE;
		const carries = fold !== "each" && !over && ["last", "avg", "min", "max"].includes(aggregation);
		const values = members
			.map((series) => this.value(series, aggregation, after, until) ?? (carries ? this.#carried(series, after, until) : undefined))
			.filter((value) => value !== undefined);
		if (values.length === 0) return undefined;
		if (fold === "min") return Math.min(...values);
		if (fold === "max") return Math.max(...values);
		return fold === "avg" ? sum(values) / values.length : sum(values);
	}

	/** The last value before a step that has none, as long as it is no older than twice the distance to the sample before it. */
	#carried(series: number, after: number, until: number): number | undefined {
		const { all, from } = this.#cut(series, after, until);
		const [before, last] = [all[from - 2], all[from - 1]];
		const interval = before && last ? last.at - before.at : Number.POSITIVE_INFINITY;
		return last && interval <= 3 * MINUTE && until - last.at <= 2 * interval ? last.value : undefined;
	}

	#sorted(series: number): Sample[] {
		this.#ordered[series] ??= [...(this.#samples[series] as Map<number, number>)]
			.map(([at, value]) => ({ at, value }))
			.sort((a, b) => a.at - b.at);
		return this.#ordered[series];
	}

	/** All samples, and which of them are in (after, until]. */
	#cut(series: number, after: number, until: number): { all: Sample[]; from: number; to: number } {
		const all = this.#sorted(series);
		return { all, from: countUpTo(all, after), to: countUpTo(all, until) };
	}
}

function countUpTo(samples: readonly Sample[], at: number): number {
	let low = 0;
	let high = samples.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((samples[middle] as Sample).at <= at) low = middle + 1;
		else high = middle;
	}
	return low;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const near = (before: number, at: number): boolean => Math.ceil(before / SPAN) >= Math.ceil(at / SPAN) - 1;

function increase(all: readonly Sample[], from: number, to: number): number | undefined {
	let total: number | undefined;
	for (let i = Math.max(1, from); i < to; i++) {
		const { at, value } = all[i] as Sample;
		const before = all[i - 1] as Sample;
		const restart = value < before.value && before.value - value >= before.value / 8;
		if (near(before.at, at)) total = (total ?? 0) + (restart ? value : value - before.value);
	}
	return total === undefined ? undefined : Math.max(0, total);
}

function quantileOf(values: readonly number[], q: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const rank = q * (sorted.length - 1);
	const low = sorted[Math.floor(rank)] as number;
	return low + ((sorted[Math.ceil(rank)] as number) - low) * (rank % 1);
}
