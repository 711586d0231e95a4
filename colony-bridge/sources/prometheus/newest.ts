/** Among samples with instants, the newest of each series, if it is recent. */
import { identity } from "../../bridge/series-book.ts";
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { LeftOut } from "../../protocol/wire/state.ts";
import type { Exposition, Family } from "./exposition/exposition.ts";
import type { Sample } from "./exposition/sample-line.ts";

/** A sample with an older instant than this, in ms, is no news: Prometheus' own bound. */
const STALE_MS = 5 * 60_000;

export interface Newest {
	families: Family[];
	/** Samples left out: from the future, of a series that is there with another value, too old. */
	future: number;
	doubled: number;
	old: number;
	/** True where not one sample that has an instant is of now: a clock is wrong, or the target reports everything too late. */
	allOld: boolean;
}

export function newest(families: readonly Family[], now: number): Newest {
	const found: Newest = { families: [...families], future: 0, doubled: 0, old: 0, allOld: false };
	const byKey = new Map<string, Sample>();
	const dropped = new Set<Sample>();
	for (const { samples } of families) {
		for (const sample of samples) {
			if ((sample.timestamp ?? 0) > now + LIMITS.futureMs) {
				found.future += 1;
				dropped.add(sample);
				continue;
			}
			const key = identity(sample);
			const previous = byKey.get(key);
			const [at, before] = [sample.timestamp ?? now, previous?.timestamp ?? now];
			if (previous && at === before && !Object.is(sample.value, previous.value)) found.doubled += 1;
			if (previous) dropped.add(at > before ? previous : sample);
			if (!previous || at > before) byKey.set(key, sample);
		}
	}
	let timed = 0;
	for (const sample of byKey.values()) {
		if (sample.timestamp === undefined) continue;
		timed += 1;
		if (sample.timestamp > now - STALE_MS) continue;
		found.old += 1;
		dropped.add(sample);
	}
	found.allOld = timed > 0 && found.old === timed;
	if (dropped.size > 0) found.families = families.map((one) => ({ ...one, samples: one.samples.filter((sample) => !dropped.has(sample)) }));
	return found;
}

/** Summary of a scrape's samples. */
export interface Account {
	/** All samples that were not taken. */
	leftOut: number;
	/** Samples that should have been recent: a finding. */
	loss?: Pick<LeftOut, "count" | "reason">;
	/** For the target's check; absent: no message. */
	words?: string;
}

export function accountOf({ lost, notes }: Exposition, { future, doubled, old, allOld }: Newest): Account {
	const samples = (count: number) => (count === 1 ? "1 sample was" : `${count} samples were`);
	const losses: [count: number, why: string][] = [
		[lost?.count ?? 0, `${lost?.words} (line ${lost?.line}${(lost?.count ?? 0) > 1 ? " is the first" : ""})`],
		[future, "from the future; is the target's clock right?"],
		[doubled, "the same series is there with another value, and the first counts"],
		[allOld ? old : 0, "all that have an instant are more than 5 minutes old"],
	];
	const real = losses.filter(([count]) => count > 0);
	const reasons = real.map(([count, why]) => `${samples(count)} left out: ${why}`);
	const remarks = [
		...(old > 0 && !allOld ? [`${samples(old)} left out: more than 5 minutes old`] : []),
		...(notes ? [`line ${notes.line}: ${notes.words}${notes.count > 1 ? ` (and ${notes.count - 1} more)` : ""}`] : []),
	];
	const count = losses.reduce((sum, [each]) => sum + each, 0);
	const words = [...reasons, ...remarks].join("; ");
	return {
		leftOut: count + (allOld ? 0 : old),
		...(count > 0 && { loss: { count, reason: real.length > 1 ? reasons.join("; ") : (real[0]?.[1] as string) } }),
		...(words !== "" && { words }),
	};
}
