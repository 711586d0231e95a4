import { For, type JSX, Show } from "solid-js";
import { type ChartEvent, eventMark } from "../events.ts";

/** Events at the cursor, and whether there may be further ones. */
export function Happened(props: { share: number; events: readonly ChartEvent[]; unmarked: string | undefined }): JSX.Element {
	return (
		<Show when={props.events.length > 0 || props.unmarked}>
			<ul class="plot-tip" data-side={props.share < 0.5 ? "right" : "left"} aria-hidden="true">
				<For each={props.events.slice(-4)}>
					{({ kind, text }) => (
						<li>
							<span class={`tag tone-${eventMark(kind).tone}`}>{kind}</span> {text}
						</li>
					)}
				</For>
				<Show when={props.events.length > 4}>
					<li class="quiet">and {props.events.length - 4} more</li>
				</Show>
				<Show when={props.unmarked}>
					<li class="quiet">{props.unmarked}</li>
				</Show>
			</ul>
		</Show>
	);
}
