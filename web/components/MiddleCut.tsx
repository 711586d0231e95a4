import { type JSX, Show } from "solid-js";
import { partsOf, type SharedEnds } from "../format/shared-ends.ts";

/**
 * A name cut where it tells least when space is short: what it shares with the other names of its list, then its middle. Read out, it is
 * whole.
 * @param props.among what those names share
 */
export function MiddleCut(props: { text: string; among?: SharedEnds | undefined }): JSX.Element {
	const parts = () => partsOf(props.text, props.among);
	return (
		<Show when={parts().tail !== props.text} fallback={props.text}>
			<span class="hidden">{props.text}</span>
			<Show when={parts().start}>{(start) => <Cut class="middle-cut shared">{start()}</Cut>}</Show>
			<Show when={parts().head}>{(head) => <Cut class="middle-cut">{head()}</Cut>}</Show>
			<Cut>{parts().tail}</Cut>
			<Show when={parts().end}>{(end) => <Cut class="middle-cut shared">{end()}</Cut>}</Show>
		</Show>
	);
}

const Cut = (props: { class?: string; children: string }): JSX.Element => (
	<span class={props.class} aria-hidden="true">
		{props.children}
	</span>
);
