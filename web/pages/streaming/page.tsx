import { createMemo, type JSX, Show, untrack } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { chartModels, named } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { MOST_LINES } from "../../chart/pick.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { STREAM } from "../../components/stream-status.ts";
import { Tally } from "../../components/Tally.tsx";
import { counted } from "../../format/number.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { DataTable } from "../../table/DataTable.tsx";
import { createLinesInSight } from "../../table/lines-in-sight.ts";
import { stripColumn } from "../../table/RowStrip.tsx";
import { TableTools } from "../../table/TableTools.tsx";
import { type StreamLines, streamColumns } from "./columns.tsx";

/** All streams, failing ones first, and their totals. */
export default function Streaming(): JSX.Element {
	const page = usePage();
	const counts = () => page.data.cluster().streams;
	const streams = useAnswer("streams");
	const throughput = useAnswer("throughput");
	const lag = useAnswer("lag");
	const throughputOfAll = useAnswer("throughputOfAll");
	const lagOfWorst = useAnswer("lagOfWorst");
	const lines = createLinesInSight();
	const history: StreamLines = {
		throughput: lines.byLabel("throughput", "stream_records_total", "stream"),
		lag: lines.byLabel("lag", "stream_lag_seconds", "stream"),
	};
	// Created once: new columns would recreate all cells.
	const columns = untrack(() =>
		streamColumns(
			history,
			stripColumn(() => streams().rows, STREAM),
		),
	);
	return (
		<div class="stack">
			<Tally
				of={[
					["Streams", counts().total],
					["Running", counts().running],
					["Paused", counts().paused],
					["Failed", counts().failed],
					["Not heard", counts().notHeard],
				]}
			/>
			{/* Without any stream, past or present, no chart is drawn, nor of a metric that was never reported. */}
			<Show when={counts().total > 0 || throughput().series.length > 0}>
				<div class="pair">
					<StreamChart title="Throughput" each={throughput()} all={throughputOfAll()} allName="all streams together" unit="records/s" />
					<StreamChart title="Lag" each={lag()} all={lagOfWorst()} allName="the worst stream" />
				</div>
			</Show>
			<Panel title="Streams" class="whole" note={<Shown of={streams()} one="stream" />}>
				<DataTable
					caption="Streams"
					name=""
					tools={TableTools}
					one="stream"
					columns={columns}
					rows={streams().rows}
					of={streams()}
					answer="streams"
					onVisible={lines.show}
					empty="The colony runs no streams."
				/>
			</Panel>
		</div>
	);
}

/** One line per stream while they can be told apart, else one for all. */
function StreamChart(props: { title: string; each: Metrics; all: Metrics; allName: string; unit?: string }): JSX.Element {
	const timeShown = useTimeShown();
	/** Streams seen so far: later answers may hold only those in sight. */
	const total = createMemo((before: number) => Math.max(before, props.each.series.length + props.each.omitted), 0);
	const many = () => total() > MOST_LINES;
	const model = createMemo(() => {
		const [model] = chartModels(many() ? props.all : props.each);
		if (!model || model.lines.length === 0) return undefined;
		const streams = new Map(props.each.series.map(({ key, labels }) => [key, labels?.stream]));
		return { ...named(model, ({ key }) => (many() ? props.allName : streams.get(key))), unit: props.unit ?? model.unit };
	});
	const note = () => [timeShown(model()), many() && `of ${counted(total(), "stream")}`].filter(Boolean).join(", ");
	return (
		<Show when={model() ?? props.all.unknown.length === 0}>
			<Panel title={props.title} class="medium" note={note()}>
				<Show when={model()} fallback={<Empty>No {props.title.toLowerCase()} in this time range.</Empty>}>
					{(drawn) => <Chart kind="line" model={drawn()} label={`${props.title} of ${many() ? props.allName : "each stream"}`} />}
				</Show>
			</Panel>
		</Show>
	);
}
