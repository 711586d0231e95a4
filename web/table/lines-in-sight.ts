/** The recent values of a table's rows. If one answer cannot hold those of all rows, those in sight are queried by name. */
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import type { AnswerName, KindOf } from "../../colony-bridge/protocol/pages/page-queries.ts";
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/query/view.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { useAnswer, usePage } from "../page/context.tsx";

/** Maximum rows queried by name, and characters of their names: a viewer's message is bounded. */
const MOST = 40;
const CHARS = 2500;
/** Debounce of the query: the order may change with every push, ms. */
const SETTLE_MS = 3000;

/** A query of the page's plan for metrics. */
export type MetricsName = { [N in AnswerName]: KindOf<N> extends "metrics" ? N : never }[AnswerName];

export function createLinesInSight() {
	const page = usePage();
	const [inSight, setInSight] = createSignal<readonly string[]>([]);
	let waiting: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(waiting));
	let asked = Number.NEGATIVE_INFINITY;

	/** @param selectorOf of the series of a row, by the row's id. @returns the answer, with a series for each row in sight at least */
	const follow = (name: MetricsName, selectorOf: (id: string) => string): (() => Metrics) => {
		const answer = useAnswer(name) as () => Metrics;
		// Read once: a query by name leaves no series out.
		if (answer().omitted > 0) {
			createEffect(() => {
				const query = page.data.queries()[name];
				let room = CHARS;
				const selectors = inSight()
					.slice(0, MOST)
					.map(selectorOf)
					.filter((selector) => {
						room -= selector.length;
						return room >= 0;
					});
				if (query?.kind !== "metrics" || selectors.length === 0 || String(query.selectors) === String(selectors)) return;
				page.data.ask(name, { ...query, selectors });
			});
		}
		return answer;
	};

	return {
		follow,
		/** Values by the row's id, which is the value of a label. */
		byLabel(name: MetricsName, metric: string, label: string) {
			const answer = follow(name, (id) => seriesKey(metric, { [label]: id }));
			const lines = createMemo(() => new Map(answer().series.map(({ labels, values }) => [labels?.[label] ?? "", values])));
			return (id: string): SeriesColumn["values"] | undefined => lines().get(id);
		},
		/** Sets the ids of the rows in sight. */
		show(ids: readonly string[]): void {
			clearTimeout(waiting);
			const ask = () => {
				asked = performance.now();
				setInSight([...ids].sort());
			};
			if (performance.now() - asked > SETTLE_MS) ask();
			else waiting = setTimeout(ask, SETTLE_MS);
		},
	};
}
