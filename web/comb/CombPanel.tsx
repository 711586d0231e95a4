import { For, type JSX } from "solid-js";
import { Panel } from "../elements/Panel.tsx";
import { useAnswer, usePage } from "../page-context.tsx";
import { Comb } from "./Comb.tsx";
import { MetricChoice } from "./MetricChoice.tsx";

export interface CombPanelProps {
	/** Where the comb's answer stands. */
	index: number;
	title: string;
	class: string;
	/** What the cells can be coloured by, besides state. */
	metrics: readonly string[];
	marked?: string | undefined;
	onMark?: (id: string | undefined) => void;
	children?: JSX.Element;
}

/** Every worker as a cell, coloured by what the address says. */
export function CombPanel(props: CombPanelProps): JSX.Element {
	const page = usePage();
	const answer = useAnswer(props.index, "comb");
	const metric = () => page.view().comb || undefined;
	// As the page came: a list that changes under the hand that chooses helps nobody.
	const names = new Set([metric() ?? [], ...props.metrics].flat());
	return (
		<Panel title={props.title} class={props.class} note={<MetricChoice metrics={[...names].sort()} chosen={metric()} />}>
			{/* Other colours, another comb. */}
			<For each={[metric()]}>{(by) => <Comb of={answer()} metric={by} marked={props.marked} onMark={props.onMark} />}</For>
			{props.children}
		</Panel>
	);
}
