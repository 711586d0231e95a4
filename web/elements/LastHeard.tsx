import { type JSX, Show } from "solid-js";
import type { Look } from "./states.ts";
import { Since } from "./Time.tsx";

/** Of what is not heard: for how long, and how it was then. Nothing for what is heard. */
export function LastHeard<S extends string>(props: {
	of: { silentSince?: number; lastStatus?: S };
	looks: Record<S, Look>;
	fallback?: JSX.Element;
}): JSX.Element {
	return (
		<Show when={props.of.silentSince} fallback={props.fallback}>
			{(since) => (
				<span class="quiet cut">
					for <Since at={since()} />
					{props.of.lastStatus && `, was ${props.looks[props.of.lastStatus].word}`}
				</span>
			)}
		</Show>
	);
}
