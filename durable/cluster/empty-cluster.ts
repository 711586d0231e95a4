/** A cluster nobody has pushed to, without storage: what it answers is known without asking anybody. */
import type { AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { ExportAsk } from "../history/export/part.ts";
import type { Asking, ClusterPort, Order } from "../port.ts";
import type { Sql } from "../storage/sql.ts";
import type { StreamAsk } from "../tasks/stream.ts";
import { wholly } from "../work/work.ts";
import { Cluster } from "./cluster.ts";

const NOTHING: Sql = {
	all: () => [],
	run: refuse,
	transaction: refuse,
	rowsWritten: 0,
	databaseBytes: 0,
};

function refuse(): never {
	throw new Error("a cluster nobody has pushed to keeps nothing");
}

export function emptyCluster(name: string) {
	const cluster = new Cluster(name, { sql: NOTHING, now: () => Date.now(), setAlarm() {}, erase() {}, defer() {} });
	const { control } = cluster;
	return {
		view: (queries: Query[], asking: Asking) => wholly(cluster.view(queries, asking)),
		page: (name: string, view: PageView, _: Asking) => wholly(cluster.page(name, view)),
		exported: (ask: ExportAsk, _: Asking) => wholly(cluster.exported(ask)),
		taskStream: (ask: StreamAsk, _: Asking) => wholly(cluster.taskStream(ask)),
		order: (order: Order) => control.order(order),
		follow: (command: string, waitMs: number) => control.follow(command, waitMs),
		audited: (query: AuditQuery, _: Asking) => wholly(control.audit(query)),
	} satisfies { [Call in keyof ClusterPort]?: (...given: Parameters<ClusterPort[Call]>) => unknown };
}
export type EmptyCluster = ReturnType<typeof emptyCluster>;
