import { createMemo, For, type JSX } from "solid-js";
import { count } from "../format/number.ts";
import type { Lanes } from "./lanes.ts";

/** Maximum rows of the table; the task history below has the rest. */
const ROWS = 50;

/** The task stream for screen readers: tasks and failures of each worker. */
export function LaneTable(props: { lanes: Lanes; version: number }): JSX.Element {
	const rows = createMemo(() => {
		props.version;
		return props.lanes
			.sorted()
			.slice(0, ROWS)
			.flatMap((place) => props.lanes.lanes[place] ?? [])
			.map((lane) => ({ worker: lane.worker ?? "not reported", tasks: lane.length, failed: lane.failed[lane.length - 1] ?? 0 }));
	});
	return (
		<div class="hidden">
			<table>
				<caption>
					Tasks in the stream by worker, {count(rows().length)} of {count(props.lanes.lanes.length)} workers
				</caption>
				<thead>
					<tr>
						<th scope="col">Worker</th>
						<th scope="col">Tasks</th>
						<th scope="col">Failed</th>
					</tr>
				</thead>
				<tbody>
					<For each={rows()}>
						{(row) => (
							<tr>
								<th scope="row">{row.worker}</th>
								<td>{count(row.tasks)}</td>
								<td>{count(row.failed)}</td>
							</tr>
						)}
					</For>
				</tbody>
			</table>
		</div>
	);
}
