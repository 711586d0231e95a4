import { type JSX, Show } from "solid-js";
import type { Control } from "./control.ts";

/** What the dialog gives to each of its forms. */
export interface FormProps {
	/** Id of the dialog's title. */
	title: string;
	control: Control;
	/** Why it was not taken in. */
	refusal: string | undefined;
	sending: boolean;
	send(path: string, body?: object): Promise<void>;
	close(): void;
}

interface ConfirmProps {
	form: FormProps;
	/** What will happen, as a question. */
	question: string;
	/** On the button that makes it happen. */
	confirm: string;
	disabled?: boolean;
	act(): Promise<void>;
	children: JSX.Element;
}

export function ConfirmForm(props: ConfirmProps): JSX.Element {
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
