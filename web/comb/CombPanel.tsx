import { For, type JSX } from "solid-js";
import { Panel, type PanelProps } from "../components/Panel.tsx";
import { metricWords } from "../format/number.ts";
import { useAnswer, usePage } from "../page/context.tsx";
import { OtherParameters } from "../view/OtherParameters.tsx";
import { Comb } from "./Comb.tsx";

/** Chooses the metric that colours the cells. In the URL, works without script. */
function MetricChoice(props: { metrics: readonly string[]; chosen: string | undefined }): JSX.Element {
	const page = usePage();
	return (
		<form class="comb-choice" method="get">
			<OtherParameters than={["comb"]} />
			<label>
				<span>Colour by</span>
				<select name="comb" class="input-small" on:change={(event) => page.url.change({ comb: event.currentTarget.value || undefined })}>
					<option value="" selected={props.chosen === undefined}>
						state
					</option>
					<For each={props.metrics}>
						{(metric) => (
							<option value={metric} selected={metric === props.chosen}>
								{metricWords(metric)}
							</option>
						)}
					</For>
				</select>
			</label>
			<button type="submit" class="button button-plain comb-show">
				Show
			</button>
		</form>
	);
}

export interface CombPanelProps {
	title: string;
	class: string;
	gone?: PanelProps["gone"];
	/** Metrics that can colour the cells. */
	metrics: readonly string[];
	marked?: string | undefined;
	onMark?: (id: string | undefined) => void;
	children?: JSX.Element;
}

/** The comb in a panel. */
export function CombPanel(props: CombPanelProps): JSX.Element {
	const page = usePage();
	const answer = useAnswer("comb");
	const metric = () => page.url.view().comb || undefined;
	// Fixed, so that the open list does not change while choosing.
	const names = new Set([metric() ?? [], ...props.metrics].flat());
	return (
		<Panel title={props.title} class={props.class} gone={props.gone} note={<MetricChoice metrics={[...names].sort()} chosen={metric()} />}>
			{/* Another metric creates a new comb. */}
			<For each={[metric()]}>{(by) => <Comb of={answer()} metric={by} marked={props.marked} onMark={props.onMark} />}</For>
			{props.children}
		</Panel>
	);
}
