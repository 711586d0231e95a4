/** One place that a bridge reads: scrape targets, a REST API, log files, a pipe. Several make up one colony. */
import type { ColonySnapshot } from "../colony.ts";
import type { ColonyEvent } from "../protocol/up.ts";

export interface Source {
	/** For people: `prometheus`, `logs /var/log/hive.log`. */
	readonly name: string;
	/** What is true now, in the parts it knows. It answers within a few seconds: what is slower comes with a later one. */
	read(): ColonySnapshot | Promise<ColonySnapshot>;
	/** Begins to read by itself, where it does, and calls `listener` with each event as it happens. */
	start?(listener: (event: ColonyEvent) => void): void;
	/** Hands over what it has begun, lets go of everything, and is quick about it. `read()` says nothing new from then on. */
	stop?(): void | Promise<void>;
	/** How far what it has handed on reaches, as JSON; absent: it cannot tell, or not yet. */
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
