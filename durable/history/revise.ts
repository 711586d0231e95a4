/** Writing rows of a merged tier anew, where some of their series have changed or are new in them. */
import { type Block, BlockWriter } from "./block.ts";
import type { BlockRows, Listed } from "./block-rows.ts";
import { type BucketBlock, BucketBlockWriter } from "./bucket-block.ts";
import type { BucketRun, Run } from "./run.ts";

/** A row that has got more series than this is divided. */
const MOST_SERIES_A_ROW = 96;

/** @property pack makes a row. */
interface Format<B, T> {
	read(block: B, place: number): T;
	pack(series: readonly number[], of: (series: number) => T): Uint8Array;
}

/** @param base the cut's start, ms: offsets of all runs are from there. */
export function sampleFormat(base: number): Format<Block, Run> {
	return {
		read: (block, place) => block.run(place, base),
		pack(series, of) {
			const writer = new BlockWriter();
			for (const one of series) {
				const { offsets, values, length } = of(one);
				writer.add({ series: one, offsets, values, length });
			}
			return writer.bytes();
		},
	};
}

/** @param base the cut's start, ms. @param size ms a bucket. @param cut ms a cut. */
export function bucketFormat(base: number, size: number, cut: number): Format<BucketBlock, BucketRun> {
	return {
		read: (block, place) => block.run(place, base),
		pack(series, of) {
			const writer = new BucketBlockWriter(base, size, cut / size);
			for (const one of series) writer.add(one, of(one));
			return writer.bytes();
		},
	};
}

/** @param fresh what the series have now, all of the cut. */
export function revise<B extends Listed, T>(rows: BlockRows<B>, cut: number, fresh: ReadonlyMap<number, T>, format: Format<B, T>): void {
	let rest = [...fresh.keys()].sort((a, b) => a - b);
	for (let first = rest[0]; first !== undefined; first = rest[0]) {
		const block = rows.find(cut, first);
		const next = rows.next(cut, first) ?? Number.POSITIVE_INFINITY;
		const mine = rest.filter((series) => series < next);
		rest = rest.slice(mine.length);
		const places = new Map(Array.from(block?.series ?? [], (series, place) => [series, place]));
		const all = [...new Set([...places.keys(), ...mine])].sort((a, b) => a - b);
		const size = Math.ceil(all.length / Math.ceil(all.length / MOST_SERIES_A_ROW));
		for (let i = 0; i < all.length; i += size) {
			const some = all.slice(i, i + size);
			const of = (series: number): T => fresh.get(series) ?? format.read(block as B, places.get(series) as number);
			rows.write(cut, some[0] as number, format.pack(some, of));
		}
	}
}
