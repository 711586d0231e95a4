import { createMemo, For, type JSX, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartKind, chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/time-shown.ts";
import { Empty, Panel } from "../../elements/Panel.tsx";
import { useOwn } from "./answers.ts";

/** What it used and did in the last minutes. */
export function Charts(): JSX.Element {
	const cpu = useOwn("cpu", "metrics");
	const memory = useOwn("memory", "metrics");
	const active = useOwn("active", "metrics");
	return (
		<div class="worker-charts">
			<One title="CPU" kind="line" metric="cpu_percent" answer={cpu()} />
			<One title="Memory" kind="area" metric="memory_mb" answer={memory()} />
			<One title="Tasks at once" kind="area" metric="tasks_active" answer={active()} />
		</div>
	);
}

function One(props: { title: string; kind: ChartKind; metric: string; answer: Metrics }): JSX.Element {
	const timeShown = useTimeShown();
	const model = createMemo(() => {
		const [model] = chartModels(props.answer);
		const line = model?.lines[0];
		return (
			model &&
			line && { ...model, unit: model.unit ?? "tasks", lines: model.lines.length > 1 ? model.lines : [{ ...line, name: props.title }] }
		);
	});
	return (
		<Panel title={props.title} class="medium" note={timeShown(model() || undefined)}>
			<Show
				when={model()}
				fallback={
					<Empty>
						<span>
							The worker reports no <code>{props.metric}</code>.
						</span>
					</Empty>
				}
			>
				{(drawn) => <Chart kind={props.kind} model={drawn()} label={props.title} />}
			</Show>
		</Panel>
	);
}

/** All numbers of its own, by name. */
export function Numbers(props: { values: Record<string, number>; words: (name: string) => string }): JSX.Element {
	return (
		<Show when={Object.keys(props.values).length > 0} fallback={<Empty>The worker reports no numbers.</Empty>}>
			<dl class="worker-numbers">
				<For each={Object.keys(props.values).sort()}>
					{(name) => (
						<div>
							<dt class="mono cut" title={name}>
								{name}
							</dt>
							<dd>{props.words(name)}</dd>
						</div>
					)}
				</For>
			</dl>
		</Show>
	);
}
