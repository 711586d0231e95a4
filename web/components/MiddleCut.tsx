import { type JSX, Show } from "solid-js";

/** Characters of a name's end that are never cut, and the minimum length of a cut name. */
const TAIL = 7;
const PARTED = 10;

/** A name cut in the middle when space is short: similar names differ at their end. */
export function MiddleCut(props: { text: string }): JSX.Element {
	/** Never inside a surrogate pair. */
	const place = () => props.text.length - TAIL + (/^[\udc00-\udfff]/.test(props.text.slice(-TAIL)) ? 1 : 0);
	return (
		<Show when={props.text.length >= PARTED} fallback={props.text}>
			<span class="middle-cut">{props.text.slice(0, place())}</span>
			{props.text.slice(place())}
		</Show>
	);
}
