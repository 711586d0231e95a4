/** The cluster as the worker sees it: the same few calls whether it is a Durable Object far away or an object in this process. */

import type { Actor } from "../colony-bridge/protocol/http/access.ts";
import type { AuditEntry, AuditPage, AuditQuery } from "../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../colony-bridge/protocol/pages/page-view.ts";
import type { PageData } from "../colony-bridge/protocol/pages/plan.ts";
import type { Query } from "../colony-bridge/protocol/query/query.ts";
import type { CommandRow } from "../colony-bridge/protocol/query/rows.ts";
import type { Snapshot } from "../colony-bridge/protocol/query/view.ts";
import type { Command, DownFrame } from "../colony-bridge/protocol/wire/down.ts";
import type { Refusal } from "../colony-bridge/protocol/wire/problem.ts";
import type { ExportAsk, ExportPart } from "./history/export/part.ts";
import type { Pass, SocketRole } from "./live/socket.ts";
import type { StreamAsk } from "./tasks/stream.ts";

export interface ClusterPort {
	/**
	 * Answers to all queries: of one position of the log, where they take one turn; of long ones some may hold more than is told of. Reading
	 * writes nothing: a cluster nobody ever pushed to has position 0.
	 */
	view(queries: Query[], asking: Asking): Promise<Snapshot | Refusal>;
	/**
	 * All a page needs in one call: its layout, what it asks (see `planPage`) and the answers. Absent: there is no such page; `position`
	 * then says whether there is such a cluster.
	 * @param name a built-in page's, a custom page's, `workers/{id}` or `streaming/{id}`: what the colony does not list has no page
	 * @param view how it is looked at
	 */
	page(name: string, view: PageView, asking: Asking): Promise<PageData | Refusal>;
	/** One piece of an export: its `place`, where there is one, goes into the ask for the next. `position` as in `view`. */
	exported(ask: ExportAsk, asking: Asking): Promise<Exported | Refusal>;
	/** Tasks as bars (`protocol/task-stream.ts`). `position` as in `view`. */
	taskStream(ask: StreamAsk, asking: Asking): Promise<Streamed | Refusal>;
	/** The HTTP fallback of the bridge: newline-delimited frames, `hello` first. A fatal error is the last frame of the answer. */
	push(body: string): Promise<DownFrame[]>;
	/**
	 * A bridge without a socket hears here what it is to be told: at once what it has not got, else when there is something, nothing after
	 * `waitMs` or when `signal` says that nobody waits any more. A fatal error is the last frame. Undefined: the client has as many sockets and
	 * waiting requests open as it may.
	 */
	listen(listening: Listening, waitMs: number, pass: Pass, signal: AbortSignal): Promise<DownFrame[] | undefined>;
	/** Tells the colony to do something. Not to be repeated by itself, but with a key. */
	order(order: Order): Promise<Ordered>;
	/** @returns the command once it has ended, or as it stands after `waitMs`; undefined: there is none, or it is long over. */
	follow(command: string, waitMs: number): Promise<CommandRow | undefined>;
	/**
	 * Writes into the record of who did what, for a year: sign-ins and sign-outs, tried or done, tokens made and revoked. What concerns the whole
	 * dashboard goes to the default cluster. Cheap for refusals however many there are: past 200 a day they are counted, not listed.
	 */
	audit(entry: AuditEntry): Promise<void>;
	audited(query: AuditQuery, asking: Asking): Promise<AuditPage | Refusal>;
	/** Upgrades the request to a WebSocket of this role. The answer is 429 where the client has as many as it may. */
	connect(request: Request, role: SocketRole, pass: Pass): Promise<Response>;
	/** Closes all sockets that were opened by this grant. */
	dismiss(grant: string): Promise<void>;
	/** Deletes the cluster with its data; a push that comes later makes it anew. @param keepAudit the record of who did what stays. */
	erase(keepAudit: boolean): Promise<void>;
}

/** Who asks, for the bounds on work. */
export interface Asking {
	/** Its network, as in {@link Pass}. */
	client?: string;
	/** A query past its work budget is answered by a refusal, and the others are answered. */
	partial?: boolean;
}

/** A bridge that waits, and what it has been told. */
export interface Listening {
	/** Its `hello`, as a line. */
	hello: string;
	/** Viewers it knows of. Absent: it was not told. */
	viewers?: number;
	/** Ids of commands it has. */
	known?: string[];
}

export interface Streamed {
	position: number;
	bytes: Uint8Array;
}

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

export interface Exported extends ExportPart {
	position: number;
}

export interface Clusters {
	/** @param name a valid `ClusterName`. Costs nothing until something is asked. */
	get(name: string): ClusterPort;
}
