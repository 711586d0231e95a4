import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../colony-bridge/protocol/rows.ts";
import type { Column } from "../elements/DataTable.tsx";
import type { Control } from "./control.ts";

/** The column of restart buttons: none where nobody could press one. */
export function restartColumn(control: Control): Column<WorkerRow>[] {
	if (!control.mayAct || control.restarters().length === 0) return [];
	return [{ head: "Control", size: 12, cell: (worker) => <RestartButton control={control} worker={worker} /> }];
}

export function RestartButton(props: { control: Control; worker: WorkerRow }): JSX.Element {
	return (
		<Show when={props.control.canRestart(props.worker)}>
			<button
				type="button"
				class="button button-plain button-small"
				aria-label={`Restart ${props.worker.id}`}
				aria-haspopup="dialog"
				on:click={() => props.control.setAsk({ type: "restart", worker: props.worker })}
			>
				Restart
			</button>
		</Show>
	);
}

export function ScaleButton(props: { control: Control }): JSX.Element {
	return (
		<Show when={props.control.mayAct && props.control.scalers().length > 0}>
			<button
				type="button"
				class="button button-plain button-small"
				aria-haspopup="dialog"
				on:click={() => props.control.setAsk({ type: "scale" })}
			>
				Scale…
			</button>
		</Show>
	);
}
