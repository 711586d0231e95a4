/** Counters of a cluster's own work since it was opened: a process that restarts begins at 0, as counters may. */
import type { PushEntry } from "../log/entry.ts";
import type { Work } from "../work/work.ts";

/** One number of the dashboard's own, with its labels. */
export interface OwnSample {
	labels: Readonly<Record<string, string>>;
	value: number;
}

export interface OwnMetric {
	/** Whole, with {@link PREFIX}. */
	name: string;
	type: "counter" | "gauge";
	help: string;
	samples: readonly OwnSample[];
}

export const PREFIX = "hiveframe_dashboard_";

interface Asked {
	count: number;
	refused: number;
	units: number;
	seconds: number;
}

export class Meter {
	#frames = 0;
	#samples = 0;
	readonly #asked = new Map<string, Asked>();
	readonly #now: () => number;

	/** @param now ms since 1970 */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Counts a push that was taken in. */
	taken({ frames }: Pick<PushEntry, "frames">): void {
		this.#frames += frames.length;
		for (const frame of frames) if (frame.type === "tick") this.#samples += frame.values.length;
	}

	/** Counts a read: its work, and the time until its answer, pauses for others included. */
	*timed<Answer>(read: string, work: Work<Answer>): Work<Answer> {
		const begun = this.#now();
		const asked = this.#asked.get(read) ?? { count: 0, refused: 0, units: 0, seconds: 0 };
		this.#asked.set(read, asked);
		let answered = false;
		try {
			for (;;) {
				const step = work.next();
				if (step.done) {
					answered = true;
					return step.value;
				}
				asked.units += step.value;
				yield step.value;
			}
		} finally {
			if (!answered) {
				work.return(undefined as never);
				asked.refused++;
			}
			asked.count++;
			asked.seconds += Math.max(0, this.#now() - begun) / 1000;
		}
	}

	metrics(): OwnMetric[] {
		const by = (what: keyof Asked) => Array.from(this.#asked, ([read, asked]) => ({ labels: { read }, value: asked[what] }));
		return [
			ownMetric("frames_total", "counter", "Frames of bridges taken in since the cluster was opened", this.#frames),
			ownMetric("samples_total", "counter", "Samples taken in since the cluster was opened", this.#samples),
			ownMetric("queries_total", "counter", "Reads of the cluster since it was opened", by("count")),
			ownMetric("queries_refused_total", "counter", "Reads that failed, were refused or given up", by("refused")),
			ownMetric("query_seconds_total", "counter", "Time until the answers of reads, pauses for others included", by("seconds")),
			ownMetric("query_work_total", "counter", "Work of reads, in units of a sample read", by("units")),
		];
	}
}

export function ownMetric(name: string, type: OwnMetric["type"], help: string, value: number | readonly OwnSample[]): OwnMetric {
	return { name: PREFIX + name, type, help, samples: typeof value === "number" ? [{ labels: {}, value }] : value };
}
