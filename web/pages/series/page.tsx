import { For, type JSX, Show } from "solid-js";
import { Panel } from "../../components/Panel.tsx";
import { MetricCard } from "../../explorer/Catalogue.tsx";
import { useAnswer, usePage } from "../../page/context.tsx";
import { Frame } from "../overview/Frame.tsx";
import { Targets } from "./Targets.tsx";

/** Overview of a colony that reports nothing but series: who is asked for them, and those that tell most. */
export default function SeriesOverview(): JSX.Element {
	const page = usePage();
	const names = useAnswer("names");
	const all = () => (
		<a class="worker-link" href={page.links.href("/metrics")}>
			all {names().total}
		</a>
	);
	return (
		<Frame>
			<Targets />
			<Show when={names().rows.length > 0}>
				<Panel title="Metrics" class="whole" note={all()}>
					<ul class="metric-cards metric-first">
						<For each={names().rows}>{(row) => <MetricCard row={row} href={page.links.hrefWith("/metrics", { q: [row.id] })} />}</For>
					</ul>
				</Panel>
			</Show>
		</Frame>
	);
}
