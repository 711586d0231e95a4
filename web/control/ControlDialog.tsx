import { createEffect, createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { usePage } from "../page/context.tsx";
import { Progress } from "./CommandList.tsx";
import type { Control } from "./control.ts";
import { type FormProps, RestartForm, ScaleForm } from "./Forms.tsx";
import { newKey, sendCommand, type Taken } from "./send-command.ts";

/** Asks before it acts, then says how it goes and what came of it. Closed, it goes on: the list of commands has it. */
export function ControlDialog(props: { control: Control }): JSX.Element {
	const page = usePage();
	const title = createUniqueId();
	const [taken, setTaken] = createSignal<Taken>();
	const [refusal, setRefusal] = createSignal<string>();
	const [sending, setSending] = createSignal(false);
	let dialog!: HTMLDialogElement;
	let key = "";
	let wanted = "";

	createEffect(() => {
		if (!props.control.ask() || dialog.open) return;
		key = newKey();
		wanted = "";
		setTaken(undefined);
		setRefusal(undefined);
		dialog.showModal();
	});
	const close = () => dialog.close();

	async function send(path: string, body?: object): Promise<void> {
		if (sending()) return;
		// Asked for anew it is the same command, with other words it is another one.
		const asked = path + JSON.stringify(body);
		if (wanted && wanted !== asked) key = newKey();
		wanted = asked;
		setSending(true);
		setRefusal(undefined);
		try {
			setTaken(await sendCommand(page.links.path(path), key, body));
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
					when={taken()}
					fallback={
						<Show when={worker()} fallback={<ScaleForm form={form} />}>
							{(known) => <RestartForm form={form} worker={known()} />}
						</Show>
					}
				>
					{(command) => <Progress title={title} control={props.control} taken={command()} close={close} />}
				</Show>
			</Show>
		</dialog>
	);
}
