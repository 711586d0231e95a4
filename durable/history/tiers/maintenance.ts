/**
 * What has to be written besides the log, a little at every push: never all at once, and no more than falls due. In this order: windows
 * that are over are sealed, spans whose windows are all sealed are merged, days whose spans are all merged get their ten-minute buckets,
 * late samples are folded into spans that are merged, and rows past their retention are deleted.
 */

import { cutOf, WINDOW_MS, WINDOWS_A_SPAN } from "../blocks/partition.ts";
import { Day, Merge, windowsOf } from "./compaction.ts";
import { Seal } from "./flush.ts";
import { foldDue, foldStep } from "./out-of-order-compaction.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";

/** Samples that one push may work through, or so many times what it brought: each is worked through some four times in all. */
const SAMPLES_A_PUSH = 20_000;
const SHARE = 5;
/** Pushes after a start that never stop in the middle of a group: what is not written by then is lost if the next push finds a new start. */
const WARM_AFTER = 2;
const ROWS_TRIMMED_A_PUSH = 2;

export class Upkeep {
	readonly #tiers: Tiers;
	readonly #isCounter: (series: number) => boolean;
	#seal: Seal | undefined;
	#merge: Merge | undefined;
	#day: Day | undefined;
	#pushes = 0;
	/** First cut of each tier that is surely still kept; behind it there is nothing left to delete. */
	#trimmed = [-1, -1, -1];

	constructor(tiers: Tiers, isCounter: (series: number) => boolean) {
		this.#tiers = tiers;
		this.#isCounter = isCounter;
	}

	/** @param brought samples of this push. @param position of the push. @returns whether the state changed. */
	run(brought: number, position: number): boolean {
		const { late, head } = this.#tiers;
		const cold = this.#pushes++ < WARM_AFTER;
		let changed = false;
		let left = Math.max(SAMPLES_A_PUSH, brought * SHARE);
		if (late.due(head.newest)) {
			late.write(position, head.newest);
			changed = true;
		}
		while (left > 0 || (cold && this.#amid)) {
			const step = this.#sealStep() ?? this.#mergeStep() ?? this.#dayStep() ?? this.#foldStep();
			if (!step) break;
			left -= step.samples;
			changed ||= step.finished;
		}
		this.#trim();
		return changed;
	}

	get #amid(): boolean {
		return this.#merge?.between === false || this.#day?.between === false;
	}

	#sealable() {
		const { head } = this.#tiers;
		const oldest = head.windows[0];
		return oldest && oldest.index < cutOf(head.newest, WINDOW_MS) - 1 ? oldest : undefined;
	}

	#sealStep(): Step | undefined {
		if (!this.#seal) {
			const window = this.#sealable();
			if (!window) return undefined;
			this.#seal = new Seal(window, this.#tiers.windows);
		}
		const samples = this.#seal.step();
		if (!this.#seal.done) return { samples, finished: false };
		this.#tiers.head.drop(this.#seal.window);
		this.#seal = undefined;
		return { samples, finished: true };
	}

	#mergeStep(): Step | undefined {
		const { windows, head } = this.#tiers;
		if (!this.#merge) {
			const oldest = windows.sealed[0];
			const span = oldest && Math.floor(oldest.window / WINDOWS_A_SPAN);
			// All windows before the open ones are sealed by now: sealing goes first.
			if (span === undefined || head.openFrom < (span + 1) * WINDOWS_A_SPAN) return undefined;
			this.#merge = new Merge(span, this.#tiers, this.#isCounter);
		}
		const samples = this.#merge.step();
		if (samples !== undefined) return { samples: samples * 2, finished: false };
		const { span } = this.#merge;
		this.#tiers.mergedBefore = span + 1;
		head.sealedBefore = Math.max(head.sealedBefore, (span + 1) * WINDOWS_A_SPAN);
		windows.free(windowsOf(span, this.#tiers));
		this.#merge = undefined;
		return { samples: 0, finished: true };
	}

	#dayStep(): Step | undefined {
		const { minutes, mergedBefore, daysBefore } = this.#tiers;
		if (!this.#day) {
			const over = Math.floor(mergedBefore / SPANS_A_DAY);
			if (over <= daysBefore) return undefined;
			const span = minutes.nextCut(daysBefore * SPANS_A_DAY, over * SPANS_A_DAY);
			if (span === undefined) {
				this.#tiers.daysBefore = over;
				return { samples: 0, finished: true };
			}
			this.#day = new Day(Math.floor(span / SPANS_A_DAY), this.#tiers);
		}
		const read = this.#day.step();
		if (read !== undefined) return { samples: read * 5, finished: false };
		this.#tiers.daysBefore = this.#day.day + 1;
		this.#day = undefined;
		return { samples: 0, finished: true };
	}

	/** Comes when nothing else is due: what merges and days have read would be another under their hands. */
	#foldStep(): Step | undefined {
		const { state } = this.#tiers.late;
		const fold = foldDue(this.#tiers);
		if (!fold) return undefined;
		state.fold = fold;
		const samples = foldStep(fold, this.#tiers, this.#isCounter);
		if (samples === undefined) delete state.fold;
		return { samples: (samples ?? 0) * 4, finished: true };
	}

	#trim(): void {
		const { spans, minutes, tenMinutes, rawFrom, minutesFrom, tenMinutesFrom } = this.#tiers;
		const kept: [{ trim(cut: number, most: number): number }, number][] = [
			[spans, rawFrom],
			[minutes, minutesFrom],
			[tenMinutes, tenMinutesFrom],
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
	/** The state changed: a window, span or day is complete, or late samples are folded. */
	finished: boolean;
}
