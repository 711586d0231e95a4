/**
 * The tiers, and the time that each holds. From the newest back:
 *
 *     head                 10-minute blocks not yet flushed                              memory
 *     10-minute blocks     flushed, not yet compacted                                    history_block_10m
 *     2-hour blocks        compacted, within the raw retention                           history_block_2h
 *     1-minute buckets     beside the 2-hour blocks, within their own retention          history_bucket_1m
 *     10-minute buckets    of complete days, within their own retention                  history_bucket_10m
 *     out of order         came when their block was flushed, not yet compacted          memory, history_out_of_order
 *
 * The bounds are numbers, moved only when a compaction is complete; what a compaction has written until then is not seen. So every instant is in
 * exactly one place of each resolution, at any moment. out-of-order samples stand over all of these until they are compacted into them, and until then
 * their 2-hour block is kept, and read as samples.
 */

import { KEPT } from "../../../colony-bridge/protocol/query/retention.ts";
import { LIMITS } from "../../../colony-bridge/protocol/wire/limits.ts";
import type { Sql } from "../../storage/sql.ts";
import { residentBytes } from "../../work/resident.ts";
import { Block } from "../blocks/block.ts";
import { Block10mRows, BlockRows, SERIES_ROOM } from "../blocks/block-rows.ts";
import { BucketBlock } from "../blocks/bucket-block.ts";
import { DAY_MS, MINUTE_MS, partitionOf, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import type { Head } from "./head.ts";
import { OutOfOrder } from "./out-of-order.ts";
import type { State } from "./schema.ts";

export const BLOCKS_2H_PER_DAY = DAY_MS / TWO_HOURS_MS;

export class Tiers {
	readonly head: Head;
	readonly blocks10m: Block10mRows;
	readonly blocks2h: BlockRows<Block>;
	readonly buckets1m: BlockRows<BucketBlock>;
	readonly buckets10m: BlockRows<BucketBlock>;
	readonly outOfOrder: OutOfOrder;
	/** Room for series numbers in the keys of its rows. */
	readonly room = SERIES_ROOM;
	readonly #options: HistoryOptions;
	/** Spans before this one are compacted. */
	compactedBefore: number;
	/** Days before this one have their ten-minute buckets. */
	dailyBefore: number;
	/** True once the tables exist. */
	stored: boolean;
	/** Rises with whatever is put in or moved: a reader of before would miss it. */
	revision = 0;

	constructor(sql: Sql, head: Head, state: State | undefined, stored: boolean, options: HistoryOptions) {
		this.head = head;
		this.blocks10m = new Block10mRows(sql, state?.blocks10m ?? []);
		this.blocks2h = new BlockRows(sql, "history_block_2h", this.room, (bytes) => new Block(bytes));
		this.buckets1m = new BlockRows(sql, "history_bucket_1m", this.room, (bytes) => new BucketBlock(bytes));
		this.buckets10m = new BlockRows(sql, "history_bucket_10m", this.room, (bytes) => new BucketBlock(bytes));
		this.outOfOrder = new OutOfOrder(sql, options.outOfOrderSamples, this.room, state?.outOfOrder);
		this.compactedBefore = state?.compactedBefore ?? 0;
		this.dailyBefore = state?.dailyBefore ?? 0;
		this.stored = stored;
		this.#options = options;
	}

	/** First 2-hour block that out-of-order samples are taken in for: told by the newest sample alone, so that a replay decides the same. */
	get outOfOrderFrom(): number {
		return partitionOf(this.head.newest - this.#options.rawMs, TWO_HOURS_MS);
	}

	/** First 2-hour block whose samples are kept. */
	get rawFrom(): number {
		return Math.min(this.outOfOrderFrom, this.compactedBefore, this.outOfOrder.oldest);
	}

	/** First 2-hour block whose minutes are kept: the first of a day. */
	get buckets1mFrom(): number {
		return this.#dailyFrom(this.#options.minuteMs) * BLOCKS_2H_PER_DAY;
	}

	/** First day whose ten minutes are kept. */
	get buckets10mFrom(): number {
		return this.#dailyFrom(this.#options.tenMinuteMs);
	}

	#dailyFrom(ms: number): number {
		return Math.min(partitionOf(this.head.newest - ms, DAY_MS), this.dailyBefore, Math.floor(this.outOfOrder.oldest / BLOCKS_2H_PER_DAY));
	}

	/** True if out-of-order samples of this 2-hour block, or of the one before, which leads its rises, are not compacted yet: its buckets lack them. */
	behind(block2h: number): boolean {
		return this.outOfOrder.has(block2h) || this.outOfOrder.has(block2h - 1);
	}

	/** Shortest time between values that are kept of this instant, ms; 0: all that was measured is. */
	resolution(at: number): number {
		const block2h = partitionOf(at, TWO_HOURS_MS);
		return block2h >= this.rawFrom ? 0 : block2h >= this.buckets1mFrom ? MINUTE_MS : TEN_MINUTES_MS;
	}

	/** Estimated resident bytes, heap and buffers, of blocks that were read and of out-of-order samples. */
	get bytes(): number {
		return residentBytes([this.blocks10m, this.blocks2h, this.buckets1m, this.buckets10m, this.outOfOrder]);
	}

	/** Lets go of blocks that were read. */
	letGo(): void {
		for (const rows of [this.blocks10m, this.blocks2h, this.buckets1m, this.buckets10m]) rows.letGo();
	}

	/** The state that a cold start needs. */
	state(): State {
		return {
			flushedBefore: this.head.flushedBefore,
			compactedBefore: this.compactedBefore,
			dailyBefore: this.dailyBefore,
			blocks10m: this.blocks10m.flushed,
			beginnings: this.head.beginnings(),
			...(this.outOfOrder.state.nextId > 1 || this.outOfOrder.state.start ? { outOfOrder: this.outOfOrder.state } : {}),
		};
	}
}

export interface HistoryOptions {
	/** Active series at most; past it a new one is refused. */
	activeSeries: number;
	/** Series that may be known: their definitions are in memory, some 120 bytes each. Before they are so many, those gone for longest are let go. */
	knownSeries: number;
	/** Retention of samples, ms. */
	rawMs: number;
	/** Retention of 1-minute buckets, ms. */
	minuteMs: number;
	/** Retention of 10-minute buckets, ms. */
	tenMinuteMs: number;
	/** out-of-order samples that may lie in memory, 12 bytes each, before they are written. */
	outOfOrderSamples: number;
	/** Series of which the head is written down with one push, or more where they are many. */
	slotsAPart: number;
}

const DEFAULTS: HistoryOptions = {
	activeSeries: LIMITS.series,
	knownSeries: 250_000,
	rawMs: KEPT.samplesMs,
	minuteMs: KEPT.minutesMs,
	tenMinuteMs: KEPT.tenMinutesMs,
	outOfOrderSamples: 150_000,
	slotsAPart: 5_000,
};

/** @throws RangeError where the options contradict one another. */
export function withDefaults(options: Partial<HistoryOptions>): HistoryOptions {
	const all = { ...DEFAULTS, ...options };
	if (all.rawMs > all.minuteMs || all.minuteMs > all.tenMinuteMs) {
		throw new RangeError(
			`a coarser tier is kept no shorter than a finer one: rawMs ${all.rawMs}, minuteMs ${all.minuteMs}, tenMinuteMs ${all.tenMinuteMs}`,
		);
	}
	return all;
}
