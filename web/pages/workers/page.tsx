import { createMemo, type JSX, Show, untrack } from "solid-js";
import { ownAnswer } from "../../../colony-bridge/protocol/plan.ts";
import type { Metrics, WorkerRow } from "../../../colony-bridge/protocol/view.ts";
import { CombPanel } from "../../comb/CombPanel.tsx";
import { restartColumn, ScaleButton } from "../../control/Buttons.tsx";
import { CommandList } from "../../control/CommandList.tsx";
import { ControlDialog } from "../../control/ControlDialog.tsx";
import { createControl } from "../../control/control.ts";
import { DataTable } from "../../elements/DataTable.tsx";
import { Panel, Shown } from "../../elements/Panel.tsx";
import { Tally } from "../../elements/Tally.tsx";
import { useAnswer, usePage } from "../../page-context.tsx";
import { type History, workerColumns } from "./columns.tsx";

/** A worker's line in an answer of one series a worker. */
function byWorker(metrics: Metrics): Map<string, readonly (number | null)[]> {
	return new Map(metrics.series.map(({ labels, values }) => [labels?.worker ?? "", values]));
}

const metricsOf = (workers: readonly WorkerRow[]): string[] => [...new Set(workers.flatMap(({ values }) => Object.keys(values)))];

export default function Workers(): JSX.Element {
	const page = usePage();
	const counts = () => page.cluster().workers;
	const workers = useAnswer(ownAnswer("workers", "workers"), "workers");
	const cpu = useAnswer(ownAnswer("workers", "cpu"), "metrics");
	const memory = useAnswer(ownAnswer("workers", "memory"), "metrics");
	const cpuLines = createMemo(() => byWorker(cpu()));
	const memoryLines = createMemo(() => byWorker(memory()));
	const history: History = { cpu: (id) => cpuLines().get(id), memory: (id) => memoryLines().get(id) };
	const control = createControl();
	// Once: other columns would be other cells, and a button that is pressed must stay.
	const columns = untrack(() => workerColumns(history, restartColumn(control)));
	return (
		<div class="stack">
			<Tally
				of={[
					["Workers", counts().total],
					["Ready", counts().ready],
					["Busy", counts().busy],
					["Failed", counts().byStatus.failed ?? 0],
				]}
			/>
			<CombPanel index={ownAnswer("workers", "comb")} title="Comb" class="whole" metrics={metricsOf(workers().rows)} />
			<Panel
				title="Workers"
				class="whole"
				note={
					<>
						<Shown of={workers()} one="worker" />
						<ScaleButton control={control} />
					</>
				}
			>
				<DataTable caption="Workers" columns={columns} rows={workers().rows} empty="The colony lists no workers." />
			</Panel>
			<CommandList control={control} />
			<Show when={control.mayAct}>
				<ControlDialog control={control} />
			</Show>
		</div>
	);
}
