import type { JSX } from "solid-js";
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import { usePage } from "../page/context.tsx";

/** A finding, linked to the page that shows it. */
export function FindingLink(props: { finding: Finding; class?: string; children: JSX.Element }): JSX.Element {
	const page = usePage();
	const href = () => {
		const [path = "/", place] = props.finding.page.split("#");
		return page.links.hrefWith(path, props.finding.look ?? {}) + (place === undefined ? "" : `#${place}`);
	};
	return (
		<a class={props.class} href={href()}>
			{props.children}
		</a>
	);
}
