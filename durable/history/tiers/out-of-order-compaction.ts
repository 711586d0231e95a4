/**
 * Compacts out-of-order samples into a 2-hour block that is complete. Its samples and its minutes, and the ten minutes of its day where that is
 * over, are written anew for the series that have any, a row's worth at a time. Each step is whole in itself: after a cold start compaction goes
 * on behind the last one, and compacting twice gives the same. The first rise of a counter in the next 2-hour block may change, so its minutes
 * are compacted again too.
 */
import { type Block, BlockWriter } from "../blocks/block.ts";
import type { BlockRows, Listed } from "../blocks/block-rows.ts";
import { type BucketBlock, BucketBlockWriter } from "../blocks/bucket-block.ts";
import { type BucketChunk, type Chunk, overlay, type Sample } from "../blocks/chunk.ts";
import { DAY_MS, MINUTE_MS, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { coarsen, rollUp } from "./compaction.ts";
import { bucketCursor, newestBefore, sampleCursor } from "./cursor.ts";
import { type OutOfOrderState, together } from "./out-of-order.ts";
import { BLOCKS_2H_PER_DAY, type Tiers } from "./tiers.ts";

/** A row that has got more series than this is divided. */
const MOST_SERIES_A_ROW = 96;

/** @property pack makes a row. */
interface Format<B, T> {
	read(block: B, place: number): T;
	pack(series: readonly number[], of: (series: number) => T): Uint8Array;
}

/** @param base the partition's start, ms: offsets of all chunks are from there. */
function sampleFormat(base: number): Format<Block, Chunk> {
	return {
		read: (block, place) => block.chunk(place, base),
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

/** @param base the partition's start, ms. @param size ms a bucket. @param partition ms a partition. */
function bucketFormat(base: number, size: number, partition: number): Format<BucketBlock, BucketChunk> {
	return {
		read: (block, place) => block.chunk(place, base),
		pack(series, of) {
			const writer = new BucketBlockWriter(base, size, partition / size);
			for (const one of series) writer.add(one, of(one));
			return writer.bytes();
		},
	};
}

/** @param fresh what the series have now, all of the partition. */
function revise<B extends Listed, T>(rows: BlockRows<B>, partition: number, fresh: ReadonlyMap<number, T>, format: Format<B, T>): void {
	let rest = [...fresh.keys()].sort((a, b) => a - b);
	for (let first = rest[0]; first !== undefined; first = rest[0]) {
		const block = rows.find(partition, first);
		const next = rows.next(partition, first) ?? Number.POSITIVE_INFINITY;
		const mine = rest.filter((series) => series < next);
		rest = rest.slice(mine.length);
		const places = new Map(Array.from(block?.series ?? [], (series, place) => [series, place]));
		const all = [...new Set([...places.keys(), ...mine])].sort((a, b) => a - b);
		const size = Math.ceil(all.length / Math.ceil(all.length / MOST_SERIES_A_ROW));
		for (let i = 0; i < all.length; i += size) {
			const some = all.slice(i, i + size);
			const of = (series: number): T => fresh.get(series) ?? format.read(block as B, places.get(series) as number);
			rows.write(partition, some[0] as number, format.pack(some, of));
		}
	}
}

/** A 2-hour block is due once no out-of-order sample has come for it for this long, ms of the cluster's clock, or at so many parts: readers look into each. */
const QUIET_MS = 2 * TEN_MINUTES_MS;
const MOST_PARTS = 16;
const SERIES_A_STEP = 64;

/** @returns what to compact, begun or next; undefined: nothing is due. */
export function compactionDue({ outOfOrder, compactedBefore, head }: Tiers): OutOfOrderState["compaction"] {
	if (outOfOrder.state.compaction) return outOfOrder.state.compaction;
	const blocks2h = [...new Set(outOfOrder.state.parts.map(({ block2h }) => block2h))].sort((a, b) => a - b);
	for (const block2h of blocks2h) {
		const parts = outOfOrder.partsOf(block2h);
		if (block2h >= compactedBefore) return undefined;
		if (parts.length < MOST_PARTS && head.newest - (parts.at(-1)?.at as number) < QUIET_MS) continue;
		return { block2h, parts: parts.map(({ id }) => id), from: 0 };
	}
	return undefined;
}

/** Compacts some series. @returns the samples worked through; undefined: the 2-hour block is done, and its parts are gone. */
export function compactStep(
	compaction: NonNullable<OutOfOrderState["compaction"]>,
	tiers: Tiers,
	isCounter: (series: number) => boolean,
): number | undefined {
	const { block2h, parts } = compaction;
	const cursors = parts.map((id) => tiers.outOfOrder.cursor({ id, block2h }));
	const waiting = cursors.flatMap((cursor) => cursor.seriesFrom(compaction.from, SERIES_A_STEP));
	const first = waiting.length > 0 ? Math.min(...waiting) : undefined;
	if (first === undefined) {
		tiers.outOfOrder.drop(parts);
		return undefined;
	}
	// No further than a row reaches.
	const until = tiers.blocks2h.next(block2h, first) ?? Number.POSITIVE_INFINITY;
	const series = [...new Set(waiting)].filter((number) => number < until).sort((a, b) => a - b);
	const some = series.slice(0, SERIES_A_STEP);
	const { samples, buckets1m, led } = gather(block2h, some, (number) => together(cursors, number) as Chunk, tiers, isCounter);
	revise(tiers.blocks2h, block2h, samples, sampleFormat(block2h * TWO_HOURS_MS));
	revise(tiers.buckets1m, block2h, buckets1m, bucketFormat(block2h * TWO_HOURS_MS, MINUTE_MS, TWO_HOURS_MS));
	const after = riseAnew(block2h + 1, led, tiers);
	const day = Math.floor(block2h / BLOCKS_2H_PER_DAY);
	const dayAfter = Math.floor((block2h + 1) / BLOCKS_2H_PER_DAY);
	coarsenAnew(day, some, tiers);
	if (dayAfter !== day) coarsenAnew(dayAfter, after, tiers);
	compaction.from = (some.at(-1) as number) + 1;
	let worked = 0;
	for (const { length } of samples.values()) worked += length;
	return worked;
}

interface Gathered {
	samples: Map<number, Chunk>;
	buckets1m: Map<number, BucketChunk>;
	/** Counters whose last sample is another now: it leads their first rise in the 2-hour block after. */
	led: Map<number, Sample>;
}

function gather(
	block2h: number,
	series: readonly number[],
	outOfOrder: (series: number) => Chunk,
	tiers: Tiers,
	isCounter: (series: number) => boolean,
): Gathered {
	const found: Gathered = { samples: new Map(), buckets1m: new Map(), led: new Map() };
	const known = sampleCursor(tiers.blocks2h, block2h, TWO_HOURS_MS);
	const before = bucketCursor(tiers.buckets1m, block2h - 1, TWO_HOURS_MS);
	for (const number of series) {
		const over = outOfOrder(number);
		const stored = known.chunk(number);
		const last = newestBefore(stored);
		const all = stored && "samples" in stored ? overlay(stored.samples, over) : over;
		const counter = isCounter(number);
		found.samples.set(number, all);
		found.buckets1m.set(number, rollUp(all, MINUTE_MS, counter, counter ? newestBefore(before.chunk(number)) : undefined));
		const lastNow = newestBefore({ samples: all }) as Sample;
		if (counter && (last?.at !== lastNow.at || last.value !== lastNow.value)) found.led.set(number, lastNow);
	}
	return found;
}

/** Tells the rises of a 2-hour block again where another sample leads them. @returns the series that have samples in it. */
function riseAnew(block2h: number, leads: ReadonlyMap<number, Sample>, { blocks2h, buckets1m }: Tiers): number[] {
	const known = sampleCursor(blocks2h, block2h, TWO_HOURS_MS);
	const fresh = new Map<number, BucketChunk>();
	for (const [series, lead] of leads) {
		const stored = known.chunk(series);
		if (stored && "samples" in stored) fresh.set(series, rollUp(stored.samples, MINUTE_MS, true, lead));
	}
	revise(buckets1m, block2h, fresh, bucketFormat(block2h * TWO_HOURS_MS, MINUTE_MS, TWO_HOURS_MS));
	return [...fresh.keys()];
}

function coarsenAnew(day: number, series: readonly number[], { buckets1m, buckets10m, dailyBefore }: Tiers): void {
	if (day >= dailyBefore) return;
	const blocks2h = Array.from({ length: BLOCKS_2H_PER_DAY }, (_, i) => bucketCursor(buckets1m, day * BLOCKS_2H_PER_DAY + i, TWO_HOURS_MS));
	const fresh = new Map<number, BucketChunk>();
	for (const number of series) {
		const chunks: BucketChunk[] = [];
		for (const block2h of blocks2h) {
			const stored = block2h.chunk(number);
			if (stored && "buckets" in stored) chunks.push(stored.buckets);
		}
		fresh.set(number, coarsen(chunks, TEN_MINUTES_MS));
	}
	revise(buckets10m, day, fresh, bucketFormat(day * DAY_MS, TEN_MINUTES_MS, DAY_MS));
}
