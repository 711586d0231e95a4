import { createSignal, For, type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import { counted } from "../format/number.ts";
import { usePage } from "../page/context.tsx";
import type { Control } from "./control.ts";

/** Passed by the dialog to each form. */
export interface FormProps {
	/** Id of the dialog's title. */
	title: string;
	control: Control;
	/** Why the command was not accepted. */
	refusal: string | undefined;
	sending: boolean;
	send(path: string, body?: object): Promise<void>;
	close(): void;
}

interface ConfirmProps {
	form: FormProps;
	question: string;
	confirm: string;
	disabled?: boolean;
	act(): Promise<void>;
	children: JSX.Element;
}

function ConfirmForm(props: ConfirmProps): JSX.Element {
	return (
		<form
			class="dialog-body"
			on:submit={(event) => {
				event.preventDefault();
				if (!props.disabled) void props.act();
			}}
		>
			<h2 id={props.form.title}>{props.question}</h2>
			{props.children}
			<p class="dialog-status" role="alert">
				<Show when={props.form.refusal}>{(refusal) => <span class="form-refusal">{refusal()}</span>}</Show>
			</p>
			<div class="dialog-buttons">
				<button type="button" class="button button-plain" autofocus on:click={() => props.form.close()}>
					Cancel
				</button>
				<button type="submit" class="button" disabled={props.disabled ?? false} aria-busy={props.form.sending}>
					{props.confirm}
				</button>
			</div>
		</form>
	);
}

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
			<Show when={active() !== undefined} fallback={<p>The colony does not report whether this worker is busy.</p>}>
				<Show when={active()} fallback={<p>No task is running.</p>}>
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

const MOST = 100_000;

export function ScaleForm(props: { form: FormProps }): JSX.Element {
	const page = usePage();
	const now = () => page.data.cluster().workers.total;
	const scalers = () => props.form.control.scalers();
	const [text, setText] = createSignal(String(now()));
	const [bridge, setBridge] = createSignal(scalers()[0]?.bridge ?? "");
	const wanted = () => (/^\d{1,6}$/.test(text().trim()) && Number(text()) <= MOST ? Number(text()) : undefined);
	const several = () => scalers().length > 1;
	const change = () => {
		const workers = wanted();
		if (workers === undefined) return `Write a whole number from 0 to ${MOST}.`;
		// The dashboard does not know the number of workers of each colony.
		if (several()) return `The colony of ${bridge()} will have ${counted(workers, "worker")}.`;
		if (workers === now()) return `There are ${counted(workers, "worker")} now: nothing changes.`;
		if (workers > now()) return `${counted(workers - now(), "worker")} more than the ${now()} there are now.`;
		return `${counted(now() - workers, "worker")} fewer than the ${now()} there are now; the colony may take away the tasks they run.`;
	};
	return (
		<ConfirmForm
			form={props.form}
			question={`Scale ${page.input.cluster} to how many workers?`}
			confirm={wanted() === undefined ? "Scale" : `Scale to ${counted(wanted() ?? 0, "worker")}`}
			disabled={wanted() === undefined || (!several() && wanted() === now())}
			act={() => props.form.send("/api/cluster/scale", { workers: wanted(), ...(several() && { bridge: bridge() }) })}
		>
			<Show when={several()}>
				<label class="field">
					<span>Colony</span>
					<select on:change={(event) => setBridge(event.currentTarget.value)}>
						<For each={scalers()}>{(link) => <option value={link.bridge}>{`${link.colony} (${link.bridge})`}</option>}</For>
					</select>
					<Show when={page.data.cluster().bridges.scale > scalers().length}>
						<span class="quiet">
							{scalers().length} of {page.data.cluster().bridges.scale} that can scale; the others by POST /api/cluster/scale
						</span>
					</Show>
				</label>
			</Show>
			<label class="field">
				<span>Workers</span>
				<input
					inputmode="numeric"
					autocomplete="off"
					maxlength={6}
					value={text()}
					on:input={(event) => setText(event.currentTarget.value)}
				/>
			</label>
			<p role="status">{change()}</p>
		</ConfirmForm>
	);
}
