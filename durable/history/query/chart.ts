/**
 * Live charts: the same query asked again after every push. Columns that are over stay as they are; only those that new samples fall
 * into, and those that begin, are evaluated, from the series that live. A query that says its end is evaluated once, from the series that
 * were there then, and again only where a sample comes late.
 */

import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { answerBytes } from "../../work/resident.ts";
import { Exclusive, type Work } from "../../work/work.ts";
import { TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { ACTIVE_MS } from "../index/active-series.ts";
import { describe, evaluate, type Line, tidy, valuesAfter } from "./evaluate.ts";
import { type Grid, gridFor, lastInstant } from "./grid.ts";
import { CommonLabels, type LimitedResult, limited, roomFor } from "./lines.ts";
import { present } from "./presence-scan.ts";
import {
	activeMembers,
	CHART_DEFAULTS,
	isAggregated,
	members,
	NEWEST_DEFAULTS,
	type Selected,
	type SeriesSource,
	type SeriesTarget,
	targets,
} from "./target.ts";

type MetricsQuery = QueryOf<"metrics">;

/** A long column that is not over is evaluated again at most so often within its step: what it is made of lies on disk. */
const LONG_STEP = TEN_MINUTES_MS;
const REFRESHES_A_STEP = 60;
/** No sample is this far before the rise it leads. */
const LEADS_MS = 2 * TWO_HOURS_MS;
/** Units of a value of the answer: it is made tidy, compared with the one before, and written out. */
const VALUE_UNITS = 4;
/** Series of one selector that are drawn each, where no aggregation across series is given. */
const MOST_EACH = 10;
export class Chart {
	readonly #query: MetricsQuery;
	readonly #source: SeriesSource;
	#grid: Grid | undefined;
	#targets: SeriesTarget[] = [];
	#lines: Line[][] = [];
	/** Series of each target that there was no room to evaluate. */
	#left: number[] = [];
	/** Those of them that were gone when they were looked for. */
	readonly #goneLeft: number[] = [];
	#unknown: string[] = [];
	readonly #commonLabels: CommonLabels;
	#dictionarySize = 0;
	#generation = -1;
	#answer: Metrics | undefined;
	/** Oldest sample since the last evaluation, ms. */
	#touched = Number.POSITIVE_INFINITY;
	#evaluatedAt = 0;
	/** Columns up to this instant were over by then. */
	#over = 0;
	/** An out-of-order sample came since the last evaluation. */
	#outOfOrder = false;
	readonly #working = new Exclusive<Metrics>();

	constructor(query: MetricsQuery, source: SeriesSource) {
		this.#query = query;
		this.#source = source;
		this.#commonLabels = new CommonLabels(source.dictionary);
	}

	/** Takes note that a sample of this instant came. */
	touch(at: number): void {
		// An out-of-order sample shortly before the grid may lead the first rise on it.
		if (this.#grid && at <= this.#grid.start - this.#grid.step - LEADS_MS) return;
		if (at < this.#touched) this.#touched = at;
	}

	/** Estimated resident bytes, heap and buffers: its values, and the answer made of them. */
	get bytes(): number {
		return this.cells * 8 + (this.#answer ? answerBytes(this.#answer) : 0);
	}

	/** Numbers held, for the bound on all charts. */
	get cells(): number {
		return this.#lines.reduce((sum, lines) => sum + lines.length, 1) * (this.#grid?.length ?? 1);
	}

	answer(end: number): Work<Metrics> {
		return this.#working.run(() => this.#renewed(end));
	}

	*#renewed(end: number): Work<Metrics> {
		let done = false;
		try {
			const answer = yield* this.#renewal(end);
			done = true;
			return answer;
		} finally {
			// Half of it is new, and half is not: what was held is of no more use.
			if (!done) this.#grid = undefined;
		}
	}

	/** Samples that come between its steps count from the next renewal on. */
	*#renewal(end: number): Work<Metrics> {
		this.#select();
		if (this.#commonLabels.renew(this.#targets) && this.#answer && this.#grid) this.#answer = this.#compose(this.#grid);
		if (this.#answer && this.#grid && this.#stands(this.#grid)) return this.#answer;
		const grid = yield* gridFor(this.#query, end, this.#targets, this.#source, this.#grid?.step);
		if (this.#answer && this.#fresh(grid)) return this.#answer;
		const first = this.#carryOver(grid);
		const { end: last } = this.#query;
		const { newest } = this.#source;
		// Complete columns are found by the newest sample, not by a clock: a push takes some time to arrive.
		const whole = { ...grid, until: last ?? Math.max(end, newest), over: Math.min(last ?? end, newest), newest };
		const part = { ...whole, start: grid.start + first * grid.step, length: grid.length - first };
		this.#grid = grid;
		this.#outOfOrder = this.#touched < newest - ACTIVE_MS;
		this.#touched = Number.POSITIVE_INFINITY;
		this.#evaluatedAt = newest;
		this.#over = whole.over;
		for (const [i, target] of this.#targets.entries()) yield* this.#renew(i, target, whole, part, first);
		const answer = this.#compose(grid);
		this.#answer = answer;
		yield answer.series.length * grid.length * VALUE_UNITS;
		return answer;
	}

	/** True for a chart with a fixed end that no new sample belongs to and whose source has become no coarser. */
	#stands({ start, step }: Grid): boolean {
		const { end } = this.#query;
		return end !== undefined && this.#touched > end && this.#source.resolution(start) <= step;
	}

	/** Series that came since may match, may be the first of their name, or one too many to be drawn each. */
	#select(): void {
		const { dictionary, active } = this.#source;
		const same = this.#unknown.length === 0 || dictionary.size === this.#dictionarySize;
		const single = this.#query.points === 1;
		if (this.#grid && same && (single || this.#query.fold !== undefined || active.generation === this.#generation)) return;
		this.#dictionarySize = dictionary.size;
		this.#generation = active.generation;
		const selected = targets(
			this.#query,
			dictionary,
			single ? NEWEST_DEFAULTS : CHART_DEFAULTS,
			single ? undefined : (some) => this.#few(some),
		);
		this.#unknown = selected.unknown;
		const before = this.#targets;
		if (
			selected.targets.length === before.length &&
			selected.targets.every(({ seriesAggregation }, i) => seriesAggregation === before[i]?.seriesAggregation)
		)
			return;
		this.#targets = selected.targets;
		this.#grid = undefined;
	}

	/** True if each of these series gets its own line. The limit has hysteresis. */
	#few(selected: Selected): boolean {
		const { dictionary, active } = this.#source;
		const activeNumbers = activeMembers(selected, dictionary, active).length;
		const before = this.#targets.find(({ selector }) => selector === selected.selector);
		const most = before && before.seriesAggregation !== "each" ? MOST_EACH - 2 : MOST_EACH;
		return (activeNumbers || members(selected, dictionary).length) <= most;
	}

	/** True if the last answer is still valid. */
	#fresh(grid: Grid): boolean {
		const now = this.#grid;
		if (now?.step !== grid.step || now.start !== grid.start || now.length !== grid.length) return false;
		if (this.#touched === Number.POSITIVE_INFINITY) return true;
		const { newest } = this.#source;
		const last = grid.start + (grid.length - 1) * grid.step;
		if (grid.step <= LONG_STEP || this.#touched <= last - grid.step || newest >= last) return false;
		return newest - this.#evaluatedAt < grid.step / REFRESHES_A_STEP;
	}

	/** Moves what is over to its place on the new grid. @returns the first column to evaluate. */
	#carryOver(grid: Grid): number {
		const old = this.#grid;
		const shift = old && (grid.start - old.start) / grid.step;
		if (
			this.#query.end !== undefined ||
			old?.step !== grid.step ||
			shift === undefined ||
			!Number.isInteger(shift) ||
			shift < 0 ||
			shift >= old.length
		) {
			this.#lines = this.#targets.map(() => []);
			this.#left = this.#targets.map(() => 0);
			return 0;
		}
		for (const lines of this.#lines) {
			for (const line of lines) {
				line.values = moved(line.values, shift, grid.length, Number.NaN);
				if (line.made) line.made = moved(line.made, shift, grid.length, 0);
			}
		}
		const dirty = Math.ceil((this.#touched - grid.start) / grid.step);
		const open = Math.floor((this.#over - grid.start) / grid.step) + 1;
		return Math.max(0, Math.min(dirty, open, old.length - shift, grid.length));
	}

	/** Evaluates the columns of `part` and puts them behind what is kept. */
	*#renew(i: number, target: SeriesTarget, grid: Grid, part: Grid, first: number): Work<void> {
		if (target.seriesAggregation === "each") {
			yield* this.#renewEach(i, target, grid, part, first);
			return;
		}
		const { dictionary, active, newest } = this.#source;
		const activeSuffice = valuesAfter(target, part) >= newest - ACTIVE_MS;
		const numbers = activeSuffice ? activeMembers(target, dictionary, active) : members(target, dictionary);
		const lines = this.#put(this.#lines[i] as Line[], yield* this.#evaluate(target, numbers, part), grid, first);
		this.#lines[i] = target.apart ? lines.filter(hasValue) : lines;
	}

	/** Unfolded series are evaluated only as far as the answer has room, active ones first. */
	*#renewEach(i: number, target: SeriesTarget, grid: Grid, part: Grid, first: number): Work<void> {
		const { dictionary, active } = this.#source;
		const room = roomFor(grid.length);
		if (this.#query.end !== undefined) {
			const series = yield* present(
				members(target, dictionary),
				{ after: grid.start - grid.step, until: lastInstant(grid), bucketMs: grid.step },
				this.#source.store,
			);
			this.#lines[i] = (yield* this.#evaluate(target, series.slice(0, room), grid)).filter(hasValue);
			this.#left[i] = Math.max(0, series.length - room);
			return;
		}
		const activeNumbers = activeMembers(target, dictionary, active);
		const shown = new Set(activeNumbers.slice(0, room));
		let lines = (this.#lines[i] as Line[]).filter(({ id }) => shown.has(id as number) || !active.has(id as number));
		const drawn = new Set(lines.map(({ id }) => id as number));
		lines = this.#put(
			lines,
			yield* this.#evaluate(
				target,
				[...drawn].sort((a, b) => a - b),
				part,
			),
			grid,
			first,
		);
		const fresh = [...shown].filter((series) => !drawn.has(series));
		lines = this.#put(lines, yield* this.#evaluate(target, fresh, grid), grid, 0);
		if (first === 0 || this.#outOfOrder) {
			const stale = members(target, dictionary).filter((series) => !active.has(series));
			const most = Math.max(0, room - shown.size);
			const found = yield* this.#evaluate(target, stale, grid, most + 1);
			this.#goneLeft[i] = Math.max(0, found.length - most);
			lines = this.#put(lines, found.slice(0, most), grid, 0);
		}
		this.#lines[i] = lines.filter((line) => hasValue(line) || this.#awaitsRate(target, line, grid));
		this.#left[i] = Math.max(0, activeNumbers.length - room) + (this.#goneLeft[i] ?? 0);
	}

	/** A counter that is measured has a line before its first rate, which takes a step that is over. */
	#awaitsRate({ aggregation }: SeriesTarget, { id }: Line, { start, step }: Grid): boolean {
		const newest = aggregation === "rate" ? this.#source.active.latest(id as number) : undefined;
		return newest !== undefined && newest.at > start - step;
	}

	#evaluate(target: SeriesTarget, numbers: readonly number[], grid: Grid, most?: number): Work<Line[]> {
		const { dictionary, store } = this.#source;
		return evaluate(target, numbers, grid, store, (series) => dictionary.get(series), most);
	}

	/** Replaces the columns from `first` on. */
	#put(lines: Line[], found: readonly Line[], grid: Grid, first: number): Line[] {
		const all = new Map(lines.map((line) => [line.id, line]));
		if (first > 0) for (const line of lines) line.values.fill(Number.NaN, first);
		for (const { id, values, made } of found) {
			const line: Line = all.get(id) ?? { id, values: new Float64Array(grid.length).fill(Number.NaN) };
			line.values.set(values, first);
			if (made) {
				line.made ??= new Float64Array(grid.length);
				line.made.set(made, first);
			}
			all.set(id, line);
		}
		return [...all.values()];
	}

	#compose(grid: Grid): Metrics {
		const { dictionary, active } = this.#source;
		const bound: LimitedResult = limited(this.#targets, this.#lines, grid.length, active);
		return {
			kind: "metrics",
			start: grid.start,
			step: grid.step,
			length: grid.length,
			series: bound.lines.map(({ target, line }) => ({
				...describe(target, line, (series) => dictionary.get(series)),
				aggregation: target.aggregation,
				...(isAggregated(target.seriesAggregation) &&
					hasValue(line) && {
						across: { fold: target.seriesAggregation, series: Math.max(...(line.made ?? [])), labels: this.#commonLabels.labels(target) },
					}),
				values: Array.from(line.values, tidy),
			})),
			unknown: this.#unknown,
			omitted: this.#left.reduce((sum, left) => sum + left, bound.omitted),
		};
	}
}

/** @returns the columns `shift` further on, and what is new filled with `rest`. */
function moved(columns: Float64Array, shift: number, length: number, rest: number): Float64Array {
	const all = new Float64Array(length).fill(rest);
	all.set(columns.subarray(shift, shift + length));
	return all;
}

const hasValue = (line: Line): boolean => line.values.some((value) => !Number.isNaN(value));
