import { createMemo, type JSX, Show, untrack } from "solid-js";
import { streamOf } from "../../../colony-bridge/protocol/pages/pages.ts";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { useAnswer, usePage } from "../../page/context.tsx";
import { DataTable } from "../../table/DataTable.tsx";
import { UrlLink } from "../../view/UrlLink.tsx";
import { Drawn } from "../detail/Drawn.tsx";
import { Numbers } from "../detail/Numbers.tsx";
import { RecentEvents } from "../detail/RecentEvents.tsx";
import { CheckpointBars } from "./CheckpointBars.tsx";
import { checkpointColumns, operatorColumns, subtaskColumns } from "./columns.tsx";
import { drawingsOf, type StreamChart } from "./drawings.ts";
import { Graph } from "./Graph.tsx";
import { Status } from "./Status.tsx";

/** One stream. Its history remains after the stream is removed. */
export default function StreamPage(): JSX.Element {
	const page = usePage();
	const stream = useAnswer("stream");
	const operators = useAnswer("operators");
	const subtasks = useAnswer("subtasks");
	const checkpoints = useAnswer("checkpoints");
	const errors = useAnswer("errorGroups");
	const logs = useAnswer("logs");
	const marks = useAnswer("marks");
	const charts = {
		throughput: useAnswer("throughput"),
		lag: useAnswer("lag"),
		latency: useAnswer("latency"),
		pressure: useAnswer("pressure"),
		windows: useAnswer("windows"),
		fired: useAnswer("fired"),
		late: useAnswer("late"),
	};
	const drawings = createMemo(() =>
		drawingsOf(Object.fromEntries(Object.entries(charts).map(([name, answer]) => [name, answer()])) as Record<StreamChart, Metrics>),
	);
	const chosen = () => page.url.view().operator;
	const names = createMemo(() => new Map(operators().rows.map((operator) => [operator.id, operator.name])));
	const nameOf = (operator: string) => names().get(operator) ?? operator;
	const columns = untrack(() => subtaskColumns(nameOf));

	return (
		<div class="stack">
			<p class="way">
				<a class="worker-link" href={page.links.href("/streaming")}>
					All streams
				</a>
			</p>
			<Show
				when={stream().rows[0]}
				fallback={
					<Panel title="Status" class="whole">
						<Empty>The colony no longer lists this stream.</Empty>
					</Panel>
				}
			>
				{(known) => <Status stream={known()} />}
			</Show>
			<Panel title="Operators" class="whole" note={<Shown of={operators()} one="operator" />}>
				<Show when={operators().rows.length > 0} fallback={<Empty>The colony reports no operators of this stream.</Empty>}>
					<Graph operators={operators().rows} chosen={chosen()} />
					<DataTable caption="Operators" columns={operatorColumns} rows={operators().rows} empty="" />
				</Show>
			</Panel>
			<Drawn drawings={drawings()} of="stream" />
			<div id="subtasks">
				<Panel
					title={chosen() === undefined ? "Subtasks" : `Subtasks of ${nameOf(chosen() ?? "")}`}
					class="whole"
					note={
						<>
							<Shown of={subtasks()} one="subtask" />
							<Show when={subtasks().rows.length < subtasks().total}>, the worst ones</Show>
							<Show when={chosen() !== undefined}>
								{" "}
								<UrlLink class="worker-link" changes={{ operator: undefined }} to="subtasks">
									all operators
								</UrlLink>
							</Show>
						</>
					}
				>
					<DataTable caption="Subtasks" columns={columns} rows={subtasks().rows} empty="The colony lists no subtasks." />
				</Panel>
			</div>
			<Panel title="Checkpoints" class="whole" note={<Shown of={checkpoints()} one="checkpoint" />}>
				<Show when={checkpoints().rows.length > 0} fallback={<Empty>No checkpoint yet.</Empty>}>
					<CheckpointBars checkpoints={checkpoints().rows} />
				</Show>
				<Show when={checkpoints().rows.length > 0}>
					<div class="checkpoint-table">
						<DataTable caption="Checkpoints" columns={checkpointColumns} rows={checkpoints().rows} empty="" />
					</div>
				</Show>
			</Panel>
			<RecentEvents errors={errors()} marks={marks()} logs={logs()} />
			<Numbers
				of="stream"
				id={streamOf(page.input.page) ?? ""}
				values={stream().rows[0]?.values ?? {}}
				stale={stream().rows[0]?.stale ?? {}}
			/>
		</div>
	);
}
