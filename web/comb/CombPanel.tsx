import { For, type JSX } from "solid-js";
import { ownAnswer } from "../../colony-bridge/protocol/plan.ts";
import type { WorkerRow } from "../../colony-bridge/protocol/view.ts";
import { Panel } from "../elements/Panel.tsx";
import { useAnswer, usePage } from "../page-context.tsx";
import { Comb } from "./Comb.tsx";
import { MetricChoice } from "./MetricChoice.tsx";

const COMB = ownAnswer("workers", "comb");

/** The comb of the Workers page. @param workers those listed: their numbers are what can be chosen. */
export function CombPanel(props: { workers: readonly WorkerRow[] }): JSX.Element {
	const page = usePage();
	const answer = useAnswer(COMB, "comb");
	const metric = () => page.view().comb || undefined;
	// As the page came: a list that changes under the hand that chooses helps nobody.
	const names = new Set([metric() ?? []].flat());
	for (const { values } of props.workers) for (const name in values) names.add(name);
	return (
		<Panel title="Comb" class="whole" note={<MetricChoice metrics={[...names].sort()} chosen={metric()} />}>
			{/* Other colours, another comb. */}
			<For each={[metric()]}>{(by) => <Comb of={answer()} metric={by} />}</For>
		</Panel>
	);
}
