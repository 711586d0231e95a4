import type { JSX } from "solid-js";
import { usePage } from "../page-context.tsx";
import type { Changes } from "./address.ts";

/** A link to this page looked at otherwise: without script it loads the page anew, with script what changes is drawn in place. */
export function LookLink(props: {
	changes: Changes;
	class?: string;
	current?: boolean;
	label?: string;
	children: JSX.Element;
}): JSX.Element {
	const page = usePage();
	const follow = (event: MouseEvent) => {
		if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		page.look(props.changes);
	};
	return (
		<a
			class={props.class}
			href={page.addressWith(props.changes)}
			aria-current={props.current ? "true" : undefined}
			aria-label={props.label}
			on:click={follow}
		>
			{props.children}
		</a>
	);
}
