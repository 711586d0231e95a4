import type { JSX } from "solid-js";

/** A box that scrolls by itself. */
export function ScrollBox(props: { class: string; label: string; children: JSX.Element; ref?: (box: HTMLElement) => void }): JSX.Element {
	return (
		// biome-ignore lint/a11y/useSemanticElements: a named, focusable scroll box, not a set of form fields
		<div ref={(box) => props.ref?.(box)} class={props.class} tabindex="0" role="group" aria-label={props.label}>
			{props.children}
		</div>
	);
}
