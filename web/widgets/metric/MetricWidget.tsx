import { type JSX, Show } from "solid-js";
import { newest, unitOfColumn } from "../../chart/model.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { Empty } from "../../elements/Panel.tsx";
import { quantity } from "../../format/number.ts";
import { formatNumber } from "../../format/python.ts";
import { roughly } from "../../format/time.ts";
import { useAnswer } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";

/** One number as large as it is important, with where it came from. */
export function MetricWidget(props: WidgetProps<"metric">): JSX.Element {
	const answer = useAnswer(props.index, "metrics");
	const column = () => answer().series[0];
	const rate = props.spec.aggregation === "rate";
	const value = () => newest(column()?.values ?? []);
	const text = (number: number) =>
		(props.spec.format && formatNumber(props.spec.format, number)) ??
		quantity(number, column() && unitOfColumn(column() as NonNullable<ReturnType<typeof column>>, rate));
	return (
		<Show
			when={value() !== undefined}
			fallback={
				<Empty>
					{column() ? "No value yet of " : "Nobody reports "}
					<code>{props.spec.metric}</code>
				</Empty>
			}
		>
			<p class="metric-value">{text(value() as number)}</p>
			<p class="metric-note quiet cut" title={props.spec.metric}>
				{props.spec.aggregation ?? "newest"} of {props.spec.metric}
			</p>
			<div class="metric-spark">
				<Sparkline values={column()?.values ?? []} />
				<span class="quiet">last {roughly(answer().step * answer().length)}</span>
			</div>
		</Show>
	);
}
