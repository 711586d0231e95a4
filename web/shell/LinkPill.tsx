import { type JSX, Show } from "solid-js";
import { Ago, TimeOfDay } from "../elements/Time.tsx";
import { roughly } from "../format/time.ts";
import type { LinkState } from "../live/connection.ts";
import { usePage } from "../page-context.tsx";
import { rangeInWords } from "../view/range.ts";

const WORDS: Record<LinkState, string> = {
	still: "As of",
	connecting: "Connecting",
	live: "Live",
	polling: "Polling",
	reconnecting: "Reconnecting",
};

/** Whether the page is live, how often it draws, and how old what it shows is. */
export function LinkPill(): JSX.Element {
	const page = usePage();
	const state = () => page.link().state;
	const word = () => {
		const { refresh } = page.drawing();
		if (state() === "polling" && refresh === undefined) return `Polling every ${roughly(page.input.config.refreshIntervalMs)}`;
		if ((state() !== "live" && state() !== "polling") || refresh === undefined) return WORDS[state()];
		return refresh === "off" ? "Paused" : `Every ${rangeInWords(refresh)}`;
	};
	return (
		<p class="link-pill" data-link={state()} data-pace={page.drawing().refresh} title={page.link().reason}>
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
