import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { Column } from "../table/DataTable.tsx";
import type { Control } from "./control.ts";

/** A column of restart buttons; absent if the viewer cannot restart any worker. */
export function restartColumn(control: Control): Column<WorkerRow>[] {
	if (!control.mayAct || control.restarters().length === 0) return [];
	return [{ head: "Control", size: 12, cell: (worker) => <RestartButton control={control} worker={worker} /> }];
}

export function RestartButton(props: { control: Control; worker: WorkerRow }): JSX.Element {
	return (
		<Show when={props.control.canRestart(props.worker)}>
			<OpenButton
				label={`Restart ${props.worker.id}`}
				off={props.control.unreachableWorker(props.worker) ?? props.control.unreachable(props.worker.bridge)}
				open={() => props.control.setAsk({ type: "restart", worker: props.worker })}
			>
				Restart
			</OpenButton>
		</Show>
	);
}

/** Opens a dialog. @param props.off why it cannot be opened now: the button stays focusable, so that the reason can be read */
function OpenButton(props: { label?: string; off: string | undefined; open(): void; children: string }): JSX.Element {
	return (
		<button
			type="button"
			class="button button-plain button-small"
			aria-label={props.label && (props.off ? `${props.label}. ${props.off}` : props.label)}
			aria-haspopup="dialog"
			aria-disabled={props.off ? "true" : undefined}
			title={props.off}
			on:click={() => !props.off && props.open()}
		>
			{props.children}
		</button>
	);
}

export function ScaleButton(props: { control: Control }): JSX.Element {
	return (
		<Show when={props.control.mayAct && props.control.scalers().length > 0}>
			<OpenButton off={props.control.unreachable(props.control.scalers()[0]?.bridge)} open={() => props.control.setAsk({ type: "scale" })}>
				Scale…
			</OpenButton>
		</Show>
	);
}
