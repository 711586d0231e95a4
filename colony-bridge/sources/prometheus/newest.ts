/** Of what a target says with instants: the newest sample of each series, and only where it is of now. */
import { identity } from "../../bridge/series-book.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Family } from "./exposition/family.ts";
import type { Sample } from "./exposition/sample-line.ts";

/** A sample with an older instant than this, in ms, is no news: Prometheus' own bound. */
const STALE_MS = 5 * 60_000;

export interface Newest {
	families: Family[];
	/** Samples left out: from the future, of a series that is there with another value, too old. */
	future: number;
	doubled: number;
	old: number;
	/** True where not one sample that has an instant is of now: a clock is wrong, or the target tells everything too late. */
	allOld: boolean;
}

export function newest(families: readonly Family[], now: number): Newest {
	const found: Newest = { families: [...families], future: 0, doubled: 0, old: 0, allOld: false };
	const kept = new Map<string, Sample>();
	const dropped = new Set<Sample>();
	for (const { samples } of families) {
		for (const sample of samples) {
			if ((sample.timestamp ?? 0) > now + LIMITS.futureMs) {
				found.future += 1;
				dropped.add(sample);
				continue;
			}
			const key = identity(sample);
			const known = kept.get(key);
			const [at, before] = [sample.timestamp ?? now, known?.timestamp ?? now];
			if (known && at === before && !Object.is(sample.value, known.value)) found.doubled += 1;
			if (known) dropped.add(at > before ? known : sample);
			if (!known || at > before) kept.set(key, sample);
		}
	}
	let timed = 0;
	for (const sample of kept.values()) {
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
