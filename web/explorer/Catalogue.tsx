import { createMemo, For, type JSX, Show } from "solid-js";
import { isUp } from "../../colony-bridge/protocol/query/instant-metric.ts";
import type { NameRow, SparklineValues } from "../../colony-bridge/protocol/query/rows.ts";
import { newest, staleFor } from "../chart/model.ts";
import { Sparkline } from "../chart/Sparkline.tsx";
import { madeOf } from "../format/aggregation.ts";
import { metricText } from "../format/metric-text.ts";
import { counted, quantity, unitOf } from "../format/number.ts";
import { SPACE } from "../format/text.ts";
import { roughly } from "../format/time.ts";
import { movedOn } from "../live/clock.ts";
import { stepsOfClock, usePage } from "../page/context.tsx";
import { Part } from "../page/parts.ts";
import { UrlLink } from "../view/UrlLink.tsx";
import { withQuery } from "./query-rows.ts";

const COLONY = "Without labels";

/** The labels that distinguish a metric's series. */
const groupOf = ({ labels }: NameRow): string => {
	const labelled = labels.filter((label) => label !== "le");
	return labelled.length === 0 ? COLONY : `By ${labelled.join(" and ")}`;
};

/** All metrics as cards with links to their graphs, grouped by the labels of their series. */
export function Catalogue(props: { rows: readonly NameRow[] }): JSX.Element {
	const groups = createMemo(() => Map.groupBy(props.rows, groupOf));
	const inOrder = () => [...groups().keys()].sort((a, b) => Number(b === COLONY) - Number(a === COLONY));
	return (
		<For each={inOrder()}>
			{(group) => (
				<section class="metric-group">
					<h3>{group}</h3>
					<ul class="metric-cards">
						<For each={groups().get(group) ?? []}>{(row) => <MetricCard row={row} />}</For>
					</ul>
				</section>
			)}
		</For>
	);
}

/** The values from the first one on: a gap before it is not drawn. */
const fromFirst = (values: readonly (number | null)[]) =>
	values.slice(
		Math.max(
			0,
			values.findIndex((value) => value !== null),
		),
	);

/** A metric, as it goes. @param href where it leads; absent: it is picked on this page */
export function MetricCard(props: { row: NameRow; href?: string }): JSX.Element {
	const page = usePage();
	const unit = () =>
		isUp(props.row.id) && props.row.active > 1 ? `of${SPACE}${props.row.active}` : (props.row.unit ?? unitOf(props.row.id));
	const shown = () => {
		const { sparkline, value, id } = props.row;
		const last = sparkline && newest(sparkline.values);
		// Until its first step is over a trend has no value, and the rate of a counter is unknown.
		if (!sparkline || last === undefined)
			return value === undefined || sparkline?.aggregation === "rate" ? undefined : metricText(id, value, page.time.now, unit());
		return sparkline.aggregation === "rate" ? quantity(last, `${unit() ?? ""}/s`) : metricText(id, last, page.time.now, unit());
	};
	/** The values moved to the present, once the step after the last one is over. */
	const moved = ({ start, step, values }: SparklineValues) =>
		movedOn(values, stepsOfClock(page, { start: start + step, step, length: values.length }));
	/** `10 series`, `sum of 10, per second`. */
	const words = () => {
		const { sparkline, active } = props.row;
		if (active === 0) return "no active series";
		const many = active > 1 && sparkline?.fold;
		const made = sparkline && madeOf({ aggregation: sparkline.aggregation, ...(many && { across: { fold: many, series: active } }) });
		return [!many && counted(active, "series", "series"), made].filter(Boolean).join(", ");
	};
	const stale = () => props.row.sparkline && staleFor(moved(props.row.sparkline), props.row.sparkline.step);
	const content = () => (
		<>
			<strong class="mono cut">{props.row.id}</strong>
			<span class="metric-card-now">
				<Show when={props.row.sparkline} fallback={<span class="spark" />}>
					{(trend) => <Sparkline values={fromFirst(moved(trend()))} unit={unit()} rate={trend().aggregation === "rate"} />}
				</Show>
				<span class="metric-card-value">{shown() ?? <span class="quiet">–</span>}</span>
			</span>
			<span class="quiet cut">
				{words()}
				<Show when={stale()}>{(ms) => `, ${roughly(ms())} ago`}</Show>
				<Show when={props.row.active > 0 && props.row.value === undefined && !props.row.sparkline}>, open to graph</Show>
			</span>
			<Show when={props.row.help}>
				<span class="quiet metric-help">{props.row.help}</span>
			</Show>
		</>
	);
	const title = () => props.row.help ?? props.row.id;
	return (
		<li>
			<Part>
				<Show
					when={props.href}
					fallback={
						<UrlLink class="metric-card" changes={withQuery(page.url.view(), props.row.id)} title={title()}>
							{content()}
						</UrlLink>
					}
				>
					{(href) => (
						<a class="metric-card" href={href()} title={title()}>
							{content()}
						</a>
					)}
				</Show>
			</Part>
		</li>
	);
}
