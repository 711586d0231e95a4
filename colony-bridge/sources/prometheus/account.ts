/** What became of a scrape's samples, in words and numbers. */
import type { LeftOut } from "../../protocol/left-out.ts";
import type { Exposition } from "./exposition/exposition.ts";
import type { Newest } from "./newest.ts";

export interface Account {
	/** All samples that were not taken. */
	leftOut: number;
	/** Of those the ones that should have been: that is a finding. */
	loss?: Pick<LeftOut, "count" | "reason">;
	/** For the target's check; absent: nothing is to be said. */
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
	const told = real.map(([count, why]) => `${samples(count)} left out: ${why}`);
	const remarks = [
		...(old > 0 && !allOld ? [`${samples(old)} left out: more than 5 minutes old`] : []),
		...(notes ? [`line ${notes.line}: ${notes.words}${notes.count > 1 ? ` (and ${notes.count - 1} more)` : ""}`] : []),
	];
	const count = losses.reduce((sum, [each]) => sum + each, 0);
	const words = [...told, ...remarks].join("; ");
	return {
		leftOut: count + (allOld ? 0 : old),
		...(count > 0 && { loss: { count, reason: real.length > 1 ? told.join("; ") : (real[0]?.[1] as string) } }),
		...(words !== "" && { words }),
	};
}
