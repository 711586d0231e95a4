import { type JSX, Match, Switch } from "solid-js";
import { Ago, At } from "../elements/Time.tsx";
import { roughly } from "../format/time.ts";
import { usePage } from "../page-context.tsx";

/** Whether the page is live, and how old what it shows is. */
export function LinkPill(): JSX.Element {
	const page = usePage();
	const state = () => page.link().state;
	return (
		<p class="link-pill" data-link={state()} title={page.link().reason}>
			<span class="link-dot" aria-hidden="true" />
			<span role="status">
				<Switch fallback="As of">
					<Match when={state() === "connecting"}>Connecting</Match>
					<Match when={state() === "live"}>Live</Match>
					<Match when={state() === "polling"}>Polling every {roughly(page.input.config.refreshIntervalMs)}</Match>
					<Match when={state() === "reconnecting"}>Reconnecting</Match>
				</Switch>
			</span>
			<span class="link-age">
				<Switch fallback={<Ago at={page.heardAt()} />}>
					<Match when={state() === "still"}>
						<At at={page.input.snapshot.at} />
					</Match>
				</Switch>
			</span>
		</p>
	);
}
