/** Sources of samples: the history of a cluster, or series in memory. */
import type { Matcher } from "../../colony-bridge/protocol/promql/terms.ts";
import type { Work } from "../work/work.ts";
import type { Labels } from "./labels.ts";

/** Samples of one series, ascending. */
export interface SeriesSamples {
	labels: Labels;
	/** Milliseconds since 1970; the first `length` elements count, here and below. */
	times: Float64Array;
	values: Float64Array;
	/** 1: not a value, but the mark that the series ended there. It stands beside the value since JavaScript may lose the bits of a NaN. */
	stale?: Uint8Array;
	/** When each sample began to count, in milliseconds since 1970; 0: not known. */
	starts?: Float64Array;
	length: number;
}

export type TakeSeries = (samples: SeriesSamples) => Work<void>;

export interface SampleSource {
	/** Samples in (from, to] of the series that match all, in milliseconds since 1970. */
	select(matchers: readonly Matcher[], from: number, to: number): Work<SeriesSamples[]>;
	/** The same, one series after the other, each at once taken: a source with more samples than fit into memory has it. */
	each?(matchers: readonly Matcher[], from: number, to: number, take: TakeSeries): Work<void>;
}
