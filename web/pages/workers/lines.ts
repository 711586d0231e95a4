/** The last minutes of workers' numbers. Where there are more workers than one answer has room for, those in sight are asked for by name. */
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import { useAnswer, usePage } from "../../page/context.tsx";

/** Workers asked for by name, and characters for their names: a viewer's message is short. */
const MOST = 40;
const CHARS = 2500;
/** An order that changes with every push does not change what is asked with every push, ms. */
const SETTLE_MS = 3000;

/** @returns a worker's line by its id, and what is told which workers are in sight. */
export function createLines() {
	const page = usePage();
	const [wanted, setWanted] = createSignal<readonly string[]>([]);
	let waiting: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(waiting));
	let asked = Number.NEGATIVE_INFINITY;

	const createLine = (name: "cpu" | "memory", metric: string) => {
		const answer = useAnswer(name);
		const lines = createMemo(() => new Map(answer().series.map(({ labels, values }) => [labels?.worker ?? "", values])));
		// As the page came: what is asked for by name leaves nothing out.
		const { left } = answer();
		if (left > 0) {
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
		/** These can be seen now. */
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
