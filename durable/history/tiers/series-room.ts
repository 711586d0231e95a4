/** Room for new series: before there are as many as there may be, and where memory is short, those that have been gone for longest are forgotten. */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Sql } from "../../storage/sql.ts";
import { type ActiveSeries, SeriesLimit } from "../index/active-series.ts";
import type { Dictionary } from "../index/dictionary.ts";
import { LongestGone } from "./longest-gone.ts";
import type { HistoryOptions, Tiers } from "./tiers.ts";

/** With this share of the series that may be known, those gone for longest begin to go, and so many of them. */
const LET_GO_AT = 0.9;
const LET_GO_SHARE = 0.1;
/** Time until the next search for series to drop, after one that found none, ms of the cluster's own time. */
const LOOK_AGAIN_MS = 3_600_000;

export class SeriesRoom {
	readonly #tiers: Tiers;
	readonly #dictionary: Dictionary;
	readonly #active: ActiveSeries;
	readonly #announced: () => Iterable<number>;
	/** Series that may be active, and known. */
	readonly #limits: Pick<HistoryOptions, "activeSeries" | "knownSeries">;
	/** Under way where there are many series. */
	#leaving: LongestGone | undefined;
	/** Instant before which it is not begun again. */
	#lookAgain = 0;
	#short = false;

	constructor(
		tiers: Tiers,
		dictionary: Dictionary,
		active: ActiveSeries,
		announced: () => Iterable<number>,
		limits: Pick<HistoryOptions, "activeSeries" | "knownSeries">,
	) {
		this.#tiers = tiers;
		this.#dictionary = dictionary;
		this.#active = active;
		this.#announced = announced;
		this.#limits = limits;
	}

	/** @param lacking why there is no memory for it. @throws SeriesLimit naming the series, where there is no room for another one. */
	admit(definition: SeriesDefinition, lacking?: (definition: SeriesDefinition) => string | undefined): void {
		const { activeSeries, knownSeries } = this.#limits;
		if (this.#active.expected >= activeSeries) throw SeriesLimit.of(definition, activeSeries, "active");
		if (this.#dictionary.count >= knownSeries || this.#dictionary.size >= this.#tiers.room)
			throw SeriesLimit.of(definition, knownSeries, "known");
		const lack = lacking?.(definition);
		if (lack !== undefined) throw new SeriesLimit(definition, lack);
	}

	/** Memory is short. */
	shorten(): void {
		this.#short = true;
	}

	/** The series has a sample, or is announced. */
	keep(series: number): void {
		this.#leaving?.keep(series);
	}

	/** One step. @param newest instant of the newest sample, ms. */
	make(newest: number, sql: Sql): void {
		if (!this.#leaving) {
			const { count } = this.#dictionary;
			const most = this.#limits.knownSeries;
			if ((count < most * LET_GO_AT && !this.#short) || newest < this.#lookAgain) return;
			this.#short = false;
			const retained = [...this.#active.all(), ...this.#announced()];
			this.#leaving = new LongestGone(this.#tiers, this.#dictionary, retained, Math.ceil(Math.min(count, most) * LET_GO_SHARE));
		}
		const found = this.#leaving.step();
		if (!found) return;
		this.#leaving = undefined;
		const retained = new Set(this.#announced());
		const removed = found.filter((series) => !retained.has(series));
		if (removed.length > 0) this.#dictionary.forget(removed, sql);
		else this.#lookAgain = newest + LOOK_AGAIN_MS;
	}
}
