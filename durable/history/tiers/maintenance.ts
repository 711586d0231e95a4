/**
 * Writes besides the log, a little at every push: never all at once, and no more than falls due. In this order: 10-minute blocks
 * that are over are flushed, 2-hour blocks whose 10-minute blocks are all flushed are compacted, days whose 2-hour blocks are all compacted get their ten-minute buckets,
 * out-of-order samples are compacted into 2-hour blocks that are compacted, and rows past their retention are deleted.
 */

import { BlockWriter } from "../blocks/block.ts";
import { placeOf } from "../blocks/block-index.ts";
import type { Block10mRows, FlushedBlock } from "../blocks/block-rows.ts";
import { BLOCKS_10M_PER_2H, partitionOf, TEN_MINUTES_MS } from "../blocks/partition.ts";
import { BlockCompaction, blocks10mOf, DailyCompaction } from "./compaction.ts";
import type { Head, HeadBlock } from "./head.ts";
import { compactionDue, compactStep } from "./out-of-order-compaction.ts";
import { BLOCKS_2H_PER_DAY, type Tiers } from "./tiers.ts";

/** Samples that one push may work through, or so many times what it brought: each is worked through some four times in all. */
const SAMPLES_A_PUSH = 20_000;
const SHARE = 5;
/** Pushes after a start that never stop in the middle of a group: what is not written by then is lost if the next push finds a new start. */
const WARM_AFTER = 2;
const ROWS_TRIMMED_A_PUSH = 2;
/** Resident bytes of a compaction: one group of series under construction. */
const GROUP_BYTES = 500_000;

export class Maintenance {
	readonly #tiers: Tiers;
	readonly #isCounter: (series: number) => boolean;
	#flush: Flush | undefined;
	#compaction: BlockCompaction | undefined;
	#day: DailyCompaction | undefined;
	#pushes = 0;
	/** First partition of each tier that is surely still kept; behind it there is nothing left to delete. */
	#trimmed = [-1, -1, -1];

	constructor(tiers: Tiers, isCounter: (series: number) => boolean) {
		this.#tiers = tiers;
		this.#isCounter = isCounter;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return (this.#flush?.bytes ?? 0) + (this.#compaction || this.#day ? GROUP_BYTES : 0);
	}

	/** @param brought samples of this push. @param position of the push. @returns whether the state changed. */
	run(brought: number, position: number): boolean {
		const { outOfOrder, head } = this.#tiers;
		const cold = this.#pushes++ < WARM_AFTER;
		let changed = false;
		let left = Math.max(SAMPLES_A_PUSH, brought * SHARE);
		if (outOfOrder.due(head.newest)) {
			outOfOrder.write(position, head.newest);
			changed = true;
		}
		while (left > 0 || (cold && this.#amid)) {
			const step = this.#flushStep() ?? this.#blockStep() ?? this.#dayStep() ?? this.#compactStep();
			if (!step) break;
			left -= step.samples;
			changed ||= step.finished;
		}
		this.#trim();
		return changed;
	}

	get #amid(): boolean {
		return this.#compaction?.between === false || this.#day?.between === false;
	}

	#flushable() {
		const { head } = this.#tiers;
		const oldest = head.blocks[0];
		return oldest && oldest.index < partitionOf(head.newest, TEN_MINUTES_MS) - 1 ? oldest : undefined;
	}

	#flushStep(): Step | undefined {
		if (!this.#flush) {
			const block = this.#flushable();
			if (!block) return undefined;
			this.#flush = new Flush(block, this.#tiers.head, this.#tiers.blocks10m);
		}
		const samples = this.#flush.step();
		if (!this.#flush.done) return { samples, finished: false };
		this.#tiers.head.drop(this.#flush.block);
		this.#flush = undefined;
		return { samples, finished: true };
	}

	#blockStep(): Step | undefined {
		const { blocks10m, head } = this.#tiers;
		if (!this.#compaction) {
			const oldest = blocks10m.flushed[0];
			const block2h = oldest && Math.floor(oldest.index / BLOCKS_10M_PER_2H);
			// All 10-minute blocks before the open ones are flushed by now: flushing goes first.
			if (block2h === undefined || head.openFrom < (block2h + 1) * BLOCKS_10M_PER_2H) return undefined;
			this.#compaction = new BlockCompaction(block2h, this.#tiers, this.#isCounter);
		}
		const samples = this.#compaction.step();
		if (samples !== undefined) return { samples: samples * 2, finished: false };
		const { block2h } = this.#compaction;
		this.#tiers.compactedBefore = block2h + 1;
		head.flushedBefore = Math.max(head.flushedBefore, (block2h + 1) * BLOCKS_10M_PER_2H);
		blocks10m.free(blocks10mOf(block2h, this.#tiers));
		this.#compaction = undefined;
		return { samples: 0, finished: true };
	}

	#dayStep(): Step | undefined {
		const { buckets1m, compactedBefore, dailyBefore } = this.#tiers;
		if (!this.#day) {
			const over = Math.floor(compactedBefore / BLOCKS_2H_PER_DAY);
			if (over <= dailyBefore) return undefined;
			const block2h = buckets1m.nextPartition(dailyBefore * BLOCKS_2H_PER_DAY, over * BLOCKS_2H_PER_DAY);
			if (block2h === undefined) {
				this.#tiers.dailyBefore = over;
				return { samples: 0, finished: true };
			}
			this.#day = new DailyCompaction(Math.floor(block2h / BLOCKS_2H_PER_DAY), this.#tiers);
		}
		const read = this.#day.step();
		if (read !== undefined) return { samples: read * 5, finished: false };
		this.#tiers.dailyBefore = this.#day.day + 1;
		this.#day = undefined;
		return { samples: 0, finished: true };
	}

	/** Comes when nothing else is due: what compactions and days have read would be another under their hands. */
	#compactStep(): Step | undefined {
		const { state } = this.#tiers.outOfOrder;
		const compaction = compactionDue(this.#tiers);
		if (!compaction) return undefined;
		state.compaction = compaction;
		const samples = compactStep(compaction, this.#tiers, this.#isCounter);
		if (samples === undefined) delete state.compaction;
		return { samples: (samples ?? 0) * 4, finished: true };
	}

	#trim(): void {
		const { blocks2h, buckets1m, buckets10m, rawFrom, buckets1mFrom, buckets10mFrom } = this.#tiers;
		const kept: [{ trim(partition: number, most: number): number }, number][] = [
			[blocks2h, rawFrom],
			[buckets1m, buckets1mFrom],
			[buckets10m, buckets10mFrom],
		];
		for (const [i, [rows, from]] of kept.entries()) {
			if (this.#trimmed[i] === from) continue;
			if (rows.trim(from, ROWS_TRIMMED_A_PUSH) < ROWS_TRIMMED_A_PUSH) this.#trimmed[i] = from;
		}
	}
}

interface Step {
	/** Worked through. */
	samples: number;
	/** The state changed: a flush or a compaction is complete. */
	finished: boolean;
}

/** Series a row. A 10-minute block is short, so a row is still small: 256 series of 120 samples are some 20 kB. */
const SERIES_A_ROW = 256;

/** Flushes one 10-minute block. After a cold start it continues where it was, since its rows depend on the block alone. */
class Flush {
	readonly block: HeadBlock;
	readonly #head: Head;
	readonly #rows: Block10mRows;
	readonly #flushed: FlushedBlock;
	/** Series that may be in the block, ascending, and the place of the next one. */
	readonly #series: Int32Array;
	#place = 0;

	constructor(block: HeadBlock, head: Head, rows: Block10mRows) {
		const { flushed, last } = rows.begin(block.index);
		this.block = block;
		this.#head = head;
		this.#rows = rows;
		this.#flushed = flushed;
		this.#series = head.series();
		this.#place = placeOf(this.#series, last + 1);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#series.byteLength;
	}

	/** Writes one row. @returns the samples in it. */
	step(): number {
		let samples = 0;
		const writer = new BlockWriter();
		for (let count = 0; count < SERIES_A_ROW && !this.done; this.#place++) {
			const series = this.#series[this.#place] as number;
			const chunk = this.#head.samples(this.block, series);
			if (!chunk) continue;
			count++;
			samples += chunk.length;
			writer.add({ series, ...chunk });
		}
		if (writer.first !== undefined) this.#rows.write(this.#flushed, writer.first, writer.bytes());
		if (this.done) this.#rows.finish(this.#flushed);
		return samples;
	}

	get done(): boolean {
		return this.#place === this.#series.length;
	}
}
