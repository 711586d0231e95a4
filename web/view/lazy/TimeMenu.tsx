import { createSignal, For, type JSX, Show } from "solid-js";
import { copyText } from "../../page/clipboard.ts";
import { type Page, usePage } from "../../page/context.tsx";
import type { Desk } from "../../page/desk.ts";
import { withChanges } from "../../page/url-state.ts";
import { pause, rangeInWords } from "../time.ts";
import { FromTo } from "./FromTo.tsx";
import { IncidentLink } from "./IncidentLink.tsx";
import { enterKiosk } from "./kiosk.ts";

const INTERVALS = ["5s", "30s", "1m", "5m"];
const ROTATIONS = ["15s", "30s", "1m", "5m"];

/** A link that shows what its sender sees: the page as of now, where it follows the present. */
function absoluteLink(page: Page): string {
	const { end, at } = page.url.view();
	const search = withChanges(page.url.search(), {
		...(end === undefined && at === undefined && { at: new Date(page.time.now()).toISOString() }),
		refresh: undefined,
		kiosk: undefined,
		rotate: undefined,
		pages: undefined,
	});
	return location.origin + location.pathname + search;
}

/** The file that has what the page is about, as of the instant that it shows. */
function reportAddress(page: Page): string {
	const { at, end = at, range } = page.url.view();
	return page.links.path("/api/report") + withChanges("", { at: end === undefined ? undefined : new Date(end).toISOString(), range });
}

/** The time controls that need script: time range, refresh interval, time zone, link, wall screen. */
export function TimeMenu(props: { desk: Desk }): JSX.Element {
	const page = usePage();
	const [link, setLink] = createSignal<{ text: string; copied: boolean }>();
	const refresh = () => page.url.state().refresh ?? "";
	// An interval in the URL is offered even if it is not one of ours.
	const intervals = () => (["", "off", ...INTERVALS].includes(refresh()) ? INTERVALS : [...INTERVALS, refresh()]);
	const copy = async () => {
		const text = absoluteLink(page);
		setLink({ text, copied: await copyText(text) });
	};
	return (
		<>
			<FromTo />
			<div class="time-line">
				<label class="field">
					<span>Refresh</span>
					<select
						value={refresh()}
						on:change={({ currentTarget: { value } }) => (value === "off" ? pause(page) : page.url.change({ refresh: value || undefined }))}
					>
						<option value="">live</option>
						<For each={intervals()}>{(each) => <option value={each}>every {rangeInWords(each)}</option>}</For>
						<option value="off">paused</option>
					</select>
				</label>
				<label class="field">
					<span>Times in</span>
					<select
						value={page.url.state().tz ?? "local"}
						on:change={({ currentTarget: { value } }) => page.url.change({ tz: value === "utc" ? value : undefined }, { replace: true })}
					>
						<option value="local">{Intl.DateTimeFormat().resolvedOptions().timeZone}</option>
						<option value="utc">UTC</option>
					</select>
				</label>
				<label class="field">
					<span>Wall screen</span>
					<select
						on:change={({ currentTarget }) => {
							const { value } = currentTarget;
							if (value) enterKiosk(props.desk, { rotate: value === "1" ? undefined : value });
						}}
					>
						<option value="">off</option>
						<option value="1">this page</option>
						<For each={ROTATIONS}>{(each) => <option value={each}>all pages, {rangeInWords(each)} each</option>}</For>
					</select>
				</label>
			</div>
			<p class="time-buttons">
				<button type="button" class="button button-plain button-small" on:click={copy}>
					Copy link to this time
				</button>
				<a
					class="button button-plain button-small"
					href={reportAddress(page)}
					download=""
					title="The cluster as of then in one file: charts, tasks, errors, logs. It opens without the dashboard"
				>
					Report
				</a>
				<button type="button" class="button button-plain button-small" on:click={() => props.desk.search()}>
					Search <kbd>/</kbd>
				</button>
				<button type="button" class="button button-plain button-small" on:click={() => props.desk.shortcuts()}>
					Keys <kbd>?</kbd>
				</button>
			</p>
			<Show when={page.input.user?.role === "operator"}>
				<IncidentLink />
			</Show>
			<p role="status" class="time-link">
				<Show when={link()}>
					{(made) => (
						<Show when={made().copied} fallback="The browser does not allow copying here. The link is:">
							Copied:
						</Show>
					)}
				</Show>
			</p>
			<Show when={link()}>
				{(made) => (
					<input class="time-link-text" readonly aria-label="Link" value={made().text} on:focus={(event) => event.currentTarget.select()} />
				)}
			</Show>
		</>
	);
}
