import { createMemo, For, type JSX, Show } from "solid-js";
import { explored, isPromql } from "../../../colony-bridge/protocol/pages/explore.ts";
import type { ClusterView } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { useTimeShown } from "../../chart/page-clock.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { Tally } from "../../components/Tally.tsx";
import { Catalogue } from "../../explorer/Catalogue.tsx";
import { Depth, Exports } from "../../explorer/Exports.tsx";
import { Finder } from "../../explorer/Finder.tsx";
import { type AnsweredQuery, graphs, lineValues } from "../../explorer/graphs.ts";
import { QueryForm } from "../../explorer/QueryForm.tsx";
import { Values } from "../../explorer/Values.tsx";
import { count } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";
import { advancedBy } from "../../live/clock.ts";
import { stepsOfClock, useAnswer, usePage } from "../../page/context.tsx";
import { Targets } from "../series/Targets.tsx";

/** Share of a limit on series from which the page warns. */
const WARN_AT = 0.8;

/** Use of the limits, with the consequence of those that are near. */
function used({ series: { active, total, limits }, memory, refusedSeries = 0 }: ClusterView): string[] {
	const crowded = active >= WARN_AT * limits.active ? ": at the limit new series are left out (activeSeries)" : "";
	const aging = ": at the limit the series that ended first are removed (knownSeries)";
	const full = memory?.refusing ? ": new series are left out (memoryMb)" : "";
	return [
		`${count(active)} of ${count(limits.active)} active series allowed${crowded}`,
		...(total >= WARN_AT * limits.total ? [`${count(total)} of ${count(limits.total)} known series allowed${aging}`] : []),
		...(memory ? [`${count(memory.used)} of ${count(memory.limit)} MB of memory used${full}`] : []),
		...(refusedSeries > 0 ? [`${count(refusedSeries)} series past the limits left out`] : []),
	];
}

/** The metrics explorer: search, queries, graphs and the catalogue. Its state is in the URL. */
export default function Metrics(): JSX.Element {
	const timeShown = useTimeShown();
	const page = usePage();
	const names = useAnswer("names");
	const counts = () => page.data.cluster().series;
	const queries = createMemo(() => explored(page.url.view()));
	const { read } = page.data.answers;
	const steps = createMemo(() => queries().map(({ graph }) => stepsOfClock(page, read(graph))), undefined, {
		equals: (a, b) => String(a) === String(b),
	});
	const asked = createMemo((): AnsweredQuery[] =>
		queries().map((query, i) => ({ query, answer: advancedBy(read(query.graph), steps()[i] ?? 0) })),
	);
	const drawn = createMemo(() => graphs(asked()));
	const lines = createMemo(() => lineValues(asked()));
	const range = () => page.url.view().range ?? "1h";
	const selectors = () => queries().flatMap((query) => (isPromql(query) ? [] : query.text));
	const left = () => asked().reduce((sum, { answer }) => sum + answer.omitted, 0);
	return (
		<div class="stack">
			<Tally
				of={[
					["Active series", counts().active],
					["Total series", counts().total],
					["Frames received", page.data.cluster().intake.pushes],
				]}
			/>
			<p class="quiet">{used(page.data.cluster()).join(" · ")}</p>
			<Show when={queries().length > 0}>
				<div class="explorer-graphs" data-graphs={drawn().length}>
					<For each={drawn().map(({ key }) => key)}>
						{(_, i) => (
							<Show when={drawn()[i()]}>
								{(graph) => (
									<Panel
										title={graph().title}
										class="medium"
										note={`${timeShown(graph().model)}, a value every ${elapsed(graph().model.step)}`}
									>
										<Chart kind={graph().kind} model={graph().model} label={graph().title} />
									</Panel>
								)}
							</Show>
						)}
					</For>
				</div>
				<Show when={drawn().length === 0}>
					<Panel title="Nothing to draw" class="whole">
						<Empty>No values in this time range.</Empty>
					</Panel>
				</Show>
			</Show>
			<Panel
				title="Query"
				class="whole"
				note={queries().length > 0 ? "the URL keeps this graph" : "type a metric or PromQL, or pick one below"}
			>
				<QueryForm rows={asked()} />
				<Show when={queries().length > 0}>
					<Exports selectors={selectors()} range={range()} />
					<Depth range={range()} />
				</Show>
			</Panel>
			<Show when={queries().length > 0}>
				<Panel title="Values" class="whole" note={<Shown of={{ rows: [...lines().keys()], total: lines().size + left() }} one="line" />}>
					<Values lines={lines()} />
				</Panel>
			</Show>
			<Targets />
			<Panel title="Metrics" class="whole" note={<Shown of={names()} one="metric" />}>
				<Finder />
				<Show
					when={names().rows.length > 0}
					fallback={<Empty>{page.url.view().find ? "No matching metric." : "The colony reports no metrics yet."}</Empty>}
				>
					<Catalogue rows={names().rows} />
				</Show>
			</Panel>
		</div>
	);
}
