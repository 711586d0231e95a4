import { type JSX, Show } from "solid-js";
import { partsOf, type SharedEnds } from "../format/shared-ends.ts";

/**
 * A name cut where it tells least when space is short: what it shares with the other names of its list, then its middle.
 * @param props.among what those names share
 */
export function MiddleCut(props: { text: string; among?: SharedEnds | undefined }): JSX.Element {
	const parts = () => partsOf(props.text, props.among);
	return (
		<>
			<Show when={parts().start}>{(start) => <span class="middle-cut shared">{start()}</span>}</Show>
			<Show when={parts().head}>{(head) => <span class="middle-cut">{head()}</span>}</Show>
			{parts().tail}
			<Show when={parts().end}>{(end) => <span class="middle-cut shared">{end()}</span>}</Show>
		</>
	);
}
