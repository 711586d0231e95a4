/** One partition of time of one tier, read series by series: holds one row, and asks for the next only when the series is beyond it. */
import type { Block } from "../blocks/block.ts";
import { placeOf } from "../blocks/block-index.ts";
import type { Block10mRows, BlockRows, FlushedBlock } from "../blocks/block-rows.ts";
import type { BucketBlock } from "../blocks/bucket-block.ts";
import type { BucketChunk, Chunk, Sample } from "../blocks/chunk.ts";

/** The chunk of a series in a partition. */
export type StoredChunk = { samples: Chunk } | { buckets: BucketChunk };

export interface Cursor {
	/** Covers (start, end], ms. */
	readonly start: number;
	readonly end: number;
	/** @returns undefined where the partition has nothing of the series. Chunks are valid until the next call. */
	chunk(series: number): StoredChunk | undefined;
	/** Up to `most` series the partition has, from this one on, ascending. */
	seriesFrom(series: number, most: number): number[];
}

interface Listed {
	readonly series: Uint32Array;
}

/** @param read makes a chunk out of the block that holds the series, at its place there. */
function cursorOf<B extends Listed>(
	start: number,
	size: number,
	find: (series: number) => B | undefined,
	next: (series: number) => number | undefined,
	read: (block: B, place: number) => StoredChunk,
): Cursor {
	let block: B | undefined;
	/** The series from `from` up to, not including, `until` are in `block` or nowhere. */
	let from = 0;
	let until = 0;
	const load = (series: number): void => {
		if (series >= from && series < until) return;
		block = find(series);
		from = block ? (block.series[0] as number) : series;
		until = next(series) ?? Number.POSITIVE_INFINITY;
	};
	return {
		start,
		end: start + size,
		chunk(series) {
			load(series);
			if (!block) return undefined;
			const place = placeOf(block.series, series);
			return block.series[place] === series ? read(block, place) : undefined;
		},
		seriesFrom(series, most) {
			const found: number[] = [];
			for (let at = series; found.length < most && at < Number.POSITIVE_INFINITY; at = until) {
				load(at);
				if (block) found.push(...block.series.subarray(placeOf(block.series, at)));
			}
			return found.slice(0, most);
		},
	};
}

export function block10mCursor(rows: Block10mRows, flushed: FlushedBlock, size: number): Cursor {
	const start = flushed.index * size;
	return cursorOf(
		start,
		size,
		(series) => rows.block(flushed, rows.place(flushed, series)),
		(series) => flushed.firsts[rows.place(flushed, series) + 1],
		(block: Block, place) => ({ samples: block.chunk(place, start) }),
	);
}

/** @param start where the partition is no number of sizes since 1970. */
export function sampleCursor(rows: BlockRows<Block>, partition: number, size: number, start = partition * size): Cursor {
	return cursorOf(
		start,
		size,
		(series) => rows.find(partition, series),
		(series) => rows.next(partition, series),
		(block: Block, place) => ({ samples: block.chunk(place, start) }),
	);
}

export function bucketCursor(rows: BlockRows<BucketBlock>, partition: number, size: number): Cursor {
	return cursorOf(
		partition * size,
		size,
		(series) => rows.find(partition, series),
		(series) => rows.next(partition, series),
		(block: BucketBlock, place) => ({ buckets: block.chunk(place, partition * size) }),
	);
}

/** Newest sample of a chunk before an instant: of the whole chunk, where none is said. */
export function newestBefore(stored: StoredChunk | undefined, at = Number.POSITIVE_INFINITY): Sample | undefined {
	if (!stored) return undefined;
	if ("samples" in stored) {
		const { base, offsets, values } = stored.samples;
		for (let i = stored.samples.length - 1; i >= 0; i--) {
			const instant = base + (offsets[i] as number);
			if (instant < at) return { at: instant, value: values[i] as number };
		}
		return undefined;
	}
	const { lastAt, last } = stored.buckets;
	for (let i = stored.buckets.length - 1; i >= 0; i--) {
		if ((lastAt[i] as number) < at) return { at: lastAt[i] as number, value: last[i] as number };
	}
	return undefined;
}
