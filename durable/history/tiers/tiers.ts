/**
 * Which tier has which time. From the newest back:
 *
 *     head          windows not yet sealed                                   memory
 *     window        sealed, not yet merged                                   history_window
 *     span          merged, within the raw retention                         history_span
 *     minute        merged, within its retention; stands beside the span     history_minute
 *     ten-minute    merged days, within its retention; beside the minutes    history_ten_minute
 *     late          came when its window was closed, not yet folded          memory, history_late
 *
 * The bounds are numbers, moved only when a merge is complete; what a merge has written until then is not seen. So every instant is in
 * exactly one place of each resolution, at any moment. Late samples stand over all of these until they are folded into them, and until then
 * their span is kept, and read as samples.
 */
import type { Sql } from "../../storage/sql.ts";
import { Block } from "../blocks/block.ts";
import { BlockRows, SERIES_ROOM } from "../blocks/block-rows.ts";
import { BucketBlock } from "../blocks/bucket-block.ts";
import { cutOf, DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";
import { WindowRows } from "../blocks/partition-rows.ts";
import type { Head } from "./head.ts";
import type { HistoryOptions } from "./options.ts";
import { Late } from "./out-of-order.ts";
import type { State } from "./state.ts";

export const SPANS_A_DAY = DAY_MS / SPAN_MS;

export class Tiers {
	readonly head: Head;
	readonly windows: WindowRows;
	readonly spans: BlockRows<Block>;
	readonly minutes: BlockRows<BucketBlock>;
	readonly tenMinutes: BlockRows<BucketBlock>;
	readonly late: Late;
	/** Room for series numbers in the keys of its rows. */
	readonly room = SERIES_ROOM;
	readonly #options: HistoryOptions;
	/** Spans before this one are merged. */
	mergedBefore: number;
	/** Days before this one have their ten-minute buckets. */
	daysBefore: number;
	/** Whether there are tables. */
	stored: boolean;
	/** Rises with whatever is put in or moved: a reader of before would miss it. */
	revision = 0;

	constructor(sql: Sql, head: Head, state: State | undefined, stored: boolean, options: HistoryOptions) {
		this.head = head;
		this.windows = new WindowRows(sql, state?.windows ?? []);
		this.spans = new BlockRows(sql, "history_span", this.room, (bytes) => new Block(bytes));
		this.minutes = new BlockRows(sql, "history_minute", this.room, (bytes) => new BucketBlock(bytes));
		this.tenMinutes = new BlockRows(sql, "history_ten_minute", this.room, (bytes) => new BucketBlock(bytes));
		this.late = new Late(sql, options.lateSamples, this.room, state?.late);
		this.mergedBefore = state?.mergedBefore ?? 0;
		this.daysBefore = state?.daysBefore ?? 0;
		this.stored = stored;
		this.#options = options;
	}

	/** First span that late samples are taken in for: told by the newest sample alone, so that a replay decides the same. */
	get lateFrom(): number {
		return cutOf(this.head.newest - this.#options.rawMs, SPAN_MS);
	}

	/** First span whose samples are kept. */
	get rawFrom(): number {
		return Math.min(this.lateFrom, this.mergedBefore, this.late.oldest);
	}

	/** First span whose minutes are kept: the first of a day. */
	get minutesFrom(): number {
		return this.#daysFrom(this.#options.minuteMs) * SPANS_A_DAY;
	}

	/** First day whose ten minutes are kept. */
	get tenMinutesFrom(): number {
		return this.#daysFrom(this.#options.tenMinuteMs);
	}

	#daysFrom(ms: number): number {
		return Math.min(cutOf(this.head.newest - ms, DAY_MS), this.daysBefore, Math.floor(this.late.oldest / SPANS_A_DAY));
	}

	/** Whether the rollup of a span does not tell all: late samples are to come to it, or to the span before, which leads its rises. */
	behind(span: number): boolean {
		return this.late.has(span) || this.late.has(span - 1);
	}

	/** Shortest time between values that are kept of this instant, ms; 0: all that was measured is. */
	resolution(at: number): number {
		const span = cutOf(at, SPAN_MS);
		return span >= this.rawFrom ? 0 : span >= this.minutesFrom ? MINUTE_MS : WINDOW_MS;
	}

	/** What has to be remembered over a cold start. */
	state(): State {
		return {
			sealedBefore: this.head.sealedBefore,
			mergedBefore: this.mergedBefore,
			daysBefore: this.daysBefore,
			windows: this.windows.sealed,
			beginnings: this.head.beginnings(),
			...(this.late.state.nextId > 1 || this.late.state.start ? { late: this.late.state } : {}),
		};
	}
}
