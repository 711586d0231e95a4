import { createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import { groupOf } from "../../../colony-bridge/protocol/query/comb-groups.ts";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { CombPanel } from "../../comb/CombPanel.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Tally } from "../../components/Tally.tsx";
import { restartColumn, ScaleButton } from "../../control/Buttons.tsx";
import { CommandList } from "../../control/CommandList.tsx";
import { ControlDialog } from "../../control/ControlDialog.tsx";
import { createControl } from "../../control/control.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { type Column, DataTable } from "../../table/DataTable.tsx";
import { createLinesInSight } from "../../table/lines-in-sight.ts";
import { stripColumn } from "../../table/RowStrip.tsx";
import { TableTools } from "../../table/TableTools.tsx";
import { WORKER_CLASS } from "../detail/worker-class.ts";
import { furtherMetrics, metricColumn, workerColumns } from "./columns.tsx";

const metricsOf = (workers: readonly WorkerRow[]): string[] => [...new Set(workers.flatMap(({ values }) => Object.keys(values)))];

/** More workers have their table beside the comb on a wide screen. */
const MANY = 24;

export default function Workers(): JSX.Element {
	const page = usePage();
	const counts = () => page.data.cluster().workers;
	// Once: workers that come later move nothing.
	const many = untrack(() => counts().total > MANY);
	const workers = useAnswer("workers");
	const lines = createLinesInSight();
	const history = {
		cpu: lines.byLabel("cpu", "cpu_percent", "worker"),
		memory: lines.byLabel("memory", "memory_mb", "worker"),
	};
	const control = createControl();
	/** The worker under the pointer in comb or table, highlighted in both. */
	const [marked, setMarked] = createSignal<string>();
	const comb = useAnswer("comb");
	/** In a grouped comb the cell of the marked row's host or role. */
	const markedCell = () => {
		const id = marked();
		const by = comb().rows[0]?.by;
		const row = by && workers().rows.find((worker) => worker.id === id);
		return by && row ? groupOf(by, row) : id;
	};
	// Created once: new columns would recreate all cells, and a pressed button must persist.
	const usual = untrack(() =>
		workerColumns(
			history,
			restartColumn(control),
			stripColumn(() => workers().rows, WORKER_CLASS),
		),
	);
	// A metric keeps its column: the URL may name one that is out of view.
	const columns = createMemo<readonly Column<WorkerRow>[]>((before) => {
		const { rows } = workers();
		const known = new Set(before.map(({ id }) => id));
		const fresh = untrack(() => furtherMetrics(rows)).filter((metric) => !known.has(metric));
		return fresh.length > 0 ? [...before, ...fresh.map(metricColumn)] : before;
	}, usual);
	return (
		<div class="stack">
			<Tally
				of={[
					["Workers", counts().total],
					["Ready", counts().ready],
					["Busy", counts().busy],
					["Failed", counts().byStatus.failed ?? 0],
					["Not heard", counts().notHeard],
				]}
			/>
			<div class="workers-split" data-many={many ? "" : undefined}>
				<CombPanel
					title="All workers"
					class="whole workers-comb"
					metrics={metricsOf(workers().rows)}
					marked={markedCell()}
					onMark={setMarked}
				/>
				<Panel title="Workers" class="whole" note={<ScaleButton control={control} />}>
					<DataTable
						caption="Workers"
						name=""
						tools={TableTools}
						one="worker"
						columns={columns()}
						rows={workers().rows}
						of={workers()}
						answer="workers"
						onVisible={lines.show}
						marked={marked()}
						onMark={setMarked}
						empty="The colony lists no workers."
					/>
				</Panel>
			</div>
			<CommandList control={control} />
			<Show when={control.mayAct}>
				<ControlDialog control={control} />
			</Show>
		</div>
	);
}
