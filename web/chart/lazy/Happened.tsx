import { For, type JSX, Show } from "solid-js";
import { type ChartEvent, eventMark } from "../events.ts";

/** Events at the cursor. */
export function Happened(props: { share: number; events: readonly ChartEvent[] }): JSX.Element {
	return (
		<Show when={props.events.length > 0}>
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
			</ul>
		</Show>
	);
}
