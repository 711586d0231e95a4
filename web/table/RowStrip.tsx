import { createMemo, type JSX, untrack } from "solid-js";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { StatusStrip, type StripProps } from "../components/StatusStrip.tsx";
import type { StatusMark } from "../components/status.ts";
import { rangeFor } from "../components/status-history.ts";
import { usePage } from "../page/context.tsx";
import { rangeInWords } from "../view/time.ts";
import type { Column } from "./column.ts";

interface Row<S extends string> extends Pick<WorkerRow, "id" | "since" | "staleSince"> {
	/** Absent: its id. */
	name?: string | undefined;
	changes?: StripProps<S>["changes"];
}

/** A column of status strips. All share one time range, so that rows can be compared. */
export function stripColumn<S extends string, R extends Row<S>>(rows: () => readonly R[], marks: Record<S, StatusMark>): Column<R> {
	const page = usePage();
	const range = createMemo(() => {
		const now = untrack(page.time.now);
		return rangeFor(
			rows().reduce((first, { changes }) => Math.min(first, changes?.at(-1)?.at ?? first), now),
			now,
		);
	});
	return {
		head: "Past",
		minor: 2,
		id: "since",
		size: 8,
		value: ({ since }) => (since === undefined ? undefined : new Date(since)),
		cell: (row): JSX.Element => (
			<StatusStrip
				changes={row.changes ?? []}
				range={range()}
				staleSince={row.staleSince}
				marks={marks}
				label={(troubles) => `${row.name ?? row.id} in the last ${rangeInWords(range())}: ${troubles || "no trouble"}`}
			/>
		),
	};
}
