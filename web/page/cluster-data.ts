/** The page's queries and their answers. */
import { createMemo, createSignal } from "solid-js";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { createAnswers } from "../live/answers.ts";
import { silentSince } from "../live/liveness.ts";
import { beginOf } from "./begin.ts";
import type { PageInput } from "./data.ts";

/** @param send replaces a query by name; absent on the server */
export function createClusterData(first: PageInput, send?: (name: string, query: Query) => void) {
	const answers = createAnswers(Object.keys(first.queries), first.snapshot);
	const [queries, setQueries] = createSignal(first.queries);
	/** The cluster's time at the latest message, ms. */
	const [receivedAt, setReceivedAt] = createSignal(first.snapshot.at);
	/** Id of the answers' log: numbers of a replaced log are not comparable. */
	const [log, setLog] = createSignal(first.snapshot.log);
	/** The program that added this page has restarted without adding it again. */
	const [gone, setGone] = createSignal(false);
	const begin = createMemo(() => beginOf(answers.metrics()));
	const cluster = (): ClusterView => answers.read("cluster").view;
	const latest = (): ClusterView => {
		receivedAt();
		return answers.peek("cluster").view;
	};
	return {
		answers,
		queries,
		setQueries,
		/** Replaces a query by another of its kind, such as another window of a table. Its answer arrives after {@link queries} has it. */
		ask: (name: string, query: Query): void => send?.(name, query),
		receivedAt,
		setReceivedAt,
		log,
		setLog,
		gone,
		setGone,
		/** Start of all charts of a young colony, {@link beginOf}. */
		begin,
		/** Instant as rendered: constant while the page is paused. */
		cluster,
		/** The latest, even while the page is paused. */
		latest,
		layout: () => answers.read("layout").layout,
		/** The instant since which no bridge has reported, judged at the latest message: a disconnected page cannot judge later. */
		staleSince: (): number | undefined => silentSince(latest(), receivedAt()),
	};
}
