/** The two kinds of block: what is written is read. Their bytes are pinned in `stored-formats.test.ts`. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Block, BlockWriter } from "../../durable/history/blocks/block.ts";
import { BucketBlock, BucketBlockWriter } from "../../durable/history/blocks/bucket-block.ts";
import type { BucketChunk, Chunk } from "../../durable/history/blocks/chunk.ts";
import { coarsen, rollUp } from "../../durable/history/tiers/compaction.ts";

const MINUTE = 60_000;
const SPAN = 7_200_000;

const entry = (series: number, offsets: number[], values: number[]) => ({
	series,
	offsets: Uint32Array.from(offsets),
	values: Float64Array.from(values),
	length: values.length,
});

const ticks = fc.uniqueArray(fc.integer({ min: 1, max: SPAN }), { minLength: 1, maxLength: 60 }).map((list) => list.sort((a, b) => a - b));
const value = fc.oneof(
	fc.integer({ min: 0, max: 1e6 }),
	fc.integer({ min: -500, max: 500 }).map((n) => n / 10),
	fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);
const blocks = fc
	.tuple(ticks, fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 12 }))
	.chain(([all, numbers]) =>
		fc.tuple(
			...numbers
				.sort((a, b) => a - b)
				.map((series) =>
					fc
						.tuple(fc.oneof(fc.constant(all), fc.subarray(all, { minLength: 1 })), fc.infiniteStream(value))
						.map(([offsets, values]) => entry(series, offsets, [...values.take(offsets.length)])),
				),
		),
	);

test("H4: whatever instants the series of a block share, each is decoded as it was", () => {
	fc.assert(
		fc.property(blocks, (entries) => {
			const writer = new BlockWriter();
			for (const one of entries) writer.add(one);
			const block = new Block(writer.bytes());
			expect([...block.series]).toEqual(entries.map(({ series }) => series));
			for (const [place, one] of entries.entries()) {
				const chunk: Chunk = block.chunk(place, 1000);
				expect(chunk.base).toBe(1000);
				expect([...chunk.offsets]).toEqual([...one.offsets]);
				expect([...chunk.values.subarray(0, chunk.length)]).toEqual([...one.values]);
			}
		}),
	);
});

const plain = (chunk: BucketChunk) =>
	Array.from({ length: chunk.length }, (_, i) => ({
		end: chunk.ends[i],
		count: chunk.count[i],
		min: chunk.min[i],
		max: chunk.max[i],
		last: chunk.last[i],
		lastAt: chunk.lastAt[i],
	}));

test("whatever the buckets, each is decoded as it was; sums and increases to the last digit", () => {
	fc.assert(
		fc.property(blocks, fc.boolean(), (entries, rises) => {
			const base = 5 * SPAN;
			const chunks = entries.map((one) => rollUp({ base, ...one }, MINUTE, rises, undefined));
			const writer = new BucketBlockWriter(base, MINUTE, SPAN / MINUTE);
			for (const [i, chunk] of chunks.entries()) writer.add(entries[i]?.series ?? 0, chunk);
			const block = new BucketBlock(writer.bytes());
			for (const [place, chunk] of chunks.entries()) {
				const back = block.chunk(place, base);
				expect(plain(back)).toEqual(plain(chunk));
				for (let i = 0; i < chunk.length; i++) {
					expect(back.sum[i]).toBeCloseTo(chunk.sum[i] as number, 4);
					if (Number.isNaN(chunk.increase[i])) expect(back.increase[i]).toBeNaN();
					else expect(back.increase[i]).toBeCloseTo(chunk.increase[i] as number, 4);
				}
			}
		}),
		// The first of them has more digits than the last, the least and the greatest, which are all that is kept of it besides the sum.
		{ examples: [true, false].map((rises) => [[entry(0, [1, 2, 3], [893.1172795137629, 277225, -14.6])], rises]) },
	);
});

test("buckets of ten minutes are the same out of minutes as out of samples", () => {
	fc.assert(
		fc.property(blocks, (entries) => {
			for (const one of entries) {
				const chunk = { base: 0, ...one };
				const direct = rollUp(chunk, 10 * MINUTE, true, { at: -5, value: 3 });
				const through = coarsen([rollUp(chunk, MINUTE, true, { at: -5, value: 3 })], 10 * MINUTE);
				expect(plain(through)).toEqual(plain(direct));
			}
		}),
	);
});
