import { createSignal, For, type JSX, Show } from "solid-js";
import { KEPT } from "../../colony-bridge/protocol/query/retention.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { roughly } from "../format/time.ts";
import { copyText } from "../page/clipboard.ts";
import { usePage } from "../page/context.tsx";

/** Notes that the time range begins before the oldest raw sample. */
export function Depth(props: { range: string }): JSX.Element {
	const page = usePage();
	const age = () => durationMs(props.range) + Math.max(0, page.time.now() - (page.url.view().end ?? page.time.now()));
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

const FORMATS = { csv: "CSV", json: "JSON", openmetrics: "OpenMetrics" } as const;

/** Download links for the samples of the graphed series, and a button that copies the URL. */
export function Exports(props: { selectors: readonly string[]; range: string }): JSX.Element {
	const page = usePage();
	const [copied, setCopied] = createSignal<boolean>();
	const href = (format: string) => {
		const { at, end = at } = page.url.view();
		const parameters = new URLSearchParams({ range: props.range, ...(end !== undefined && { end: String(end) }), format });
		for (const selector of props.selectors) parameters.append("names", selector);
		return `${page.links.path("/api/export")}?${parameters}`;
	};
	const copy = async () => setCopied(await copyText(location.href));
	return (
		<p class="exports">
			<Show when={props.selectors.length > 0}>
				<span class="quiet">All samples of this time as</span>
				<For each={Object.entries(FORMATS)}>
					{([format, name]) => (
						<a class="worker-link" href={href(format)} download="">
							{name}
						</a>
					)}
				</For>
			</Show>
			<button type="button" class="button button-plain scripted" on:click={copy}>
				Copy link
			</button>
			<span class="quiet" role="status">
				<Show when={copied() !== undefined}>{copied() ? "Copied" : "The browser does not allow copying here: copy the address."}</Show>
			</span>
		</p>
	);
}
