import { createSignal, type JSX } from "solid-js";

/** Characters that come with the page: enough to read without script, few enough to send. */
const BRIEF = 400;

/** Text up to about so long; what is cut off ends in an ellipsis. */
export const brief = (text: string, characters = BRIEF): string => (text.length > characters ? `${text.slice(0, characters)}…` : text);

/** Long text behind a line; the whole of it is drawn when it is opened. */
export function OnDemand(props: { summary: JSX.Element; text: string; class?: string; opened?: () => void }): JSX.Element {
	const [open, setOpen] = createSignal(false);
	return (
		<details
			class={props.class}
			on:toggle={(event) => {
				setOpen(event.currentTarget.open);
				if (event.currentTarget.open) props.opened?.();
			}}
		>
			<summary>{props.summary}</summary>
			<pre>{open() ? props.text : brief(props.text)}</pre>
		</details>
	);
}
