/** The queries that the page sends to its cluster, and their answers. */
import { createSignal } from "solid-js";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { createAnswers } from "../live/answers.ts";
import { silentSince } from "../live/liveness.ts";
import type { PageInput } from "./data.ts";

/** @param send replaces a query by name; absent on the server */
export function createClusterData(first: PageInput, send?: (name: string, query: Query) => void) {
	const answers = createAnswers(Object.keys(first.queries), first.snapshot);
	const [queries, setQueries] = createSignal(first.queries);
	/** The cluster's time of the newest message, ms. */
	const [heardAt, setHeardAt] = createSignal(first.snapshot.at);
	/** Id of the log that the answers come from: counters kept by its numbers start again with another log. */
	const [log, setLog] = createSignal(first.snapshot.log);
	/** A program added this page and has restarted without adding it again. */
	const [gone, setGone] = createSignal(false);
	const cluster = (): ClusterView => answers.read("cluster").view;
	const latest = (): ClusterView => {
		heardAt();
		return answers.peek("cluster").view;
	};
	return {
		answers,
		queries,
		setQueries,
		/** Replaces the query of a name by another of its kind, such as another window of a table. Its answer is there once {@link queries} has it. */
		ask: (name: string, query: Query): void => send?.(name, query),
		heardAt,
		setHeardAt,
		log,
		setLog,
		gone,
		setGone,
		/** As drawn: a paused page keeps it. */
		cluster,
		/** The newest, even while the page is paused. */
		latest,
		layout: () => answers.read("layout").layout,
		/** The instant since which no bridge has reported, judged at {@link heardAt}: a page without a connection cannot judge later. */
		staleSince: (): number | undefined => silentSince(latest(), heardAt()),
	};
}
