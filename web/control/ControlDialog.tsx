import { createEffect, createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { usePage } from "../page/context.tsx";
import { Progress } from "./CommandList.tsx";
import type { Control } from "./control.ts";
import { type FormProps, RestartForm, ScaleForm } from "./Forms.tsx";
import { type Accepted, newKey, sendCommand } from "./send-command.ts";

/** Asks for confirmation, then shows progress and result. A command continues after the dialog is closed; the command list shows it. */
export function ControlDialog(props: { control: Control }): JSX.Element {
	const page = usePage();
	const title = createUniqueId();
	const [accepted, setAccepted] = createSignal<Accepted>();
	const [refusal, setRefusal] = createSignal<string>();
	const [sending, setSending] = createSignal(false);
	let dialog!: HTMLDialogElement;
	let key = "";
	let lastRequest = "";

	createEffect(() => {
		if (!props.control.ask() || dialog.open) return;
		key = newKey();
		lastRequest = "";
		setAccepted(undefined);
		setRefusal(undefined);
		dialog.showModal();
	});
	const close = () => dialog.close();

	async function send(path: string, body?: object): Promise<void> {
		if (sending()) return;
		// A repeated request is the same command, a changed one is a new command.
		const request = path + JSON.stringify(body);
		if (lastRequest && lastRequest !== request) key = newKey();
		lastRequest = request;
		setSending(true);
		setRefusal(undefined);
		try {
			setAccepted(await sendCommand(page.links.path(path), key, body));
		} catch (error) {
			setRefusal((error as Error).message);
		} finally {
			setSending(false);
		}
	}
	const form: FormProps = {
		title,
		control: props.control,
		get refusal() {
			return refusal();
		},
		get sending() {
			return sending();
		},
		send,
		close,
	};
	const worker = () => {
		const ask = props.control.ask();
		return ask?.type === "restart" ? ask.worker : undefined;
	};

	return (
		<dialog ref={dialog} class="dialog" aria-labelledby={title} on:close={() => props.control.setAsk(undefined)}>
			<Show when={props.control.ask()}>
				<Show
					when={accepted()}
					fallback={
						<Show when={worker()} fallback={<ScaleForm form={form} />}>
							{(chosen) => <RestartForm form={form} worker={chosen()} />}
						</Show>
					}
				>
					{(command) => <Progress title={title} control={props.control} accepted={command()} close={close} />}
				</Show>
			</Show>
		</dialog>
	);
}
