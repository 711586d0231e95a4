/** The cluster as of one position of its log. A keyframe holds it whole; `reduce` takes it to the next position. */

import { REPORTED, type Reported } from "../../colony-bridge/protocol/query/reported.ts";
import type { WorkerClass } from "../../colony-bridge/protocol/query/status.ts";
import { defined, setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import type { Check, Checkpoint, EndStatus, Stream, Task, Worker } from "../../colony-bridge/protocol/wire/state.ts";
import { requireFormat } from "../storage/storage-fault.ts";
import { residentBytes } from "../work/resident.ts";
import { Annotations, type StoredAnnotations } from "./annotations.ts";
import { Commands, type StoredCommands } from "./commands.ts";
import {
	type Announced,
	type DrawnWidget,
	type ForgottenLink,
	type Link,
	linkBytes,
	restoreLink,
	type StoredLink,
	storeLink,
} from "./link.ts";
import { OperatorRates } from "./operator-rates.ts";
import { OwnedTable, type StoredTable } from "./owned-table.ts";
import { RecentEvents, type StoredRecentEvents } from "./recent-events.ts";
import { Runs, type StoredRuns } from "./runs.ts";
import { StatusChanges, type StoredStatusChanges } from "./status-changes.ts";
import { type StoredTaskStats, TaskStats } from "./task-stats.ts";
import { type StoredVerdicts, Verdicts } from "./verdicts.ts";

/** Raised when a keyframe's shape changes: an older one is then read by an upgrade step, never guessed at. */
const KEYFRAME_FORMAT = 1;
/** The oldest format whose readers can read this one: fields that were only added do not raise it, so that a rollback goes on. */
const OLDEST_READER = 1;

/** Bridges that are gone and still known. */
const MOST_GONE = 2_000;

export interface StoredState {
	format: number;
	oldest: number;
	position: number;
	at: number;
	began: number;
	links: StoredLink[];
	forgotten: ForgottenLink[];
	own: { layout?: Layout; html: DrawnWidget[] };
	workers: StoredTable<Worker>;
	running: StoredTable<Task>;
	queued: StoredTable<Task>;
	streams: StoredTable<Stream>;
	checks: StoredTable<Check>;
	changes: {
		workers: StoredStatusChanges<WorkerClass>;
		streams: StoredStatusChanges<Stream["status"]>;
		checks: StoredStatusChanges<Check["status"]>;
	};
	verdicts: StoredVerdicts;
	checkpoints: [stream: string, checkpoints: Checkpoint[]][];
	taskStats: StoredTaskStats;
	totals: ClusterState["totals"];
	recentEvents: StoredRecentEvents;
	intake: ClusterState["intake"];
	reported: Reported;
	alarmAt: number;
	commands: StoredCommands;
	seriesEnd: number;
	sampledAt: number;
	runs: StoredRuns;
	annotations: StoredAnnotations;
}

export class ClusterState {
	/** Entries so far; 0: nobody has ever pushed. */
	position = 0;
	/** Instant of the newest entry on the cluster's clock, ms. */
	at = 0;
	/** Instant of the first entry, ms: it identifies this log. */
	began = 0;
	readonly links = new Map<string, Link>();
	/** The dashboard's own. */
	readonly own: Announced = { html: new Map() };
	/** The one that went last is the last. */
	readonly forgotten = new Map<string, ForgottenLink>();
	readonly workers = new OwnedTable<Worker>();
	/** Tasks that have not ended, by status: each in order of arrival there. */
	readonly running = new OwnedTable<Task>();
	readonly queued = new OwnedTable<Task>();
	readonly streams = new OwnedTable<Stream>();
	readonly checks = new OwnedTable<Check>();
	readonly changes = {
		workers: new StatusChanges<WorkerClass>(),
		streams: new StatusChanges<Stream["status"]>(),
		checks: new StatusChanges<Check["status"]>(),
	};
	/** Verdicts on the cluster. */
	readonly verdicts = new Verdicts();
	/** Last checkpoints of each stream, newest first. */
	readonly checkpoints = new Map<string, Checkpoint[]>();
	readonly taskStats = new TaskStats();
	/** Tasks that ended since the cluster began. */
	totals: Record<EndStatus, number> = { completed: 0, failed: 0, cancelled: 0, no_result: 0 };
	readonly recentEvents = new RecentEvents();
	readonly commands = new Commands();
	readonly runs = new Runs();
	/** A look at the past has those of the present. */
	annotations = new Annotations();
	intake = { pushes: 0, repeats: 0, refused: 0 };
	reported: Reported = {};
	/** The alarm that was set last, ms; 0: none. */
	alarmAt = 0;
	/** Series that were ever announced have numbers below this one. */
	seriesEnd = 0;
	/** Instant of the newest sample, ms; 0: none. */
	sampledAt = 0;
	/** Not part of the state. */
	readonly operatorRates = new OperatorRates();
	/** Rises when a layout comes or goes. Not part of the state. */
	layoutVersion = 0;
	/** Estimated bytes of each link and of all. */
	readonly #bytesOf = new Map<string, number>();
	#linkBytes = 0;

	/** Tasks that ended since the cluster began. */
	get ended(): number {
		return Object.values(this.totals).reduce((sum, ended) => sum + ended, 0);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const { workers, running, queued, streams, checks, recentEvents, taskStats, runs, annotations } = this;
		return (
			this.#linkBytes +
			residentBytes([...Object.values(this.changes), workers, running, queued, streams, checks, recentEvents, taskStats, runs, annotations])
		);
	}

	/** Counts a link anew after it changed or was removed. */
	countLink(bridge: string): void {
		const link = this.links.get(bridge);
		const bytes = link ? linkBytes(link) : 0;
		this.#linkBytes += bytes - (this.#bytesOf.get(bridge) ?? 0);
		if (link) this.#bytesOf.set(bridge, bytes);
		else this.#bytesOf.delete(bridge);
	}

	/** Takes note of what there is after an entry. Tasks and errors come and go: their end tells nothing. */
	noteReported(): void {
		const present = {
			workers: this.workers.size > 0,
			tasks: this.reported.tasks || this.ended > 0 || this.running.size + this.queued.size > 0,
			streams: this.streams.size > 0,
			checks: this.checks.size > 0,
			errors: this.reported.errors || this.recentEvents.errors.total > 0,
		};
		for (const kind of REPORTED) {
			if (present[kind]) this.reported[kind] = true;
			else if (this.reported[kind] === true) this.reported[kind] = this.at;
		}
	}

	/** The bridge has no link any more. */
	letGo({ bridge, epoch, instance, started, seq, before, gaps }: Link): void {
		this.links.delete(bridge);
		this.countLink(bridge);
		const run = { ...defined({ instance, started }), ...(before && { before }) };
		setNewest(this.forgotten, bridge, { bridge, epoch, ...run, seq, gaps }, MOST_GONE);
	}

	store(): StoredState {
		return {
			format: KEYFRAME_FORMAT,
			oldest: OLDEST_READER,
			position: this.position,
			at: this.at,
			began: this.began,
			links: Array.from(this.links.values(), storeLink),
			forgotten: [...this.forgotten.values()],
			own: { ...this.own, html: [...this.own.html.values()] },
			workers: this.workers.store(),
			running: this.running.store(),
			queued: this.queued.store(),
			streams: this.streams.store(),
			checks: this.checks.store(),
			changes: {
				workers: this.changes.workers.store(),
				streams: this.changes.streams.store(),
				checks: this.changes.checks.store(),
			},
			verdicts: this.verdicts.store(),
			checkpoints: [...this.checkpoints],
			taskStats: this.taskStats.store(),
			totals: this.totals,
			recentEvents: this.recentEvents.store(),
			intake: this.intake,
			reported: this.reported,
			alarmAt: this.alarmAt,
			commands: this.commands.store(),
			seriesEnd: this.seriesEnd,
			sampledAt: this.sampledAt,
			runs: this.runs.store(),
			annotations: this.annotations.store(),
		};
	}

	/** @throws NewerVersion */
	static restore(stored: StoredState): ClusterState {
		requireFormat(`keyframe ${stored.position}`, Math.max(stored.oldest, KEYFRAME_FORMAT), KEYFRAME_FORMAT);
		const state = new ClusterState();
		state.position = stored.position;
		state.at = stored.at;
		state.began = stored.began;
		for (const link of stored.links) {
			state.links.set(link.bridge, restoreLink(link));
			state.countLink(link.bridge);
		}
		const { html, ...own } = stored.own;
		Object.assign(state.own, own, { html: new Map(html.map((drawn) => [drawn.drawing.id, drawn])) });
		for (const gone of stored.forgotten) state.forgotten.set(gone.bridge, gone);
		state.workers.restore(stored.workers);
		state.running.restore(stored.running);
		state.queued.restore(stored.queued);
		state.streams.restore(stored.streams);
		state.checks.restore(stored.checks);
		state.changes.workers.restore(stored.changes.workers);
		state.changes.streams.restore(stored.changes.streams);
		state.changes.checks.restore(stored.changes.checks);
		state.verdicts.restore(stored.verdicts);
		for (const [stream, checkpoints] of stored.checkpoints) state.checkpoints.set(stream, checkpoints);
		state.taskStats.restore(stored.taskStats);
		state.totals = { ...state.totals, ...stored.totals };
		state.recentEvents.restore(stored.recentEvents);
		state.intake = { ...stored.intake };
		state.reported = { ...stored.reported };
		state.alarmAt = stored.alarmAt;
		state.commands.restore(stored.commands);
		state.seriesEnd = stored.seriesEnd;
		state.sampledAt = stored.sampledAt;
		state.runs.restore(stored.runs);
		state.annotations.restore(stored.annotations);
		return state;
	}
}
