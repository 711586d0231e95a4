/** Numbers of HiveFrame's REST under the dashboard's names. What is NaN there has no value now. */
import type { Metric } from "../../colony.ts";
import type { DancesAnswer, MetricsAnswer } from "./rest-client.ts";

function* gauge(name: string, value: number | null | undefined, help: string, more: Partial<Metric> = {}): Iterable<Metric> {
	if (value !== null && value !== undefined) yield { name, type: "gauge", value, help, ...more };
}

export function* colonyMetrics(answer: MetricsAnswer): Iterable<Metric> {
	const seconds = { unit: "seconds" };
	yield* gauge("colony_temperature", answer.temperature, "Load of the colony; HiveFrame measures it in seconds, without a bound", seconds);
	yield* gauge("food_sources", answer.activeFoodSources, "Partitions of the current job");
	yield* gauge("colony_fitness", answer.averageFitness, "Mean fitness of the food sources, as HiveFrame tells it");
	yield* gauge("colony_throughput", answer.throughput, "Records a second, as HiveFrame tells it");
	for (const [trail, level] of Object.entries(answer.pheromone_levels)) {
		yield* gauge("pheromone_level", level, "Strength of a pheromone trail, 0 to 1", { labels: { trail: trail.slice(0, 200) } });
	}
}

export function* danceMetrics(answer: DancesAnswer): Iterable<Metric> {
	yield* gauge(
		"waggle_dances",
		answer.totalDances,
		"Dances that HiveFrame's own dashboard keeps: the newest 100 at most, and one counts again at each look",
	);
	yield* gauge("dance_vigor", answer.averageVigor, "Mean vigor of the dances kept; above 1 is normal");
	for (const [range, count] of Object.entries(answer.vigorDistribution)) {
		yield* gauge("dances_by_vigor", count, "Dances kept whose vigor lies in the range; the last is open", {
			labels: { range: range.slice(0, 200) },
		});
	}
}

export const TASKS_ACTIVE = { name: "tasks_active", type: "gauge", help: "Partitions that the bee is at work on" } as const;

/** @param totals calls of tasks by bee, over all jobs. HiveFrame swallows failures: they are among them. */
export function* workerMetrics(totals: ReadonlyMap<string, number>): Iterable<Metric> {
	const help = "Calls of tasks over all jobs, as HiveFrame's dashboard counts them: failed ones are among them";
	for (const [worker, value] of totals)
		yield { name: "tasks_completed", type: "counter", help, value, labels: { worker: worker.slice(0, 200) } };
}

/** @param ofThisJob whether an instant as HiveFrame writes it lies in the current job. */
export function* queuedEstimate(
	{ activeFoodSources }: MetricsAnswer,
	{ recentDances }: DancesAnswer,
	busy: boolean,
	ofThisJob: (written: string) => boolean,
): Iterable<Metric> {
	if (activeFoodSources === null || activeFoodSources === undefined) return;
	const danced = new Set(recentDances.filter(({ timestamp }) => ofThisJob(timestamp)).map(({ partitionId }) => partitionId));
	const waiting = busy ? Math.max(0, activeFoodSources - danced.size) : 0;
	yield* gauge("tasks_queued", waiting, "An estimate: food sources of the current job that none of the newest 20 dances has told of");
}

/**
 * Counts that go on over jobs. HiveFrame makes new bees for every job, under the ids of those before, and their counts begin at 0 again:
 * where one bee's has fallen, all of them are new, and what the old ones had done stays counted.
 */
export class JobTotals {
	/** Totals of earlier jobs. */
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
			const previous = old.get(bee);
			if (previous !== undefined && (count > previous || fresh)) this.#movedAt.set(bee, now);
			else if (!this.#movedAt.has(bee)) this.#movedAt.set(bee, now);
		}
		this.#current = counts;
	}

	/** When the current job was first seen, ms since 1970; 0 where it is the first one. */
	get jobAt(): number {
		return this.#jobAt;
	}

	/** Totals of every bee there ever was: a total stays when its bee is gone. */
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
