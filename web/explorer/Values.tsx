import { createMemo, type JSX, mapArray } from "solid-js";
import { Ago } from "../components/Time.tsx";
import { quantity } from "../format/number.ts";
import { usePage } from "../page/context.tsx";
import { type Column, DataTable, instantOf } from "../table/DataTable.tsx";
import type { LineValues } from "./graphs.ts";

interface Row {
	id: string;
	now(): LineValues | undefined;
}

const number = (head: string, minor: number, read: (line: LineValues) => number | undefined): Column<Row> => ({
	head,
	...(minor > 0 && { minor }),
	size: 12,
	number: true,
	value: (row) => {
		const line = row.now();
		return line && read(line);
	},
	text: (row) => {
		const line = row.now();
		const value = line && read(line);
		return value === undefined ? "–" : quantity(value, line?.unit);
	},
});

const COLUMNS: Column<Row>[] = [
	{
		head: "Series",
		size: 30,
		names: true,
		value: ({ id }) => id,
		text: ({ id }) => id,
		cell: (row) => <Name of={row} />,
	},
	number("Newest", 0, (line) => line.newest),
	number("Lowest", 3, (line) => line.lowest),
	number("Mean", 2, (line) => line.average),
	number("Highest", 1, (line) => line.highest),
	{
		head: "When",
		minor: 4,
		size: 12,
		number: true,
		value: (row) => instantOf(row.now()?.at),
		cell: (row) => <Newest at={row.now()?.at ?? 0} />,
	},
];

function Name(props: { of: Row }): JSX.Element {
	const name = createMemo(() => props.of.now()?.name);
	return (
		<span class="mono cut" title={name()}>
			{name()}
		</span>
	);
}

/** The age of the newest value. A step that is not over ends in the future, so it counts as now. */
function Newest(props: { at: number }): JSX.Element {
	const page = usePage();
	return <Ago at={Math.min(props.at, page.time.now())} />;
}

/** The graphed lines as numbers. */
export function Values(props: { lines: ReadonlyMap<string, LineValues> }): JSX.Element {
	const rows = createMemo(
		mapArray(
			() => [...props.lines.keys()],
			(id): Row => ({ id, now: () => props.lines.get(id) }),
		),
	);
	return <DataTable caption="Graphed values" columns={COLUMNS} rows={rows()} empty="No values in this time range." />;
}
