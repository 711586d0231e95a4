import type { JSX } from "solid-js";
import { usePage } from "../page/context.tsx";
import type { Changes } from "../page/url-state.ts";

/** A link that changes URL parameters, in place if there is script. @param to id of an element to scroll to */
export function UrlLink(props: {
	changes: Changes;
	to?: string;
	class?: string;
	current?: boolean;
	title?: string;
	label?: string;
	children: JSX.Element;
}): JSX.Element {
	const page = usePage();
	const follow = (event: MouseEvent) => {
		if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		page.url.change(props.changes);
		if (props.to) document.getElementById(props.to)?.scrollIntoView({ block: "nearest" });
	};
	return (
		<a
			class={props.class}
			href={page.url.address(props.changes) + (props.to ? `#${props.to}` : "")}
			title={props.title}
			aria-label={props.label}
			aria-current={props.current ? "true" : undefined}
			on:click={follow}
		>
			{props.children}
		</a>
	);
}
