import type { JSX } from "solid-js";
import { ownAnswer } from "../../../colony-bridge/protocol/plan.ts";
import type { SeriesRow } from "../../../colony-bridge/protocol/view.ts";
import { type Column, DataTable } from "../../elements/DataTable.tsx";
import { Panel, Shown } from "../../elements/Panel.tsx";
import { Tally } from "../../elements/Tally.tsx";
import { Ago } from "../../elements/Time.tsx";
import { quantity, unitOf } from "../../format/number.ts";
import { useAnswer, usePage } from "../../page-context.tsx";

const COLUMNS: Column<SeriesRow>[] = [
	{
		head: "Metric",
		size: 40,
		names: true,
		cell: (series) => (
			<span class="mono" title={series.help}>
				{series.name}
			</span>
		),
	},
	{
		head: "Labels",
		size: 40,
		cell: (series) => (
			<span class="mono quiet">
				{Object.entries(series.labels ?? {})
					.map(([name, value]) => `${name}=${value}`)
					.join("  ")}
			</span>
		),
	},
	{ head: "Type", size: 10, cell: (series) => series.type },
	{ head: "Unit", size: 12, cell: (series) => series.unit ?? unitOf(series.name) ?? <span class="quiet">count</span> },
	{
		head: "Newest",
		size: 14,
		number: true,
		cell: (series) => (series.value === undefined ? "–" : quantity(series.value, series.unit ?? unitOf(series.name))),
	},
	{ head: "When", size: 12, cell: (series) => (series.at === undefined ? "–" : <Ago at={series.at} />) },
];

export default function Metrics(): JSX.Element {
	const page = usePage();
	const series = useAnswer(ownAnswer("metrics", "series"), "series");
	const counts = () => page.cluster().series;
	return (
		<div class="stack">
			<Tally
				of={[
					["Series alive", counts().alive],
					["Series seen", counts().seen],
					["Pushes taken in", page.cluster().intake.pushes],
				]}
			/>
			<Panel title="Series" class="whole" note={<Shown of={series()} one="series" many="series" />}>
				<DataTable
					caption="Series and their newest values"
					columns={COLUMNS}
					rows={series().rows}
					empty="The colony reports no numbers yet."
				/>
			</Panel>
		</div>
	);
}
