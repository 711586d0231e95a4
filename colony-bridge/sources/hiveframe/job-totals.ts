/**
 * Counts that go on over jobs. HiveFrame makes new bees for every job, under the ids of those before, and their counts begin at 0 again:
 * where one bee's has fallen, all of them are new, and what the old ones had done stays counted.
 */
export class JobTotals {
	/** Of the jobs before. */
	readonly #before = new Map<string, number>();
	#current: ReadonlyMap<string, number> = new Map();
	readonly #movedAt = new Map<string, number>();
	#jobAt = 0;

	/** @param counts of the current job's bees. */
	read(counts: ReadonlyMap<string, number>, now: number): void {
		const old = this.#current;
		const fresh = [...old].some(([bee, count]) => (counts.get(bee) ?? -1) < count);
		if (fresh) for (const [bee, count] of old) this.#before.set(bee, (this.#before.get(bee) ?? 0) + count);
		if (fresh) this.#jobAt = now;
		for (const [bee, count] of counts) {
			const known = old.get(bee);
			if (known !== undefined && (count > known || fresh)) this.#movedAt.set(bee, now);
			else if (!this.#movedAt.has(bee)) this.#movedAt.set(bee, now);
		}
		this.#current = counts;
	}

	/** When the current job was first seen, ms since 1970; 0 where it is the first one. */
	get jobAt(): number {
		return this.#jobAt;
	}

	/** Of every bee there ever was: a total does not go away with its bee. */
	totals(): Map<string, number> {
		const totals = new Map(this.#before);
		for (const [bee, count] of this.#current) totals.set(bee, (totals.get(bee) ?? 0) + count);
		return totals;
	}

	/** Since the bee's count last rose, or since it was first seen. */
	secondsSinceMove(bee: string, now: number): number | undefined {
		const at = this.#movedAt.get(bee);
		return at === undefined ? undefined : (now - at) / 1000;
	}
}
