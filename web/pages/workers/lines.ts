/** Recent values of workers' metrics. If one answer cannot hold all workers, those in view are queried by name. */
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import { useAnswer, usePage } from "../../page/context.tsx";

/** Maximum workers queried by name, and characters of their names: a viewer's message is bounded. */
const MOST = 40;
const CHARS = 2500;
/** Debounce of the query: the order may change with every push, ms. */
const SETTLE_MS = 3000;

/** @returns lines by worker id, and a function that receives the visible workers */
export function createLines() {
	const page = usePage();
	const [wanted, setWanted] = createSignal<readonly string[]>([]);
	let waiting: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(waiting));
	let asked = Number.NEGATIVE_INFINITY;

	const createLine = (name: "cpu" | "memory", metric: string) => {
		const answer = useAnswer(name);
		const lines = createMemo(() => new Map(answer().series.map(({ labels, values }) => [labels?.worker ?? "", values])));
		// Read once: a query by name leaves no series out.
		const { omitted } = answer();
		if (omitted > 0) {
			createEffect(() => {
				const query = page.data.queries()[name];
				let room = CHARS;
				const selectors = wanted()
					.slice(0, MOST)
					.map((worker) => seriesKey(metric, { worker }))
					.filter((selector) => {
						room -= selector.length;
						return room >= 0;
					});
				if (query?.kind !== "metrics" || selectors.length === 0 || String(query.selectors) === String(selectors)) return;
				page.data.ask(name, { ...query, selectors });
			});
		}
		return (id: string) => lines().get(id);
	};

	return {
		cpu: createLine("cpu", "cpu_percent"),
		memory: createLine("memory", "memory_mb"),
		/** Sets the visible workers. */
		show(ids: readonly string[]): void {
			clearTimeout(waiting);
			const ask = () => {
				asked = performance.now();
				setWanted([...ids].sort());
			};
			if (performance.now() - asked > SETTLE_MS) ask();
			else waiting = setTimeout(ask, SETTLE_MS);
		},
	};
}
