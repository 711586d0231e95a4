import { type JSX, Show } from "solid-js";

/** Characters at the end of a name that always stand there, and the length from which a name is parted. */
const TAIL = 7;
const PARTED = 16;

/** A name that is cut in its middle where it lacks room: names of one kind mostly differ at their end. */
export function MiddleCut(props: { text: string }): JSX.Element {
	/** Not between the halves of a surrogate pair. */
	const place = () => props.text.length - TAIL + (/^[\udc00-\udfff]/.test(props.text.slice(-TAIL)) ? 1 : 0);
	return (
		<Show when={props.text.length >= PARTED} fallback={props.text}>
			<span class="middle-cut">{props.text.slice(0, place())}</span>
			{props.text.slice(place())}
		</Show>
	);
}
