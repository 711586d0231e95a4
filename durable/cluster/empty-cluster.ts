/** A cluster nobody has pushed to: its answers need no storage. */
import { eachCall, invoke } from "../calls/calls.ts";
import { CLUSTER_READS, type ClusterCalls, type ClusterReads } from "../port.ts";
import type { Sql } from "../storage/sql.ts";
import { type Answered, type Work, wholly } from "../work/work.ts";
import { Cluster } from "./cluster.ts";

const NOTHING: Sql = {
	all: () => [],
	run: refuse,
	transaction: refuse,
	rowsWritten: 0,
	databaseBytes: 0,
};

function refuse(): never {
	throw new Error("an empty cluster stores nothing");
}

type EmptyReads = { [Name in keyof ClusterReads]: (...given: Parameters<ClusterReads[Name]>) => Answered<ReturnType<ClusterReads[Name]>> };

export interface EmptyCluster extends Pick<ClusterCalls, "order" | "follow" | "annotate"> {
	reads: EmptyReads;
}

export function emptyCluster(name: string): EmptyCluster {
	const { reads, control } = new Cluster(name, { sql: NOTHING, now: () => Date.now(), setAlarm() {}, erase() {}, defer() {} });
	return {
		reads: eachCall<EmptyReads>(CLUSTER_READS, (read, given) => wholly(invoke(reads, read, given) as Work<unknown>)),
		order: (order) => control.order(order),
		annotate: (ask) => control.annotate(ask),
		follow: (command, waitMs) => control.follow(command, waitMs),
	};
}
