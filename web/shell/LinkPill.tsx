import { type JSX, Show } from "solid-js";
import { Ago, TimeOfDay } from "../elements/Time.tsx";
import { roughly } from "../format/time.ts";
import type { LinkState } from "../live/connection.ts";
import { usePage } from "../page-context.tsx";

const WORDS: Record<LinkState, string> = {
	still: "As of",
	connecting: "Connecting",
	live: "Live",
	polling: "Polling",
	reconnecting: "Reconnecting",
};

/** Whether the page is live, and how old what it shows is. */
export function LinkPill(): JSX.Element {
	const page = usePage();
	const state = () => page.link().state;
	const word = () => (state() === "polling" ? `Polling every ${roughly(page.input.config.refreshIntervalMs)}` : WORDS[state()]);
	return (
		<p class="link-pill" data-link={state()} title={page.link().reason}>
			<span class="link-dot" aria-hidden="true" />
			<span role="status">{word()}</span>
			<span class="link-age">
				<Show when={state() !== "still"} fallback={<TimeOfDay at={page.input.snapshot.at} />}>
					newest <Ago at={page.cluster().lastPushAt ?? page.heardAt()} />
				</Show>
			</span>
		</p>
	);
}
