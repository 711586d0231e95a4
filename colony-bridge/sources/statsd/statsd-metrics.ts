/**
 * Sums of StatsD lines: counters and timers since the bridge began, the newest value of gauges, and how many different values a set had
 * since it was read before. Bounded: past so many metrics the one that was silent for longest makes room, where it was silent for long.
 */
import type { Metric } from "../../colony.ts";
import { counted } from "../../protocol/values/text.ts";
import { seriesKey } from "../../protocol/wire/selector.ts";
import type { StatsdLine, StatsdType } from "./statsd-line.ts";

/** Metrics by name and tags. A timer is some twenty series. */
const MOST_METRICS = 10_000;
const MOST_TIMERS = 1_000;
const MOST_SET_VALUES = 10_000;
/** A metric that was not heard for so long makes room, ms. */
const SILENT_MS = 600_000;

/** Upper bounds of a timer's buckets, seconds, and of a histogram's, in its own unit. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 100, 1_000, 10_000];

interface Kept {
	name: string;
	labels: Record<string, string>;
	type: StatsdType;
	heardAt: number;
	/** Value of a gauge; sum of the others. */
	sum: number;
	count: number;
	/** Events of a timer up to each bound. */
	buckets: number[];
	/** Members of a set since it was read. */
	values: Set<string>;
}

export class StatsdMetrics {
	/** In the order in which they were heard. */
	readonly #kept = new Map<string, Kept>();
	#timers = 0;

	get size(): number {
		return this.#kept.size;
	}

	/** @throws with the reason where it is left out. */
	add(line: StatsdLine, now: number): void {
		const kept = this.#of(line, now);
		for (const text of line.values) {
			if (kept.type === "set") {
				if (kept.values.size >= MOST_SET_VALUES && !kept.values.has(text))
					throw new Error(`the set ${kept.name} has more than ${MOST_SET_VALUES} values: those past it are not counted`);
				kept.values.add(text);
			} else addTo(kept, text, line.rate);
		}
	}

	#of({ name, labels, type }: StatsdLine, now: number): Kept {
		const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
		const key = `${type} ${seriesKey(name, sorted)}`;
		let kept = this.#kept.get(key);
		if (kept) this.#kept.delete(key);
		else {
			this.#makeRoom(type, now);
			const isTimed = type === "timer" || type === "histogram";
			kept = { name, labels: sorted, type, heardAt: now, sum: 0, count: 0, buckets: isTimed ? BOUNDS.map(() => 0) : [], values: new Set() };
			if (isTimed) this.#timers++;
		}
		kept.heardAt = now;
		this.#kept.set(key, kept);
		return kept;
	}

	#makeRoom(type: StatsdType, now: number): void {
		const full = this.#kept.size >= MOST_METRICS ? MOST_METRICS : isBucketed(type) && this.#timers >= MOST_TIMERS ? MOST_TIMERS : undefined;
		if (full === undefined) return;
		for (const [key, { heardAt, type: other }] of this.#kept) {
			if (now - heardAt < SILENT_MS) break;
			if (full === MOST_TIMERS && !isBucketed(other)) continue;
			this.#kept.delete(key);
			if (isBucketed(other)) this.#timers--;
			return;
		}
		throw new Error(`there are ${counted(full, full === MOST_TIMERS ? "timer" : "metric")} already: send fewer names and tags`);
	}

	/** Their series as they stand; sets begin anew. */
	read(): Metric[] {
		return [...this.#kept.values()].flatMap(seriesOf);
	}
}

const isBucketed = (type: StatsdType): boolean => type === "timer" || type === "histogram";

/** A value with a sign moves a gauge. */
function addTo(kept: Kept, text: string, rate: number): void {
	const value = Number(text);
	if (kept.type === "gauge") {
		kept.sum = /^[+-]/.test(text) ? kept.sum + value : value;
		return;
	}
	if (kept.type === "counter") {
		kept.sum += value / rate;
		return;
	}
	const measured = kept.type === "timer" ? value / 1000 : value;
	kept.sum += measured / rate;
	kept.count += 1 / rate;
	for (let i = BOUNDS.length - 1; i >= 0 && measured <= (BOUNDS[i] as number); i--) (kept.buckets[i] as number) += 1 / rate;
}

function seriesOf(kept: Kept): Metric[] {
	const { name, type, sum, count, buckets } = kept;
	const labels = Object.keys(kept.labels).length > 0 ? { labels: kept.labels } : {};
	if (type === "counter") return [{ name, ...labels, type: "counter", value: sum }];
	if (type === "gauge") return [{ name, ...labels, type: "gauge", value: sum }];
	if (type === "set") {
		const { size } = kept.values;
		kept.values.clear();
		return [{ name, ...labels, type: "gauge", value: size }];
	}
	const unit = type === "timer" ? { unit: "seconds" } : {};
	const bucket = (le: string, value: number): Metric => ({ name: `${name}_bucket`, labels: { ...kept.labels, le }, type: "bucket", value });
	return [
		{ name: `${name}_count`, ...labels, type: "counter", value: count },
		{ name: `${name}_sum`, ...labels, type: "counter", ...unit, value: sum },
		...BOUNDS.map((bound, i) => bucket(String(bound), buckets[i] as number)),
		bucket("+Inf", count),
	];
}
