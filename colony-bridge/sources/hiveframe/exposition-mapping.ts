/** Applies the mapping to one target's exposition: HiveFrame's numbers under the dashboard's names, its bees and streams as state. */

import type { ColonySnapshot, Metric } from "../../colony.ts";
import { histogramQuantile } from "../../protocol/query/quantile.ts";
import { defined } from "../../protocol/values/objects.ts";
import type { Labels } from "../../protocol/wire/names.ts";
import { seriesKey } from "../../protocol/wire/selector.ts";
import type { Stream, Worker } from "../../protocol/wire/state.ts";
import type { Family } from "../prometheus/exposition/exposition.ts";
import type { Sample } from "../prometheus/exposition/sample-line.ts";
import { BEES, BEES_BY_HEALTH, CPU_SECONDS, QUANTILES, roleOf, SERIES, type SeriesRow, UNNAMED_STREAM } from "./mapping.ts";

const SHARES = [0.5, 0.95, 0.99] as const;
const QUANTILE_WORDS = ["p50", "p95", "p99"] as const;

type Families = ReadonlyMap<string, Family>;

export class ExpositionMapping {
	readonly #windows = QUANTILES.map(() => new WindowedQuantiles());
	#cpu: { seconds: number; at: number } | undefined;

	/** With HiveFrame's histograms as they should be. Other families are the same objects as before. */
	repaired(families: readonly Family[]): Family[] {
		return families.map(repairHistogram);
	}

	/** @returns undefined where none of the names is HiveFrame's. */
	read(list: readonly Family[], at: number): HiveFrameView | undefined {
		// OpenMetrics calls a counter's family as its sample without `_total`.
		const called = ({ name, type, samples }: Family) => (type === "counter" ? (samples[0]?.name ?? name) : name);
		const families: Families = new Map(list.map((family) => [called(family), family]));
		if (!list.some(({ name }) => name.startsWith("hiveframe_"))) return undefined;
		const stream = onlyStream(families);
		const metrics = SERIES.flatMap((row) => (row.unless && families.has(row.unless) ? [] : seriesOf(row, families.get(row.from), stream)));
		metrics.push(...this.#quantiles(families, stream, at), ...this.#cpuPercent(families, at));
		const health = healthOf(families.get(BEES_BY_HEALTH));
		// A metric of the application under this name is passed through instead.
		const own = metrics.filter(({ name }) => !families.has(name));
		const queued = own.find(({ name }) => name === "tasks_queued")?.value;
		return new HiveFrameView({
			metrics: own,
			workers: bees(families),
			streams: streams(metrics),
			...(health && { health }),
			...(queued !== undefined && Number.isInteger(queued) && queued >= 0 && { queued }),
		});
	}

	#quantiles(families: Families, stream: string, at: number): Metric[] {
		return QUANTILES.flatMap(({ from, else: other, to, stream: ofStream, help }, i) => {
			const histogram = families.get(from);
			const values = histogram
				? this.#windows[i]?.read(...cumulative(histogram), at, SHARES)
				: summaryQuantiles(other === undefined ? undefined : families.get(other));
			return (values ?? []).map((value, k) => ({
				name: `${to}_${QUANTILE_WORDS[k]}`,
				type: "gauge" as const,
				unit: "seconds",
				help: `${(SHARES[k] as number) * 100} % of the ${help} at most this in the last minute`,
				value,
				...(ofStream && { labels: { stream } }),
			}));
		});
	}

	#cpuPercent(families: Families, at: number): Metric[] {
		const seconds = families.get(CPU_SECONDS)?.samples[0]?.value;
		const before = this.#cpu;
		this.#cpu = seconds === undefined ? undefined : { seconds, at };
		if (seconds === undefined || !before || at <= before.at || seconds < before.seconds) return [];
		const value = ((seconds - before.seconds) / (at - before.at)) * 100_000;
		const help = "CPU time of the colony's process, as a share of one core; its bees are threads and have none of their own";
		return [{ name: "cpu_percent", type: "gauge", unit: "percent", help, value: Math.round(value * 10) / 10 }];
	}
}

/** One target's part of a colony, before several are merged. */
export class HiveFrameView {
	readonly health: ColonySnapshot["health"];
	readonly queued: number | undefined;
	readonly #metrics: readonly Metric[];
	readonly #workers: readonly Worker[];
	readonly #streams: readonly Stream[];

	constructor(reported: { metrics: Metric[]; workers: Worker[]; streams: Stream[] } & Pick<ColonySnapshot, "health" | "queued">) {
		this.health = reported.health;
		this.queued = reported.queued;
		this.#metrics = reported.metrics;
		this.#workers = reported.workers;
		this.#streams = reported.streams;
	}

	/** @param colony what to call this one where there are several; absent: it is the only one. */
	scoped(colony: string | undefined): { metrics: readonly Metric[]; workers: readonly Worker[]; streams: readonly Stream[] } {
		if (colony === undefined) return { metrics: this.#metrics, workers: this.#workers, streams: this.#streams };
		const own = (id: string) => `${id}@${colony}`;
		return {
			metrics: this.#metrics.map((metric) => ({ ...metric, labels: scopedLabels(metric.labels, colony) })),
			workers: this.#workers.map((worker) => ({ ...worker, id: own(worker.id) })),
			streams: this.#streams.map((stream) => ({ ...stream, id: own(stream.id) })),
		};
	}
}

/** Workers and streams carry their colony in their name; everything else has a label. */
export function scopedLabels(labels: Labels | undefined, colony: string): Labels {
	if (labels?.worker !== undefined) return { ...labels, worker: `${labels.worker}@${colony}` };
	if (labels?.stream !== undefined) return { ...labels, stream: `${labels.stream}@${colony}` };
	return { ...labels, colony };
}

function seriesOf(
	{ where = {}, to, labels = {}, type, unit, per = 1, help }: SeriesRow,
	family: Family | undefined,
	stream: string,
): Metric[] {
	const made = new Map<string, Metric>();
	for (const sample of family?.samples ?? []) {
		if (!Object.entries(where).every(([label, value]) => sample.labels[label] === value)) continue;
		const ownLabels: Labels = {};
		for (const [ours, theirs] of Object.entries(labels)) {
			const value = sample.labels[theirs] ?? (ours === "stream" ? stream : undefined);
			if (value !== undefined) ownLabels[ours] = value;
		}
		const key = seriesKey(to, ownLabels);
		const value = sample.value / per + (made.get(key)?.value ?? 0);
		made.set(key, {
			name: to,
			type,
			help,
			value,
			...defined({ unit }),
			...(Object.keys(ownLabels).length > 0 && { labels: ownLabels }),
		});
	}
	return [...made.values()];
}

function onlyStream(families: Families): string {
	const named = new Set<string>();
	for (const name of ["hiveframe_stream_records_total", "hiveframe_stream_lag_seconds"]) {
		for (const { labels } of families.get(name)?.samples ?? []) if (labels.stream !== undefined) named.add(labels.stream);
	}
	return named.size === 1 ? ([...named][0] as string) : UNNAMED_STREAM;
}

/** Bounds and cumulative counts over all labels. */
function cumulative(histogram: Family): [bounds: number[], counts: number[]] {
	const counts = new Map<number, number>();
	for (const { name, labels, value } of histogram.samples) {
		if (!name.endsWith("_bucket") || labels.le === undefined) continue;
		const bound = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
		if (!Number.isNaN(bound)) counts.set(bound, (counts.get(bound) ?? 0) + value);
	}
	const bounds = [...counts.keys()].sort((a, b) => a - b);
	return [bounds, bounds.map((bound) => counts.get(bound) as number)];
}

function summaryQuantiles(summary: Family | undefined): number[] | undefined {
	const values = SHARES.map((share) => summary?.samples.find(({ labels }) => Number(labels.quantile) === share)?.value);
	return values.every((value): value is number => value !== undefined && Number.isFinite(value)) ? values : undefined;
}

function bees(families: Families): Worker[] {
	const found = new Map<string, { role?: string; share?: number }>();
	const of = ({ labels }: Sample) => {
		if (!labels.worker) return undefined;
		const bee = found.get(labels.worker) ?? {};
		found.set(labels.worker, bee);
		return bee;
	};
	for (const sample of families.get(BEES.utilization)?.samples ?? []) {
		const bee = of(sample);
		if (!bee) continue;
		bee.share = sample.value;
		if (sample.labels.role) bee.role = roleOf(sample.labels.role);
	}
	for (const sample of families.get(BEES.tasks)?.samples ?? []) of(sample);
	return Array.from(found, ([id, { role, share }]) => ({
		id,
		status: share === undefined ? "running" : share > 0 ? "busy" : "idle",
		...defined({ role }),
	}));
}

function streams(metrics: readonly Metric[]): Stream[] {
	const found = new Map<string, NonNullable<Stream["windows"]>>();
	for (const { name, labels, value } of metrics) {
		if (!labels?.stream) continue;
		const windows = found.get(labels.stream) ?? {};
		found.set(labels.stream, windows);
		const count = Math.max(0, Math.round(value));
		if (name === "stream_windows_fired_total") windows.fired = count;
		if (name === "stream_late_records_total") windows.late = count;
	}
	return Array.from(found, ([id, windows]) => ({ id, status: "running", ...(Object.keys(windows).length > 0 && { windows }) }));
}

function healthOf(family: Family | undefined): ColonySnapshot["health"] {
	const count = (status: string) => family?.samples.find(({ labels }) => labels.status === status)?.value ?? 0;
	const bad = count("unhealthy") + count("dead");
	const all = count("healthy") + count("degraded") + bad;
	if (all === 0) return undefined;
	const words = (["degraded", "unhealthy", "dead"] as const).flatMap((status) => (count(status) > 0 ? `${count(status)} ${status}` : []));
	if (words.length === 0) return { status: "healthy" };
	return {
		status: bad === all ? "unhealthy" : "degraded",
		reason: `of ${all} workers ${words.join(", ")}, says HiveFrame's health monitor`,
	};
}

/**
 * HiveFrame accumulates its histograms' buckets twice. A true cumulative count is the printed one less the printed one before, and one can
 * tell: the bucket +Inf is not `_count` as printed, and is once repaired. Anything else is left as it is.
 */
function repairHistogram(family: Family): Family {
	if (family.type !== "histogram") return family;
	const counts = new Map<string, number>();
	const buckets = new Map<string, Sample[]>();
	for (const sample of family.samples) {
		const suffix = sample.name.slice(family.name.length);
		if (suffix === "_count") counts.set(seriesKey("", sample.labels), sample.value);
		if (suffix !== "_bucket") continue;
		const key = seriesKey("", withoutBound(sample));
		const group = buckets.get(key);
		if (group) group.push(sample);
		else buckets.set(key, [sample]);
	}
	const repaired = new Map<Sample, Sample>();
	for (const [key, group] of buckets) {
		const count = counts.get(key);
		const last = group.at(-1);
		if (count === undefined || last === undefined || last.labels.le !== "+Inf" || last.value === count) continue;
		const own = group.map((sample, i) => ({ ...sample, value: sample.value - (group[i - 1]?.value ?? 0) }));
		const rises = own.every(({ value }, i) => value >= (own[i - 1]?.value ?? 0));
		if (!rises || own.at(-1)?.value !== count) continue;
		for (const [i, sample] of group.entries()) repaired.set(sample, own[i] as Sample);
	}
	if (repaired.size === 0) return family;
	return { ...family, samples: family.samples.map((sample) => repaired.get(sample) ?? sample) };
}

function withoutBound({ labels }: Sample): Record<string, string> {
	const { le: _, ...others } = labels;
	return others;
}

/** Quantiles of what a histogram has counted lately: of the last minute, of all its time until a minute is known. */
const WINDOW_MS = 60_000;

interface BucketCounts {
	at: number;
	counts: readonly number[];
}

class WindowedQuantiles {
	#bounds: readonly number[] = [];
	/** Oldest first; the first is the newest that is a minute old. */
	#readings: BucketCounts[] = [];

	/**
	 * @param bounds upper bounds, ascending; @param counts cumulative, one a bound
	 * @returns one a quantile, or undefined where nothing was counted in the window.
	 */
	read(bounds: readonly number[], counts: readonly number[], at: number, quantiles: readonly number[]): number[] | undefined {
		const newest = this.#readings.at(-1);
		const same = bounds.length === this.#bounds.length && bounds.every((bound, i) => bound === this.#bounds[i]);
		const fell = newest?.counts.some((count, i) => (counts[i] ?? 0) < count);
		if (!same || fell) this.#readings = [];
		this.#bounds = bounds;
		this.#readings.push({ at, counts });
		while ((this.#readings[1]?.at ?? at) <= at - WINDOW_MS) this.#readings.shift();
		const base = this.#readings[0];
		const lately = base && base.at <= at - WINDOW_MS ? counts.map((count, i) => count - (base.counts[i] ?? 0)) : counts;
		return (lately.at(-1) ?? 0) > 0 ? quantiles.map((q) => histogramQuantile(bounds, lately, q)) : undefined;
	}
}

/**
 * HiveFrame writes label values as they are: a quote or a backslash in one breaks the line. Where such a line is one of its own, the values
 * can still be told apart, because a value ends at a quote that a comma with a further label or the closing brace follows.
 */
const LINE = /^(hiveframe_[A-Za-z0-9_:]*)\{(.*)\}([ \t]+[^}]*)$/s;
const NEXT = /",([A-Za-z_][A-Za-z0-9_]*)="/g;

/** @returns the line with its values escaped; undefined where it is none of HiveFrame's or makes no sense that way either. */
export function mendLine(line: string): string | undefined {
	const [, name, inside, rest] = LINE.exec(line) ?? [];
	const first = /^([A-Za-z_][A-Za-z0-9_]*)="/.exec(inside ?? "");
	if (name === undefined || inside === undefined || !first || !inside.endsWith('"')) return undefined;
	const starts = [{ label: first[1] as string, at: first[0].length, before: 0 }];
	for (const match of inside.matchAll(NEXT)) {
		starts.push({ label: match[1] as string, at: match.index + match[0].length, before: match.index });
	}
	const pairs = starts.map(({ label, at }, i) => {
		const value = inside.slice(at, starts[i + 1]?.before ?? inside.length - 1);
		return `${label}="${value.replace(/[\\"]/g, "\\$&")}"`;
	});
	return `${name}{${pairs.join(",")}}${rest}`;
}
