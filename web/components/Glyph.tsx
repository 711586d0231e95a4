import type { JSX } from "solid-js";
import type { Look, Shape, Tone } from "./states.ts";

export function Glyph(props: { shape: Shape; tone: Tone }): JSX.Element {
	return (
		<svg class={`glyph tone-${props.tone}`} aria-hidden="true">
			<use href={`#glyph-${props.shape}`} />
		</svg>
	);
}

/** A state with its word. */
export function State(props: { look: Look }): JSX.Element {
	return (
		<span class="state">
			<Glyph shape={props.look.shape} tone={props.look.tone} />
			{props.look.word}
		</span>
	);
}
