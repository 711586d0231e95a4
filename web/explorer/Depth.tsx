import { type JSX, Show } from "solid-js";
import { KEPT } from "../../colony-bridge/protocol/kept.ts";
import { durationMs } from "../../colony-bridge/protocol/layout.ts";
import { roughly } from "../format/time.ts";
import { usePage } from "../page-context.tsx";

/** Where the time that is shown reaches back to what is no longer kept sample by sample, says so. */
export function Depth(props: { range: string }): JSX.Element {
	const page = usePage();
	const age = () => durationMs(props.range) + Math.max(0, page.now() - (page.view().end ?? page.now()));
	return (
		<Show when={age() > KEPT.samplesMs}>
			<p class="quiet depth">
				Every sample is kept for {roughly(KEPT.samplesMs)}; before that one value a minute, for {roughly(KEPT.minutesMs)}
				<Show when={age() > KEPT.minutesMs}>; before that one every ten minutes, for {roughly(KEPT.tenMinutesMs)}</Show>. Lowest and highest
				values stay exact.
			</p>
		</Show>
	);
}
