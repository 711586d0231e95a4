/** The calls of a cluster, from which its doors, its stubs and its hosts are derived. */

import type { Actor } from "../colony-bridge/protocol/http/access.ts";
import type { AuditEntry, AuditPage, AuditQuery } from "../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../colony-bridge/protocol/pages/page-view.ts";
import type { PageData } from "../colony-bridge/protocol/pages/plan.ts";
import type { Annotation, AnnotationRequest } from "../colony-bridge/protocol/query/annotation.ts";
import type { Query } from "../colony-bridge/protocol/query/query.ts";
import type { CommandRow } from "../colony-bridge/protocol/query/rows.ts";
import type { ClusterSummary } from "../colony-bridge/protocol/query/summary.ts";
import type { Snapshot, ToViewer } from "../colony-bridge/protocol/query/view.ts";
import type { Command, DownFrame } from "../colony-bridge/protocol/wire/down.ts";
import type { Problem, Refusal } from "../colony-bridge/protocol/wire/problem.ts";
import type { SeriesDefinition } from "../colony-bridge/protocol/wire/series.ts";
import type { LeftOut } from "../colony-bridge/protocol/wire/state.ts";
import type { Promised } from "./calls/calls.ts";
import type { ExportAsk, ExportPart } from "./history/export.ts";
import type { SamplesAsk, SamplesJson } from "./history/query/samples-json.ts";
import type { Lease, SocketRole } from "./live/socket.ts";
import type { PromqlAnswer, PromqlAsk } from "./promql/api/ask.ts";
import type { StreamAsk } from "./tasks/task-log.ts";
import type { Answered, Work } from "./work/work.ts";

/** Questions to a cluster. Each is work that is done in slices and bounded for the client that asks. None writes anything. */
export interface ClusterReads {
	/**
	 * Answers to all queries, of one position of the log where they take one turn. A cluster nobody ever pushed to has position 0.
	 * @param partial a query past its work budget is answered by a refusal, and the others are answered.
	 * @param at as of this instant, ms; refused where no state that old is kept. Absent: as of now.
	 */
	view(queries: readonly Query[], partial?: boolean, at?: number): Work<Snapshot>;
	/**
	 * All that a page needs: its layout, its queries (see `planPage`) and the answers. Without `queries` there is no such page; `position` says
	 * whether there is such a cluster.
	 * @param name a built-in page's, a custom page's, `workers/{id}` or `streaming/{id}`
	 * @param view how it is looked at; `at` as in {@link view}
	 */
	page(name: string, view?: PageView): Work<PageData>;
	/** Samples as the JSON of `/api/metrics`, each selector by itself. `position` and `at` as in `view`. */
	samples(ask: SamplesAsk, at?: number): Work<Positioned<SamplesJson>>;
	/** One part of an export: its `place`, where there is one, goes into the ask for the next. `position` as in `view`. */
	exported(ask: ExportAsk): Work<Positioned<ExportPart>>;
	/** Tasks as bars (`protocol/query/task-stream.ts`). `position` and `at` as in `view`. */
	taskStream(ask: StreamAsk, at?: number): Work<Positioned<{ bytes: Uint8Array }>>;
	/** Sources of Prometheus' HTTP API and exposition. */
	promql(ask: PromqlAsk): Work<Positioned<PromqlAnswer>>;
	/** The record of who did what, newest first. */
	audited(query: AuditQuery): Work<AuditPage>;
}

/** The list from which doors, stubs and hosts are made: a read stands here, in {@link ClusterReads} and in `cluster/reader.ts`. */
export const CLUSTER_READS: Record<keyof ClusterReads, true> = {
	view: true,
	page: true,
	samples: true,
	exported: true,
	taskStream: true,
	promql: true,
	audited: true,
};

/** Calls that change a cluster, or wait for a change. */
export interface ClusterCalls {
	/** The HTTP fallback of the bridge: newline-delimited frames, `hello` first. A fatal error is the last frame of the answer. */
	push(body: string): Promise<DownFrame[]>;
	/**
	 * Samples of a sender that is no bridge and numbers nothing: what has come before changes nothing, so that a request may be sent again whole.
	 * @returns what was taken and what was left out, once it is durable.
	 */
	write(batch: SampleBatch): BatchTaken | Refusal | Promise<BatchTaken | Refusal>;
	/** Sends the colony a command. It is not to be repeated by itself, but with a key. */
	order(order: Order): Ordered | Promise<Ordered>;
	/** Writes, changes or deletes an annotation. A repeat of the same text at the same instant is the same one. */
	annotate(ask: Annotate): Annotated | Promise<Annotated>;
	/** @returns the command once it has ended, or as it stands after `waitMs`; undefined: there is none, or it is long over. */
	follow(command: string, waitMs: number): Promise<CommandRow | undefined>;
	/**
	 * Writes into the record of who did what, for a year. Entries of the whole dashboard go to the default cluster. Past 200 refusals a day they
	 * are counted, not listed.
	 */
	audit(entry: AuditEntry): void | Promise<void>;
	/** Who asked this read is gone: its work ends. */
	giveUp(request: string): void | Promise<void>;
	/** Closes all sockets that were opened with this credential. */
	dismiss(credential: string): void | Promise<void>;
	/**
	 * Deletes the cluster with its data, also where it cannot be read; a later push makes it anew. It may be repeated where it failed.
	 * @param keepAudit the record of who did what stays. @returns false: there was none.
	 */
	erase(keepAudit: boolean): Promise<boolean>;
}

/** Who asks an object, and by which request where it may be given up. */
export interface Asker {
	/** Network, for the bounds on work. */
	client: string;
	request?: string;
}

/** The reads as a client has them: a refusal names the bound that the work exceeded. */
export type BoundedReads<Refused = Refusal> = {
	[Name in keyof ClusterReads]: (...given: Parameters<ClusterReads[Name]>) => Promise<Answered<ReturnType<ClusterReads[Name]>> | Refused>;
};

/** The cluster as the worker sees it: the same calls whether it is a Durable Object far away or an object in this process. */
export interface ClusterPort extends Promised<Omit<ClusterCalls, "giveUp">> {
	/** @param client the network that asks, for the bounds on work. @param signal ends the work: who asked is gone. */
	reads(client: string, signal?: AbortSignal): BoundedReads;
	/**
	 * A long poll of a bridge without a socket: answered at once with what the bridge lacks, else when there is something, with nothing after
	 * `waitMs` or when `signal` aborts. A fatal error is the last frame. Undefined: the client's socket quota is used up.
	 */
	listen(listening: Listening, waitMs: number, lease: Lease, signal: AbortSignal): Promise<DownFrame[] | undefined>;
	/** Upgrades the request to a WebSocket of this role. The answer is 429 where the client's socket quota is used up. */
	connect(request: Request, role: SocketRole, lease: Lease): Promise<Response>;
}

/** A part of a request of remote write or OTLP, validated. */
export interface SampleBatch {
	/** Its name among the bridges, see `isSender`. */
	sender: string;
	/** Without a type: what is known of the series, or of others of its name, holds. */
	series: (Omit<SeriesDefinition, "type"> & Partial<Pick<SeriesDefinition, "type">>)[];
	/** At each instant, ms, `series[of[i]]` has `values[i]`; `delta`: has so much more than at the instant before. */
	ticks: { at: number; of: number[]; values: number[]; delta?: boolean }[];
	/** Said of all series of these names that are known. */
	described: Omit<SeriesDefinition, "labels">[];
	/** Left out before it came here. */
	leftOut: LeftOut[];
}

export interface BatchTaken {
	type: "taken";
	samples: number;
	/** Left out by the cluster. */
	leftOut: LeftOut[];
}

/** A waiting bridge, and what it has received. */
export interface Listening {
	/** Its `hello`, as a line. */
	hello: string;
	/** The viewer count it has. Absent: none yet. */
	viewers?: number;
	/** Ids of commands it has. */
	received?: string[];
}

/** An answer as of a position of the log. */
export type Positioned<Answer> = Answer & { position: number };

/** A command to the colony, before it is accepted. */
export interface Order {
	command: Command;
	/** Whose colony, where it could be meant of several. */
	bridge?: string;
	/** The same from the same person within a day is the same command. */
	key?: string;
	actor: Actor;
}
export type Ordered = { type: "command"; command: CommandRow } | Refusal;

export interface Annotate {
	/** Which one is changed or, without {@link request}, deleted. Absent: a new one. */
	id?: string;
	request?: AnnotationRequest;
	actor: Actor;
}
/** Without an annotation it was deleted. */
export type Annotated = { type: "annotated"; annotation?: Annotation } | Refusal;

export interface Clusters {
	/** @param name a valid `ClusterName`. Costs nothing until something is asked. */
	get(name: string): ClusterPort;
	/** All there are, as each told of itself last. */
	list(): Promise<ClusterSummary[]>;
	/** Upgrades a viewer's request to a WebSocket that is sent the problem and closed. */
	refuse(request: Request, problem: Problem): Response;
}

/** Message to a socket that is refused. */
export const refusedViewer = (problem: Problem): string => JSON.stringify({ type: "error", problem } satisfies ToViewer);
