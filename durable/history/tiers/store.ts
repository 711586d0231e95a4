/**
 * All tiers as one store. A read names the time it needs and the longest bucket that will do, and gets every stretch of time once, from the
 * coarsest tier that serves: no sample twice, none left out, whatever a compaction is doing.
 */

import { type Chunk, type Need, part, type Reader, type Sample, type Sink, type Store } from "../blocks/chunk.ts";
import { DAY_MS, MINUTE_MS, partitionOf, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { block10mCursor, bucketCursor, type Cursor, newestBefore, sampleCursor } from "./cursor.ts";
import { headReader } from "./head-reader.ts";
import { Overlaid } from "./out-of-order.ts";
import { BLOCKS_2H_PER_DAY, type Tiers } from "./tiers.ts";

export function storeOf(tiers: Tiers): Store {
	return { reader: (need) => lasting(tiers, need) };
}

/** Good over pushes that come between two reads: they move samples from tier to tier. */
function lasting(tiers: Tiers, need: Need): Reader {
	let revision = tiers.revision;
	let reader = readerOf(tiers, need);
	const current = (): Reader => {
		if (revision !== tiers.revision) reader = readerOf(tiers, need);
		revision = tiers.revision;
		return reader;
	};
	return { read: (series, sink) => current().read(series, sink), before: (series, at) => current().before(series, at) };
}

function readerOf(tiers: Tiers, need: Need): Reader {
	const stretches = tiers.stored ? remembered(plan(tiers, need)) : [];
	const head = headReader(tiers.head, need);
	const past = new Past(tiers);
	const outOfOrder = tiers.outOfOrder.empty ? undefined : outOfOrderReader(tiers, need);
	const read = (series: number, sink: Sink, enough: () => boolean | undefined): void => {
		for (const stretch of stretches) {
			if (enough()) return;
			const stored = stretch.chunk(series);
			if (!stored) continue;
			if ("samples" in stored) sink.samples(stored.samples);
			else sink.buckets(stored.buckets);
		}
		if (!enough()) head.read(series, sink);
	};
	return {
		read(series: number, sink: Sink) {
			const enough = () => sink.enough?.();
			const over = outOfOrder?.(series);
			if (!over) {
				read(series, sink, enough);
				return;
			}
			const overlaid = new Overlaid(sink, over);
			read(series, overlaid, enough);
			if (!enough()) overlaid.finish();
		},
		before(series, at) {
			const found = head.before(series, at) ?? (tiers.stored ? past.before(series, at) : undefined);
			const outOfOrder = tiers.outOfOrder.empty ? undefined : past.outOfOrder(series, at);
			return outOfOrder && (!found || outOfOrder.at >= found.at) ? outOfOrder : found;
		},
	};
}

/** out-of-order samples as far back as the tiers give theirs: from the beginning of the 2-hour block, or of the 10-minute block where it is not compacted. */
function outOfOrderReader({ outOfOrder, compactedBefore }: Tiers, { after, until }: Need): (series: number) => Chunk | undefined {
	const first = partitionOf(after + 1, TWO_HOURS_MS);
	const from = first < compactedBefore ? first * TWO_HOURS_MS : partitionOf(after + 1, TEN_MINUTES_MS) * TEN_MINUTES_MS;
	const read = outOfOrder.reader(first, partitionOf(until, TWO_HOURS_MS));
	return (series) => {
		const all = read(series);
		if (!all) return undefined;
		let place = 0;
		while (place < all.length && all.base + (all.offsets[place] as number) <= from) place++;
		return place === all.length ? undefined : part(all, place, all.length);
	};
}

/** Reads the iterator lazily and remembers its items. */
function remembered<T>(from: Iterator<T>): Iterable<T> {
	const known: T[] = [];
	return {
		*[Symbol.iterator]() {
			for (let i = 0; ; i++) {
				if (i === known.length) {
					const next = from.next();
					if (next.done) return;
					known.push(next.value);
				}
				yield known[i] as T;
			}
		},
	};
}

/** The stretches of time on disk that the read needs, ascending, each from one tier. */
function* plan(tiers: Tiers, { after, until, bucketMs }: Need): Generator<Cursor> {
	const whole = (size: number): boolean => bucketMs >= size && bucketMs % size === 0;
	const { rawFrom, buckets1mFrom, buckets10mFrom, compactedBefore, dailyBefore } = tiers;
	const dailyUntil = whole(TEN_MINUTES_MS) ? dailyBefore : buckets1mFrom / BLOCKS_2H_PER_DAY;
	const lastDay = Math.min(dailyUntil, partitionOf(until, DAY_MS) + 1);
	const last2h = Math.min(compactedBefore, partitionOf(until, TWO_HOURS_MS) + 1);
	const first2h = partitionOf(after + 1, TWO_HOURS_MS);
	for (let day = Math.max(partitionOf(after + 1, DAY_MS), buckets10mFrom); ; day++) {
		const next = day < lastDay ? tiers.buckets10m.nextPartition(day, lastDay) : undefined;
		if (next === undefined) break;
		day = next;
		const blocks2h = Array.from({ length: BLOCKS_2H_PER_DAY }, (_, i) => day * BLOCKS_2H_PER_DAY + i);
		if (!tiers.outOfOrder.empty && blocks2h.some((block2h) => tiers.behind(block2h)))
			yield* compacted(blocks2h[0] as number, (day + 1) * BLOCKS_2H_PER_DAY);
		else yield bucketCursor(tiers.buckets10m, day, DAY_MS);
	}
	yield* compacted(dailyUntil * BLOCKS_2H_PER_DAY, last2h);
	for (const flushed of tiers.blocks10m.flushed) {
		if ((flushed.index + 1) * TEN_MINUTES_MS <= after || flushed.index * TEN_MINUTES_MS >= until) continue;
		yield block10mCursor(tiers.blocks10m, flushed, TEN_MINUTES_MS);
	}

	function* compacted(from: number, end: number): Generator<Cursor> {
		const last = Math.min(end, last2h);
		for (let block2h = Math.max(from, first2h); ; block2h++) {
			const next = block2h < last ? tiers.buckets1m.nextPartition(block2h, last) : undefined;
			if (next === undefined) return;
			block2h = next;
			const buckets = block2h < rawFrom || (whole(MINUTE_MS) && !tiers.behind(block2h));
			yield buckets ? bucketCursor(tiers.buckets1m, block2h, TWO_HOURS_MS) : sampleCursor(tiers.blocks2h, block2h, TWO_HOURS_MS);
		}
	}
}

/** Looks back from an instant for the newest sample before it, as far as the rise of a counter is told. */
class Past {
	readonly #tiers: Tiers;
	readonly #cursors = new Map<string, Cursor>();
	/** By 2-hour block. */
	readonly #outOfOrder = new Map<number, (series: number) => Chunk | undefined>();

	constructor(tiers: Tiers) {
		this.#tiers = tiers;
	}

	/** Among out-of-order samples. */
	outOfOrder(series: number, at: number): Sample | undefined {
		const block2h = partitionOf(at, TWO_HOURS_MS);
		let read = this.#outOfOrder.get(block2h);
		if (!read) {
			read = this.#tiers.outOfOrder.reader(block2h - 1, block2h);
			this.#outOfOrder.set(block2h, read);
		}
		const samples = read(series);
		return samples && newestBefore({ samples }, at);
	}

	before(series: number, at: number): Sample | undefined {
		const block2h = partitionOf(at, TWO_HOURS_MS);
		const reach = (block2h - 1) * TWO_HOURS_MS;
		for (const cursor of this.#back(at, block2h)) {
			if (cursor.start >= at || cursor.end <= reach) continue;
			const found = newestBefore(cursor.chunk(series), at);
			if (found) return found.at > reach ? found : undefined;
		}
		return undefined;
	}

	*#back(at: number, block2h: number): Generator<Cursor> {
		const { blocks10m, blocks2h, buckets1m, buckets10m, compactedBefore, rawFrom, buckets1mFrom } = this.#tiers;
		for (const flushed of blocks10m.flushed.toReversed()) {
			if (flushed.index * TEN_MINUTES_MS < at)
				yield this.#cursor(`block ${flushed.index}`, () => block10mCursor(blocks10m, flushed, TEN_MINUTES_MS));
		}
		for (const partition of [block2h, block2h - 1]) {
			if (partition >= compactedBefore) continue;
			const day = Math.floor(partition / BLOCKS_2H_PER_DAY);
			if (partition >= rawFrom) yield this.#cursor(`block2h ${partition}`, () => sampleCursor(blocks2h, partition, TWO_HOURS_MS));
			else if (partition >= buckets1mFrom)
				yield this.#cursor(`buckets1m ${partition}`, () => bucketCursor(buckets1m, partition, TWO_HOURS_MS));
			else yield this.#cursor(`day ${day}`, () => bucketCursor(buckets10m, day, DAY_MS));
		}
	}

	#cursor(key: string, make: () => Cursor): Cursor {
		const known = this.#cursors.get(key);
		if (known) return known;
		const cursor = make();
		this.#cursors.set(key, cursor);
		return cursor;
	}
}
