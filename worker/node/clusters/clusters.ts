/** The clusters of this process, each in a file of its own: in a directory, or a temporary one. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { bareSummary, type ClusterSummary } from "../../../colony-bridge/protocol/query/summary.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";
import { PushText } from "../../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { refusedLink, refusedUpgrade } from "../../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE, type DownFrame } from "../../../colony-bridge/protocol/wire/down.ts";
import type { Problem, Refusal } from "../../../colony-bridge/protocol/wire/problem.ts";
import { MOST_CLUSTERS, tooManyClusters } from "../../../durable/access/access.ts";
import { eachCall, invoke } from "../../../durable/calls/calls.ts";
import { Cluster } from "../../../durable/cluster/cluster.ts";
import type { Limits } from "../../../durable/cluster/limits.ts";
import { MemoryBudget } from "../../../durable/cluster/memory-budget.ts";
import { inTurn } from "../../../durable/intake/batch.ts";
import type { Lease, SocketRole } from "../../../durable/live/socket.ts";
import { type BoundedReads, CLUSTER_READS, type ClusterPort, type Clusters, type Listening, refusedViewer } from "../../../durable/port.ts";
import { StorageFault } from "../../../durable/storage/storage-fault.ts";
import { PushTurns } from "../../../durable/work/push-turns.ts";
import { Slices } from "../../../durable/work/slices.ts";
import type { Work } from "../../../durable/work/work.ts";
import type { NodeUpgrades } from "../http/upgrades.ts";
import { closeSocket, joinCluster, longPoll, SocketRegistry } from "./sockets.ts";
import { hasName, IN_MEMORY, openNodeSql, TEMPORARY, tryTemporary } from "./sql.ts";
import { NodeTimers } from "./timers.ts";

/** A temporary file brings nothing back after a restart of the process: some hours of the log are kept, not days. */
const TEMPORARY_LOG = { chars: 32_000_000 };

interface Running {
	cluster: Cluster;
	sockets: SocketRegistry;
	close(): void;
}

/** @throws with the reason. */
function makeDirectory(path: string): void {
	try {
		mkdirSync(path, { recursive: true });
	} catch (cause) {
		const { code, message } = cause as NodeJS.ErrnoException;
		const why = code === "EEXIST" || code === "ENOTDIR" ? "there is a file in its place" : message;
		throw new Error(`storage: the directory ${path} cannot be created (${why}); choose another`, { cause });
	}
}

/** Files held by this process, so that a second server on the same directory fails with a clear error instead of SQLite's. */
const held = new Set<string>();

interface NodeClustersOptions {
	/** See `ClusterOptions`. */
	build?: string;
	/** Absent: those of a history, and any memory. */
	limits?: Limits;
	/** Limit of clusters. */
	maxClusters?: number | undefined;
	/** See `ClusterOptions`. */
	experimentalPromql?: boolean | undefined;
	/** Called once a cluster was deleted. */
	erased?: (name: string) => void;
}

export class NodeClusters implements Clusters {
	readonly #directory: string | undefined;
	readonly #upgrades: NodeUpgrades;
	readonly #options: NodeClustersOptions;
	readonly #budget: MemoryBudget | undefined;
	readonly #running = new Map<string, Running>();
	/** Clusters that a bridge has pushed to. */
	readonly #begun = new Set<string>();
	/** All clusters of the process share its one thread. */
	readonly #pushes = new PushTurns((then) => void setImmediate(then));
	readonly #slices = new Slices((then) => void setImmediate(then), Date.now);

	/**
	 * @param directory where the files are, made if it is not there; undefined: in temporary ones.
	 * @throws where it cannot be made, or a temporary file cannot be written.
	 */
	constructor(upgrades: NodeUpgrades, directory?: string, options: NodeClustersOptions = {}) {
		this.#upgrades = upgrades;
		this.#options = options;
		this.#budget = options.limits && new MemoryBudget(options.limits.memoryMb);
		if (directory === undefined) {
			tryTemporary();
			return;
		}
		this.#directory = resolve(directory);
		makeDirectory(this.#directory);
		for (const file of readdirSync(this.#directory)) {
			const [, name] = /^cluster-(.+)\.sqlite$/.exec(file) ?? [];
			if (name !== undefined) this.#begun.add(name.replace(/~([a-z])/g, (_, letter: string) => letter.toUpperCase()));
		}
	}

	get(name: string): ClusterPort {
		return {
			reads: (client, signal) =>
				eachCall<BoundedReads>(CLUSTER_READS, (read, given) =>
					this.#read(name, ({ reads }) => this.#slices.run(client, invoke(reads, read, given) as Work<unknown>, signal)),
				),
			push: async (body) => {
				const refusal = this.#begin(name);
				const push = new PushText(body);
				return refusal ? [refusedLink(refusal)] : this.#pushes.request(push, () => this.open(name).push(push));
			},
			write: async (batch) => this.#begin(name) ?? inTurn(this.#pushes, batch, () => this.open(name).write(batch)),
			listen: async (listening, waitMs, lease, signal) => this.#listen(name, listening, waitMs, lease, signal),
			order: (order) => this.#read(name, ({ control }) => control.order(order)),
			annotate: (ask) => this.#read(name, ({ control }) => control.annotate(ask)),
			follow: (command, waitMs) => this.#read(name, ({ control }) => control.follow(command, waitMs)),
			audit: async (entry) => this.open(name).control.audit(entry),
			connect: async (request, role, lease) => this.#connect(name, request, role, lease),
			dismiss: async (credential) => this.#running.get(name)?.sockets.dismiss(credential),
			erase: async (keepAudit) => {
				if (!this.#isKept(name) || !this.open(name).exists) return false;
				this.open(name).erase(keepAudit);
				if (!keepAudit) this.#begun.delete(name);
				this.#options.erased?.(name);
				return true;
			},
		};
	}

	/** Each is asked, one after the other: those that wait for other answers get them between. */
	async list(): Promise<ClusterSummary[]> {
		const summaries: ClusterSummary[] = [];
		// One that a colony of this process fills was begun by no bridge, and a bridge may have connected and said nothing.
		for (const name of [...new Set([...this.#begun, ...this.#running.keys()])].sort()) {
			try {
				if (this.#isKept(name) && this.open(name).exists) summaries.push(this.open(name).summary());
			} catch (error) {
				if (!(error instanceof StorageFault)) throw error;
				summaries.push({ ...bareSummary(name), status: "unhealthy", reason: error.message, at: Date.now() });
			}
			await new Promise((resolve) => setImmediate(resolve));
		}
		return summaries;
	}

	refuse(request: Request, problem: Problem): Response {
		const webSocket = this.#upgrades.accept(request, "viewer");
		webSocket?.on("error", () => {});
		webSocket?.send(refusedViewer(problem));
		if (webSocket) closeSocket(webSocket, CLOSE.refused, problem.title);
		return new Response(null, { status: 204 });
	}

	/** The cluster of this name, kept until `close`. @throws where its file cannot be opened. */
	open(name: string): Cluster {
		let running = this.#running.get(name);
		if (!running) {
			running = runCluster(name, this.#pathOf(name), this.#options, this.#budget);
			this.#running.set(name, running);
		}
		return running.cluster;
	}

	close(): void {
		for (const { close } of this.#running.values()) close();
		this.#running.clear();
	}

	/** Looking at a name anyone can type must neither fill memory nor make files: a cluster nobody pushed to is gone after the answer. */
	async #read<Answer>(name: string, ask: (cluster: Cluster) => Answer): Promise<Awaited<Answer>> {
		if (this.#isKept(name)) return await ask(this.open(name));
		const passing = runCluster(name, IN_MEMORY, this.#options);
		try {
			return await ask(passing.cluster);
		} finally {
			passing.close();
		}
	}

	#isKept(name: string): boolean {
		const path = this.#pathOf(name);
		return this.#running.has(name) || existsSync(path);
	}

	/** A bridge pushes to it. @returns why there is no room for it */
	#begin(name: string): Refusal | undefined {
		const { maxClusters = MOST_CLUSTERS } = this.#options;
		if (this.#begun.has(name)) return undefined;
		if (this.#begun.size >= maxClusters) return tooManyClusters(maxClusters);
		this.#begun.add(name);
		return undefined;
	}

	#connect(name: string, request: Request, role: SocketRole, lease: Lease): Response {
		const refusal = role === "viewer" ? undefined : this.#begin(name);
		if (refusal) return refusedUpgrade(refusal);
		const cluster = this.open(name);
		const { sockets } = this.#running.get(name) as Running;
		if (!sockets.withinQuota(lease)) return new Response(null, { status: 429 });
		const flood = cluster.refusal(lease.client);
		if (flood) return refusedUpgrade(flood);
		const webSocket = this.#upgrades.accept(request, role === "bridge" ? "bridge" : "viewer");
		if (webSocket) {
			webSocket.on("close", sockets.add(webSocket, lease));
			joinCluster(webSocket, cluster, role, lease, this.#pushes);
		}
		// Nobody reads it: the socket has been taken over, or the broken handshake has been answered.
		return new Response(null, { status: 204 });
	}

	async #listen(name: string, listening: Listening, waitMs: number, lease: Lease, signal: AbortSignal): Promise<DownFrame[] | undefined> {
		const refusal = this.#begin(name);
		if (refusal) return [refusedLink(refusal)];
		const cluster = this.open(name);
		const { sockets } = this.#running.get(name) as Running;
		if (!sockets.withinQuota(lease)) return undefined;
		const left = new AbortController();
		const leave = sockets.add({ close: () => left.abort() }, lease);
		try {
			return await longPoll(cluster, listening, waitMs, AbortSignal.any([signal, left.signal]));
		} finally {
			leave();
		}
	}

	#pathOf(name: string): string {
		// Upper and lower case are two names, but on many file systems one file.
		const file = name.replace(/[A-Z]/g, (letter) => `~${letter.toLowerCase()}`);
		return this.#directory === undefined ? TEMPORARY : join(this.#directory, `cluster-${file}.sqlite`);
	}
}

function runCluster(
	name: string,
	path: string,
	{ build, limits, experimentalPromql }: NodeClustersOptions,
	budget?: MemoryBudget,
): Running {
	if (held.has(path)) {
		throw new Error(
			`the cluster "${name}" in "${path}" belongs to another dashboard of this process: stop that one, or choose another storage directory`,
		);
	}
	const sql = openNodeSql(path);
	const timers = new NodeTimers(() => cluster.alarm());
	const cluster = new Cluster(
		name,
		{
			sql,
			storage: hasName(path) ? `the database "${path}"` : `the temporary file of cluster "${name}"`,
			now: () => Date.now(),
			setAlarm: (at) => timers.setAlarm(at),
			erase: (keep) => sql.erase(keep),
			defer: (work, ms) => timers.defer(work, ms),
		},
		{
			...(!hasName(path) && { log: TEMPORARY_LOG }),
			...(limits && { history: { activeSeries: limits.activeSeries, knownSeries: limits.knownSeries } }),
			...defined({ build, budget, experimentalPromql }),
		},
	);
	if (hasName(path)) {
		held.add(path);
		// Its timers did not outlive the process before.
		try {
			cluster.alarm();
		} catch (error) {
			// Logged by the cluster; the caller gets it, too.
			if (!(error instanceof StorageFault)) console.error("maintenance of an idle cluster failed:", error);
		}
	}
	return {
		cluster,
		sockets: new SocketRegistry(),
		close() {
			timers.close();
			sql.close();
			held.delete(path);
		},
	};
}
