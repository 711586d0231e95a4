import { For, type JSX } from "solid-js";
import { ScrollBox } from "./ScrollBox.tsx";

/** A list in a box that scrolls by itself. */
export function Lines<Row>(props: {
	label: string;
	rows: readonly Row[];
	ref?: (box: HTMLElement) => void;
	children: (row: Row) => JSX.Element;
}): JSX.Element {
	return (
		<ScrollBox class="lines" label={props.label} ref={(box) => props.ref?.(box)}>
			<ul>
				<For each={props.rows}>{props.children}</For>
			</ul>
		</ScrollBox>
	);
}

/** Its description, and at its side when or how often. @param before a glyph or a tag @param below a line of its own */
export function Line(props: {
	class?: string;
	before?: JSX.Element;
	side: JSX.Element;
	below?: JSX.Element;
	children: JSX.Element;
}): JSX.Element {
	return (
		<li class={`line ${props.class ?? ""}`}>
			{props.before}
			<div class="line-text">{props.children}</div>
			<div class="line-side">{props.side}</div>
			{props.below}
		</li>
	);
}
