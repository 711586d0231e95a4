import { createMemo, type JSX, Show, untrack } from "solid-js";
import { StatusLabel } from "../../components/Glyph.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { Since } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { roughly } from "../../format/time.ts";
import { useAnswer } from "../../page/context.tsx";
import { type Column, DataTable, instantOf } from "../../table/DataTable.tsx";
import { createLinesInSight } from "../../table/lines-in-sight.ts";
import { stripColumn } from "../../table/RowStrip.tsx";
import { TARGET, type Target, targetsOf } from "./targets.ts";

/** The targets of scrapers, those that are down first. Takes no room where there are none. */
export function Targets(): JSX.Element {
	const up = useAnswer("targets");
	const scrapes = useAnswer("scrapes");
	const lines = createLinesInSight();
	const past = lines.follow("up", (id) => id);
	/** It is unknown for most rows until they are in sight. */
	const cut = untrack(() => past().omitted > 0);
	const rows = createMemo(() => targetsOf(up().rows, scrapes().rows, past()));
	// Once: other columns would be other cells.
	const columns = untrack((): Column<Target>[] => [
		{
			head: "Target",
			size: 14,
			names: true,
			value: ({ name }) => name,
			text: ({ name }) => name,
			cell: (target, among) => (
				<span class="cut" title={target.name}>
					<MiddleCut text={target.name} among={among()} />
				</span>
			),
		},
		{ head: "Job", size: 8, value: ({ job }) => job, text: ({ job }) => job },
		{
			head: "Status",
			size: 8,
			value: ({ status }) => status,
			cell: (target) => (
				<Show when={target.status} fallback={<span class="quiet">no data</span>}>
					{(status) => <StatusLabel mark={TARGET[status()]} />}
				</Show>
			),
		},
		{
			head: "Since",
			id: "begin",
			size: 10,
			number: true,
			...(!cut && { value: ({ since }: Target) => instantOf(since) }),
			cell: (target) => (
				<Show
					when={target.since}
					fallback={<span class="quiet">{target.watched ? `over ${roughly(past().step * past().length)}` : "–"}</span>}
				>
					{(at) => <Since at={at()} />}
				</Show>
			),
		},
		stripColumn(rows, TARGET),
		{
			head: "Scrape took",
			minor: 3,
			size: 10,
			number: true,
			value: ({ duration }) => duration,
			text: ({ duration }) => (duration === undefined ? undefined : quantity(duration, "seconds")),
		},
		{
			head: "Samples",
			minor: 4,
			size: 9,
			number: true,
			value: ({ samples }) => samples,
			text: ({ samples }) => (samples === undefined ? undefined : count(samples)),
		},
	]);
	return (
		<Show when={rows().length > 0}>
			<Panel title="Targets" anchor="targets" class="whole" note={<Shown of={up()} one="target" />}>
				<DataTable caption="Targets" columns={columns} rows={rows()} one="target" onVisible={lines.show} empty="No target." />
			</Panel>
		</Show>
	);
}
