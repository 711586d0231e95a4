import { type JSX, Show } from "solid-js";
import { toSegment } from "../../colony-bridge/protocol/path-segment.ts";
import type { WorkerRow } from "../../colony-bridge/protocol/rows.ts";
import { counted } from "../format/number.ts";
import { usePage } from "../page-context.tsx";
import { ConfirmForm, type FormProps } from "./ConfirmForm.tsx";

export function RestartForm(props: { form: FormProps; worker: WorkerRow }): JSX.Element {
	const page = usePage();
	const active = () => props.worker.values.tasks_active ?? props.worker.tasks?.length;
	return (
		<ConfirmForm
			form={props.form}
			question={`Restart ${props.worker.id} of ${page.input.cluster}?`}
			confirm={`Restart ${props.worker.id}`}
			act={() => props.form.send(`/api/workers/${toSegment(props.worker.id)}/restart`)}
		>
			<Show when={active() !== undefined} fallback={<p>The colony does not say whether it has work.</p>}>
				<Show when={active()} fallback={<p>It runs no task now.</p>}>
					{(tasks) => (
						<p>
							It runs {counted(tasks(), "task")} now; the colony may let {tasks() === 1 ? "it" : "them"} end or take{" "}
							{tasks() === 1 ? "it" : "them"} away.
						</p>
					)}
				</Show>
			</Show>
		</ConfirmForm>
	);
}
