import { type JSX, Show } from "solid-js";
import type { Look } from "./states.ts";
import { Ago } from "./Time.tsx";

/** Of what is not heard: how it was when it was heard last, and when that was. Nothing for what is heard. */
export function LastHeard<S extends string>(props: {
	of: { silentSince?: number; lastStatus?: S };
	looks: Record<S, Look>;
	fallback?: JSX.Element;
}): JSX.Element {
	return (
		<Show when={props.of.silentSince} fallback={props.fallback}>
			{(since) => (
				<span class="quiet cut">
					{props.of.lastStatus && `${props.looks[props.of.lastStatus].word} `}
					<Ago at={since()} />
				</span>
			)}
		</Show>
	);
}
