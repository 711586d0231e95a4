import { type JSX, Show } from "solid-js";
import { Ago, Old, TimeOfDay } from "../components/Time.tsx";
import { roughly } from "../format/time.ts";
import type { LinkState } from "../live/connection.ts";
import { usePage } from "../page/context.tsx";
import { rangeInWords } from "../view/time.ts";

const WORDS: Record<LinkState, string> = {
	still: "As of",
	connecting: "Connecting",
	live: "Live",
	polling: "Polling",
	reconnecting: "Reconnecting",
};

/** The connection's state, the refresh interval, and the age of the data. */
export function LinkPill(): JSX.Element {
	const page = usePage();
	const state = () => page.display.link().state;
	/** The page is connected, but its colony is stale. */
	const stale = () => state() !== "reconnecting" && state() !== "connecting" && page.data.staleSince() !== undefined;
	const word = () => {
		const { refresh } = page.url.state();
		if (stale()) return "Connected";
		if (state() === "polling" && refresh === undefined) return `Polling every ${roughly(page.input.config.refreshIntervalMs)}`;
		if ((state() !== "live" && state() !== "polling") || refresh === undefined) return WORDS[state()];
		return refresh === "off" ? "Paused" : `Every ${rangeInWords(refresh)}`;
	};
	return (
		<p
			class="link-pill"
			data-link={state()}
			data-pace={page.url.state().refresh}
			data-stale={stale() ? "" : undefined}
			title={page.display.link().reason}
		>
			<span class="link-dot" aria-hidden="true" />
			<span role="status">{word()}</span>
			<span class="link-age">
				<Show when={state() !== "still"} fallback={<TimeOfDay at={page.input.snapshot.at} />}>
					<Show
						when={stale()}
						fallback={
							<>
								updated <Ago at={page.data.cluster().lastPushAt ?? page.data.receivedAt()} />
							</>
						}
					>
						data <Old at={page.data.staleSince() ?? page.data.receivedAt()} />
					</Show>
				</Show>
			</span>
		</p>
	);
}
