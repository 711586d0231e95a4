import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { chartModels } from "../../chart/model.ts";
import { Empty } from "../../components/Panel.tsx";
import type { WidgetProps } from "../props.ts";

/** Metrics over time, one chart per unit. */
export default function ChartWidget(props: WidgetProps<"chart">): JSX.Element {
	const answer = useEvery(props.answer, props.spec.refreshIntervalMs);
	const models = createMemo(() => chartModels(answer()));
	const drawable = () => models().some(({ lines }) => lines.length > 0);
	return (
		<Show when={drawable()} fallback={<Empty>No data for {names(props.spec.metrics ?? [props.spec.query ?? ""])}</Empty>}>
			<div class="chart-stack">
				{/* By index: a chart persists when its data is replaced. */}
				<For each={models().map((_, i) => i)}>
					{(i) => (
						<Show when={models()[i]}>
							{(model) => (
								<Chart
									kind={props.spec.chartType}
									model={model()}
									label={props.spec.title}
									name={i > 0 ? `${props.name}-${i + 1}` : props.name}
								/>
							)}
						</Show>
					)}
				</For>
			</div>
			<Show when={answer().unknown.length > 0}>
				<p class="quiet widget-note">No data for {names(answer().unknown)}</p>
			</Show>
		</Show>
	);
}

const names = (selectors: readonly string[]) => <For each={selectors}>{(name, i) => [i() > 0 ? ", " : "", <code>{name}</code>]}</For>;

/** The latest answer, at most one per `everyMs`, as the widget's author chose. */
function useEvery(answer: () => Metrics, everyMs: number | undefined): () => Metrics {
	if (!everyMs) return answer;
	const [sampled, setSampled] = createSignal(answer());
	onMount(() => {
		const timer = setInterval(() => !document.hidden && setSampled(answer), everyMs);
		onCleanup(() => clearInterval(timer));
	});
	return sampled;
}
