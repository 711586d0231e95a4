/** One cut of time of one tier, read series by series: holds one row, and asks for the next only when the series is beyond it. */
import type { Block } from "../blocks/block.ts";
import { placeOf } from "../blocks/block-index.ts";
import type { BlockRows } from "../blocks/block-rows.ts";
import type { BucketBlock } from "../blocks/bucket-block.ts";
import type { BucketRun, Run, Sample } from "../blocks/chunk.ts";
import type { SealedWindow, WindowRows } from "../blocks/partition-rows.ts";

/** What a cut has of a series. */
export type Piece = { samples: Run } | { buckets: BucketRun };

export interface Cursor {
	/** Covers (start, end], ms. */
	readonly start: number;
	readonly end: number;
	/** @returns undefined where the cut has nothing of the series. Runs are valid until the next call. */
	piece(series: number): Piece | undefined;
	/** Up to `most` series the cut has, from this one on, ascending. */
	seriesFrom(series: number, most: number): number[];
}

interface Listed {
	readonly series: Uint32Array;
}

/** @param read makes a piece out of the block that holds the series, at its place there. */
function cursorOf<B extends Listed>(
	start: number,
	size: number,
	find: (series: number) => B | undefined,
	next: (series: number) => number | undefined,
	read: (block: B, place: number) => Piece,
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
		piece(series) {
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

export function windowCursor(rows: WindowRows, sealed: SealedWindow, size: number): Cursor {
	const start = sealed.window * size;
	return cursorOf(
		start,
		size,
		(series) => rows.block(sealed, rows.place(sealed, series)),
		(series) => sealed.firsts[rows.place(sealed, series) + 1],
		(block: Block, place) => ({ samples: block.run(place, start) }),
	);
}

/** @param start where the cut is no number of sizes since 1970. */
export function sampleCursor(rows: BlockRows<Block>, cut: number, size: number, start = cut * size): Cursor {
	return cursorOf(
		start,
		size,
		(series) => rows.find(cut, series),
		(series) => rows.next(cut, series),
		(block: Block, place) => ({ samples: block.run(place, start) }),
	);
}

export function bucketCursor(rows: BlockRows<BucketBlock>, cut: number, size: number): Cursor {
	return cursorOf(
		cut * size,
		size,
		(series) => rows.find(cut, series),
		(series) => rows.next(cut, series),
		(block: BucketBlock, place) => ({ buckets: block.run(place, cut * size) }),
	);
}

/** Newest sample of a piece before an instant: of the whole piece, where none is said. */
export function newestBefore(piece: Piece | undefined, at = Number.POSITIVE_INFINITY): Sample | undefined {
	if (!piece) return undefined;
	if ("samples" in piece) {
		const { base, offsets, values } = piece.samples;
		for (let i = piece.samples.length - 1; i >= 0; i--) {
			const instant = base + (offsets[i] as number);
			if (instant < at) return { at: instant, value: values[i] as number };
		}
		return undefined;
	}
	const { lastAt, last } = piece.buckets;
	for (let i = piece.buckets.length - 1; i >= 0; i--) {
		if ((lastAt[i] as number) < at) return { at: lastAt[i] as number, value: last[i] as number };
	}
	return undefined;
}
