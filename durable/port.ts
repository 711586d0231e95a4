/** The cluster as the worker sees it: the same few calls whether it is a Durable Object far away or an object in this process. */

import type { DownFrame } from "../colony-bridge/protocol/down.ts";
import type { Layout } from "../colony-bridge/protocol/layout.ts";
import type { Query, Snapshot } from "../colony-bridge/protocol/view.ts";
import type { Pass, SocketRole } from "./socket.ts";

export interface ClusterPort {
	/** Answers to all queries at one position of the log. Reading writes nothing: a cluster nobody ever pushed to has position 0. */
	view(queries: Query[]): Promise<Snapshot>;
	/**
	 * All a page needs in one call: its layout, what it asks (see `planPage`) and the answers. Absent: there is no such page; `position`
	 * then says whether there is such a cluster.
	 */
	page(name: string): Promise<PageData>;
	/** The HTTP fallback of the bridge: newline-delimited frames, `hello` first. A fatal error is the last frame of the answer. */
	push(body: string): Promise<DownFrame[]>;
	/** Upgrades the request to a WebSocket of this role. The answer is 429 where the client has as many as it may. */
	connect(request: Request, role: SocketRole, pass: Pass): Promise<Response>;
	/** Closes all sockets that were opened by this grant. */
	dismiss(grant: string): Promise<void>;
}

export interface PageData {
	/** 0: no bridge has ever pushed to this cluster. */
	position: number;
	layout: Layout;
	queries?: Query[];
	snapshot?: Snapshot;
}

export interface Clusters {
	/** @param name a valid `ClusterName`. Costs nothing until something is asked. */
	get(name: string): ClusterPort;
}
