/** One place that a bridge reads: scrape targets, a REST API, log files, a pipe. Several make up one colony. */

import { LeftOutTally } from "../bridge/left-out.ts";
import type { Colony, ColonySnapshot, Metric } from "../colony.ts";
import { type Health, Health as HealthWords } from "../protocol/wire/state.ts";
import type { ColonyEvent } from "../protocol/wire/up.ts";

export interface Source {
	/** For people: `prometheus`, `logs /var/log/hive.log`. */
	readonly name: string;
	/** The current snapshot, in the parts the source knows, within a few seconds. Slower parts follow with a later one. */
	read(): ColonySnapshot | Promise<ColonySnapshot>;
	/** Begins to read by itself, where it does, and calls `listener` with each event as it happens. */
	start?(listener: (event: ColonyEvent) => void): void;
	/** Hands over begun lines and closes, without long waits. `read()` has nothing new from then on. */
	stop?(): void | Promise<void>;
	/** Read position of the emitted events, as JSON; absent if unknown. */
	position?(): unknown;
	/** Goes on from there instead of where it would begin. Before `start()`. */
	resume?(position: unknown): void;
	/** Resolves when there will be nothing more: a pipe that ended. Absent: never. */
	readonly ended?: Promise<void>;
	/** Its numbers step back where another source has a metric of the same name: they are derived, the other's are the application's own. */
	readonly derived?: boolean;
	/** A few words for the status line, e.g. `3/4 targets up`. */
	status?(): string;
}

/** From good to bad. */
const SEVERITY: readonly Health[] = HealthWords.options;

/** Several sources as one colony. A source that fails is reported in its check; the others are read. */
export class MergedColony implements Colony {
	readonly name: string;
	readonly sources: readonly Source[];
	/** Metric names that a source of the application's own has given, ever: a name does not change hands while one is away. */
	readonly #own = new Set<string>();
	#judged = false;
	#listeners = new Set<(event: ColonyEvent) => void>();

	/** @param sources where two speak of the same worker, the earlier one's words count. */
	constructor(name: string, sources: readonly Source[]) {
		this.name = name;
		this.sources = sources;
	}

	start(): void {
		for (const source of this.sources) {
			source.start?.((event) => {
				for (const listener of this.#listeners) listener(event);
			});
		}
	}

	async stop(): Promise<void> {
		await Promise.all(this.sources.map((source) => source.stop?.()));
	}

	/** Positions of the sources that have one, by name. */
	position(): Record<string, unknown> {
		const positions = this.sources.map((source) => [source.name, source.position?.()] as const);
		return Object.fromEntries(positions.filter(([, position]) => position !== undefined));
	}

	resume(positions: unknown): void {
		const bySource = typeof positions === "object" && positions !== null ? (positions as Record<string, unknown>) : {};
		for (const source of this.sources) if (Object.hasOwn(bySource, source.name)) source.resume?.(bySource[source.name]);
	}

	subscribe(listener: (event: ColonyEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	async snapshot(): Promise<ColonySnapshot> {
		const unread = new LeftOutTally();
		const read = await Promise.all(
			this.sources.map(async (source): Promise<{ source: Source; snapshot: ColonySnapshot }> => {
				try {
					return { source, snapshot: await source.read() };
				} catch (error) {
					unread.stands(source.name, error);
					return { source, snapshot: {} };
				}
			}),
		);
		const snapshots = read.map(({ snapshot }) => snapshot);
		const merged: ColonySnapshot = {
			...together("workers", snapshots),
			...together("tasks", snapshots),
			...together("streams", snapshots),
			...together("checks", snapshots),
			metrics: this.#metrics(read),
			logs: snapshots.flatMap(({ logs }) => logs ?? []),
			ended: snapshots.flatMap(({ ended }) => ended ?? []),
		};
		const leftOut = [...snapshots.flatMap((snapshot) => snapshot.leftOut ?? []), ...unread.list];
		if (leftOut.length > 0) merged.leftOut = leftOut;
		const queued = snapshots.find((snapshot) => snapshot.queued !== undefined)?.queued;
		if (queued !== undefined) merged.queued = queued;
		const health = this.#health(snapshots, merged);
		if (health) merged.health = health;
		return merged;
	}

	#metrics(read: readonly { source: Source; snapshot: ColonySnapshot }[]): Metric[] {
		for (const { source, snapshot } of read) {
			if (!source.derived) for (const { name } of snapshot.metrics ?? []) this.#own.add(name);
		}
		return read.flatMap(({ source, snapshot: { metrics = [] } }) =>
			source.derived ? metrics.filter(({ name }) => !this.#own.has(name)) : metrics,
		);
	}

	/** The worst health of a source or a part; undefined without any. */
	#health(snapshots: readonly ColonySnapshot[], { workers = [], checks = [] }: ColonySnapshot): ColonySnapshot["health"] {
		const opinions = snapshots.flatMap(({ health }) => health ?? []);
		const failed = workers.filter(({ status }) => status === "failed").length;
		const unhealthy = workers.filter(({ status, health }) => status !== "failed" && health === "unhealthy").length;
		const status = failed + unhealthy === workers.length ? "unhealthy" : "degraded";
		if (failed > 0) opinions.push({ status, reason: `${failed} of ${workers.length} workers failed` });
		if (unhealthy > 0) opinions.push({ status, reason: `${unhealthy} of ${workers.length} workers unhealthy` });
		for (const { id, status, message } of checks) {
			if (status === "failed") opinions.push({ status: "degraded", reason: `${id} failed${message === undefined ? "" : `: ${message}`}` });
		}
		this.#judged ||= opinions.length > 0 || workers.length > 0 || checks.length > 0;
		if (!this.#judged) return undefined;
		const worst = SEVERITY[Math.max(0, ...opinions.map((opinion) => SEVERITY.indexOf(opinion.status)))] ?? "healthy";
		const troubles = opinions.filter((opinion) => opinion.status !== "healthy").flatMap(({ reason }) => reason ?? []);
		if (troubles.length === 0) return { status: worst };
		const more = troubles.length > 3 ? `; and ${troubles.length - 3} more` : "";
		return { status: worst, reason: `${troubles.slice(0, 3).join("; ")}${more}`.slice(0, 2_000) };
	}
}

type Keyed = "workers" | "tasks" | "streams" | "checks";

/** A part of all who know it. Who is named twice is one, with the fields of both. Nothing where nobody knows the part. */
function together<Part extends Keyed>(part: Part, snapshots: readonly ColonySnapshot[]): Pick<ColonySnapshot, Part> | undefined {
	const lists = snapshots.flatMap((snapshot) => (snapshot[part] ? [snapshot[part]] : []));
	if (lists.length < 2) return lists[0] && ({ [part]: lists[0] } as Pick<ColonySnapshot, Part>);
	const entries = new Map<string, { id: string }>();
	for (const entry of lists.flat()) entries.set(entry.id, { ...entry, ...entries.get(entry.id) });
	return { [part]: [...entries.values()] } as unknown as Pick<ColonySnapshot, Part>;
}
