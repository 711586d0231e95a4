/** The head as a store to read from: its 10-minute blocks, each of which tells a series' samples by itself. */
import type { Need, Reader, Sample, Sink } from "../blocks/chunk.ts";
import { partitionOf, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { newestBefore } from "./cursor.ts";
import type { Head } from "./head.ts";

export function headReader(head: Head, { after, until }: Need): Reader {
	const blocks = head.blocks.filter(({ index }) => (index + 1) * TEN_MINUTES_MS > after && index * TEN_MINUTES_MS < until);
	return {
		read(series: number, sink: Sink) {
			for (const block of blocks) {
				const samples = head.samples(block, series, after, until);
				if (samples) sink.samples(samples);
			}
		},
		before: (series, at) => before(head, series, at),
	};
}

function before(head: Head, series: number, at: number): Sample | undefined {
	const reach = (partitionOf(at, TWO_HOURS_MS) - 1) * TWO_HOURS_MS;
	for (const block of head.blocks.toReversed()) {
		if (block.index * TEN_MINUTES_MS >= at) continue;
		const until = Math.min(at, (block.index + 1) * TEN_MINUTES_MS);
		const samples = head.samples(block, series, until - 1, until);
		const found = samples && newestBefore({ samples }, at);
		if (found) return found.at > reach ? found : undefined;
	}
	return undefined;
}

/** Instants of the newest few samples of a series, newest first, ms. */
export function newestInstants(head: Head, series: number, most: number): number[] {
	const instants: number[] = [];
	for (const block of head.blocks.toReversed()) {
		const { base = 0, offsets = [], length = 0 } = head.samples(block, series) ?? {};
		for (let i = length - 1; i >= 0; i--) if (instants.push(base + (offsets[i] as number)) === most) return instants;
	}
	return instants;
}
