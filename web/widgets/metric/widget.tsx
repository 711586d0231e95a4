import { createMemo, type JSX, Show } from "solid-js";
import { unitOfColumn } from "../../chart/model.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { Empty } from "../../components/Panel.tsx";
import { Ago } from "../../components/Time.tsx";
import { AGGREGATIONS, madeOf } from "../../format/aggregation.ts";
import { metricText } from "../../format/metric-text.ts";
import { inFull, isInstant, quantity } from "../../format/number.ts";
import { formatNumber } from "../../format/python.ts";
import { roughly } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";
import type { WidgetProps } from "../props.ts";
import { moreIsWorse, readingOf } from "./reading.ts";

/** One large number with its change and a sparkline. */
export default function MetricWidget(props: WidgetProps<"metric">): JSX.Element {
	const { answer } = props;
	const column = () => answer().series[0];
	const subject = () => props.spec.metric ?? props.spec.query ?? "";
	const page = usePage();
	const reading = createMemo(() => readingOf(answer()));
	const value = () => reading()?.value;
	const change = () => reading()?.change;
	const worse = () => (change()?.by ?? 0) > 0 && moreIsWorse(subject());
	/** With sign, in the widget's format. */
	const changed = (by: number) => (by === 0 ? "unchanged" : `${by > 0 ? "▲ +" : "▼ −"}${text(Math.abs(by))}`);
	const text = (number: number) => (props.spec.format && formatNumber(props.spec.format, number)) ?? quantity(number, unit());
	const fullText = (number: number) => {
		const { name = "", aggregation } = column() ?? {};
		return props.spec.format || !isInstant(name, aggregation) ? text(number) : metricText(name, number, page.time.now);
	};
	const unit = () => {
		const series = column();
		if (!series) return undefined;
		return isInstant(series.name, series.aggregation) ? "seconds" : unitOfColumn(series);
	};
	const how = () => {
		const series = column();
		return (series && madeOf(series)) || (props.spec.aggregation && AGGREGATIONS[props.spec.aggregation]) || "latest";
	};
	return (
		<Show
			when={value() !== undefined}
			fallback={
				<Empty>
					{column() ? "No value yet of " : "No data for "}
					<code>{subject()}</code>
				</Empty>
			}
		>
			<p
				class="metric-value"
				classList={{ stale: reading()?.stale === true }}
				title={inFull(value() as number, fullText(value() as number)) ?? fullText(value() as number)}
			>
				{fullText(value() as number)}
			</p>
			<p class="metric-note quiet cut" title={subject()}>
				{subject()}, {how()}
				<Show when={reading()?.stale && reading()?.at}>
					{(at) => (
						<>
							, <Ago at={at()} />
						</>
					)}
				</Show>
			</p>
			<div class="metric-spark">
				<Sparkline values={column()?.values ?? []} unit={unit()} />
				<Show when={change()} fallback={<span class="quiet">last {roughly(answer().step * answer().length)}</span>}>
					{(shown) => (
						<span class={worse() ? "tone-bad" : "quiet"}>
							{changed(shown().by)} in {roughly(shown().overMs)}
						</span>
					)}
				</Show>
			</div>
		</Show>
	);
}
