import type { JSX } from "solid-js";
import type { Shape, StatusMark, Tone } from "./status.ts";

export function Glyph(props: { shape: Shape; tone: Tone }): JSX.Element {
	return (
		<svg class={`glyph tone-${props.tone}`} aria-hidden="true">
			<use href={`#glyph-${props.shape}`} />
		</svg>
	);
}

export function StatusLabel(props: { mark: StatusMark }): JSX.Element {
	return (
		<span class="state">
			<Glyph shape={props.mark.shape} tone={props.mark.tone} />
			{props.mark.word}
		</span>
	);
}
