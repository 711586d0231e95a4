/** The storage of one cluster: opened once, and left alone for some seconds after a read or a write failed. */

import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import { Audit } from "../audit/audit.ts";
import type { ControlPace } from "../control/control.ts";
import type { RelaysHost } from "../live/relays.ts";
import { LOG } from "../log/log.ts";
import { Promql } from "../promql/api/answer.ts";
import { EXTENDED, type Options, STOCK } from "../promql/evaluate/options.ts";
import { SeriesIndex } from "../promql/history/series-index.ts";
import { tryRoom } from "../state/keyframes.ts";
import type { PastStates } from "../state/past-states.ts";
import { openPart, type Part, type Sql } from "../storage/sql.ts";
import { StorageFault, type StorageKind, storageFault } from "../storage/storage-fault.ts";
import { type Facts, Hearing } from "../view/facts.ts";
import { View } from "../view/view.ts";
import { Memory, type MemoryOptions } from "./memory.ts";
import { ClusterMemory, type MemoryBudget } from "./memory-budget.ts";
import { Past, type PastFacts } from "./past.ts";

/** Time before storage that failed is tried again, ms. */
const FAULT_MS = 5_000;

/** The storage is tried again at `until`, ms. */
interface Failure {
	fault: StorageFault;
	until: number;
}

export class ClusterStorage {
	readonly #cluster: string;
	readonly #host: ClusterHost;
	readonly #options: ClusterOptions;
	readonly #connected: ReadonlySet<string>;
	#opened: Opened | undefined;
	#unreadable: Failure | undefined;
	#unwritable: Failure | undefined;
	readonly #room: ClusterMemory;
	readonly #ownSeries: Facts["ownSeries"];

	/** @param connected names of bridges that have a socket. @param held estimated resident bytes of the cluster, by part; and what viewers hold is let go. */
	constructor(
		cluster: string,
		host: ClusterHost,
		options: ClusterOptions,
		connected: ReadonlySet<string>,
		held: { bytes(): Record<string, number>; letGo(): void; ownSeries: Facts["ownSeries"] },
	) {
		this.#ownSeries = held.ownSeries;
		this.#cluster = cluster;
		this.#host = host;
		this.#options = options;
		this.#connected = connected;
		this.#room = new ClusterMemory(
			{ name: cluster, now: () => host.now(), bytes: held.bytes, letGo: () => this.#letGo(held) },
			options.budget,
		);
	}

	/** @throws StorageFault, the same one until it is time to read again. */
	open(): Opened {
		if (this.#opened) return this.#opened;
		if (this.#unreadable && this.#host.now() < this.#unreadable.until) throw this.#unreadable.fault;
		try {
			this.#opened = this.#openCluster();
			this.#unreadable = undefined;
		} catch (cause) {
			const fault = storageFault(this.#name, cause, "read", this.#kind);
			this.#unreadable = { fault, until: this.#host.now() + FAULT_MS };
			this.#report(fault.message);
			throw fault;
		}
		const { leftOut } = this.#opened.memory;
		if (leftOut !== undefined) this.#report(`${this.#name}: ${leftOut}`);
		return this.#opened;
	}

	/** Drops the memory of the cluster: the next {@link open} reads it from the database. */
	close(): void {
		this.#opened = undefined;
	}

	/** @param work erases what is stored, or changes nothing and throws. @throws StorageFault */
	erase(work: () => void): void {
		this.close();
		try {
			work();
		} catch (cause) {
			throw this.writeFailed(cause);
		}
		this.#unreadable = undefined;
		this.#unwritable = undefined;
		this.#room.end();
	}

	/** True also where it cannot be read. */
	get holdsSomething(): boolean {
		try {
			return this.open().memory.state.position > 0;
		} catch (error) {
			if (error instanceof StorageFault) return true;
			throw error;
		}
	}

	/** While the disk takes no writes, pushes are refused and queries are answered. @throws StorageFault */
	assertWritable(): void {
		if (!this.#unwritable) return;
		if (this.#host.now() < this.#unwritable.until) throw this.#unwritable.fault;
		const { sql } = this.#host;
		try {
			if (openPart(sql, LOG)) sql.transaction(() => tryRoom(sql));
			this.#unwritable = undefined;
			this.#report(`${this.#name} can be written again`);
		} catch (cause) {
			throw this.writeFailed(cause, FAULT_MS);
		}
	}

	/** Records a failed write. @param waitMs the first push after this time tries again. */
	writeFailed(cause: unknown, waitMs = 0): StorageFault {
		const fault = storageFault(this.#name, cause, "written", this.#kind);
		if (fault.message !== this.#unwritable?.fault.message) this.#report(fault.message);
		this.#unwritable = { fault, until: this.#host.now() + waitMs };
		return fault;
	}

	#openCluster(): Opened {
		const { sql } = this.#host;
		const memory = new Memory(sql, this.#options);
		const promql = new Promql(memory.history.series, this.#options.experimentalPromql ? EXTENDED : STOCK);
		const past = new Past(
			memory,
			(facts) => this.#pastView(facts, promql.options, memory.past),
			() => this.#host.now(),
		);
		return { memory, past, view: this.#view(memory, promql), promql, audit: new Audit(sql), room: this.#room };
	}

	/** Memory is short: lets go of what can be made or read again. */
	#letGo(held: { letGo(): void }): void {
		held.letGo();
		const opened = this.open();
		opened.memory.history.letGo();
		opened.memory.tasks.letGo();
		opened.promql.letGo();
		opened.past.letGo();
		opened.view = this.#view(opened.memory, opened.promql);
	}

	/** With nothing kept yet to answer again. */
	#view({ state, history, tasks, past }: Memory, { index, options }: Promql): View {
		return new View({
			cluster: this.#cluster,
			state,
			history,
			index,
			promqlOptions: options,
			ownSeries: this.#ownSeries,
			tasks,
			connected: this.#connected,
			hearing: new Hearing(state),
			past: (at) => past.at(at),
			fault: () => this.#unwritable?.fault.message,
			memory: () => this.#room.told,
			leftOut: () => this.#room.leftOut.count,
		});
	}

	/** The dashboard's own numbers, sockets and its memory are written nowhere: a view of the past has none of them. */
	#pastView({ state, history, tasks }: PastFacts, promqlOptions: Options, past: PastStates): View {
		return new View({
			cluster: this.#cluster,
			state,
			history,
			index: new SeriesIndex(history.series.dictionary),
			promqlOptions,
			ownSeries: () => [],
			tasks,
			connected: new Set(),
			hearing: new Hearing(state),
			past: (at) => past.at(at),
		});
	}

	get #kind(): StorageKind {
		return this.#host.storage === undefined ? "cluster object" : "file";
	}

	get #name(): string {
		return this.#host.storage ?? `the storage of cluster "${this.#cluster}"`;
	}

	#report(message: string): void {
		console.error(`cluster ${this.#cluster}: ${message}`);
	}
}

export interface ClusterHost {
	sql: Sql;
	/** Name of the storage in errors: its file. Absent: the storage of a Durable Object, or memory. */
	storage?: string;
	/** ms since 1970. */
	now(): number;
	/** Calls `Cluster.alarm` at this instant instead of any set before. */
	setAlarm(at: number | undefined): void;
	/** Everything in the database goes but these parts; with none kept, the storage itself. */
	erase(keep: readonly Part[]): void;
	/** Calls `work` once, later. Need not survive the process. */
	defer(work: () => void, ms: number): void;
	/** Objects that take viewers past a number. Absent: this one takes all. */
	relays?: RelaysHost;
	/** Tells the list of clusters of this one. Absent: whoever lists them asks each. See `Telling`. */
	tell?(summary: ClusterSummary, store: boolean): Promise<boolean>;
}

export interface ClusterOptions extends MemoryOptions {
	/** Memory that it may take, with other clusters. Absent: any. */
	budget?: MemoryBudget;
	control?: Partial<ControlPace>;
	/** Experimental functions and syntax of PromQL are understood. */
	experimentalPromql?: boolean;
	/** Names the build of the pages that are served: a page that is open tells by it that it is of another. */
	build?: string;
}

/** A cluster come back from its database: what stands in its memory until something goes wrong there. */
export interface Opened {
	memory: Memory;
	view: View;
	/** The cluster at instants that have passed. */
	past: Past;
	promql: Promql;
	audit: Audit;
	room: ClusterMemory;
}
