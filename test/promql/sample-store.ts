/** Series in memory, as a script loads them. */

import { matcherOf } from "../../colony-bridge/protocol/promql/matcher.ts";
import { Labels, type Matcher, type SampleSource, type SeriesSamples } from "../../durable/promql/values.ts";
import type { Work } from "../../durable/work/work.ts";
import type { Load, LoadedSeries } from "./script.ts";
import type { LabelPairs } from "./series-notation.ts";

interface Sample {
	time: number;
	value: number;
	stale: boolean;
	histogram: boolean;
	start: number;
}

interface StoredSeries {
	labels: Labels;
	samples: Sample[];
}

/** A query reads native histograms, which the dashboard has none of. */
export class NativeHistograms extends Error {
	override readonly name = "NativeHistograms";
}

/** Which the name and label of a classic histogram's series stand for. */
const CLASSIC = /^(.+)_(?:bucket|count|sum)$/;

export class SampleStore implements SampleSource {
	readonly #series = new Map<string, StoredSeries>();
	/** A series of native histograms that was read. */
	readNative: string | undefined;

	load({ series, stepMs, withNative }: Load): void {
		for (const loaded of series) {
			this.#append(loaded.labels, samplesOf(loaded, stepMs));
			const name = CLASSIC.exec(loaded.labels.find(([label]) => label === "__name__")?.[1] ?? "")?.[1];
			if (!withNative || name === undefined) continue;
			const base = loaded.labels
				.filter(([label]) => label !== "le")
				.map(([label, value]) => [label, label === "__name__" ? name : value] as const);
			this.#append(
				base,
				samplesOf(loaded, stepMs).map((sample) => ({ ...sample, histogram: true })),
			);
		}
	}

	clear(): void {
		this.#series.clear();
	}

	*select(matchers: readonly Matcher[], from: number, to: number): Work<SeriesSamples[]> {
		const tests = matchers.map(testOf);
		const found: SeriesSamples[] = [];
		for (const { labels, samples } of this.#series.values()) {
			if (!tests.every((test) => test(labels))) continue;
			const chosen = samples.filter(({ time }) => time > from && time <= to);
			if (chosen.some(({ histogram }) => histogram)) {
				this.readNative = `${labels}`;
				throw new NativeHistograms(`${labels} has native histograms`);
			}
			if (chosen.length === 0) continue;
			found.push({
				labels,
				times: Float64Array.from(chosen, ({ time }) => time),
				values: Float64Array.from(chosen, ({ value }) => value),
				stale: Uint8Array.from(chosen, ({ stale }) => Number(stale)),
				starts: Float64Array.from(chosen, ({ start }) => start),
				length: chosen.length,
			});
		}
		return found;
	}

	/** One sample an instant: what is loaded later holds. */
	#append(pairs: LabelPairs, samples: Sample[]): void {
		const labels = Labels.of(pairs);
		const stored = this.#series.get(labels.key) ?? { labels, samples: [] };
		const byTime = new Map([...stored.samples, ...samples].map((sample) => [sample.time, sample]));
		this.#series.set(labels.key, { labels, samples: [...byTime.values()].sort((a, b) => a.time - b.time) });
	}
}

function samplesOf({ points, startOffsets }: LoadedSeries, stepMs: number): Sample[] {
	return points.flatMap((point, i): Sample[] => {
		if (point === "missing") return [];
		const time = i * stepMs;
		const offset = startOffsets?.[i];
		return [
			{
				time,
				value: typeof point === "number" ? point : Number.NaN,
				stale: point === "stale",
				histogram: point === "histogram",
				start: offset === undefined ? 0 : time + offset,
			},
		];
	});
}

function testOf(matcher: Matcher): (labels: Labels) => boolean {
	const test = matcherOf(matcher);
	if ("wrong" in test) throw new Error(test.wrong);
	return (labels) => test.matches(labels.get(matcher.name));
}
