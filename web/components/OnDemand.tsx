import { createSignal, type JSX } from "solid-js";

/** Characters in the initial HTML: enough to read without script, few enough to send. */
const BRIEF = 400;

/** The text, cut to `characters` with an ellipsis. */
export const brief = (text: string, characters = BRIEF): string => (text.length > characters ? `${text.slice(0, characters)}…` : text);

/** Long text behind a summary, rendered in full when opened. */
export function OnDemand(props: {
	summary: JSX.Element;
	text: string;
	class?: string;
	opened?: () => void;
	toggled?: (open: boolean) => void;
}): JSX.Element {
	const [open, setOpen] = createSignal(false);
	return (
		<details
			class={props.class}
			on:toggle={(event) => {
				setOpen(event.currentTarget.open);
				props.toggled?.(event.currentTarget.open);
				if (event.currentTarget.open) props.opened?.();
			}}
		>
			<summary>{props.summary}</summary>
			<pre>{open() ? props.text : brief(props.text)}</pre>
		</details>
	);
}
