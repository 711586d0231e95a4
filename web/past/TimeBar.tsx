/** Events and health around the instant that a page of the past shows, each the way to its time. */
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { type ChartEvent, eventMark, leadingKind } from "../chart/events.ts";
import { CLUSTER, type Tone } from "../components/status.ts";
import { statusPeriods } from "../components/status-history.ts";
import { counted } from "../format/number.ts";
import { clock, moment, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { instantOf, neighbour, shownAt, type Timeline, timelineOf, travel } from "./timeline.ts";

/** Marks closer than this are one, px: each can be hit by a finger (WCAG 2.5.8). */
const NEAR_PX = 26;
const SPEEDS = [1, 10, 60];
/** While playing, a time without events longer than this is skipped, s of the reader's. */
const QUIET_S = 20;
const LEAD_S = 3;
const HEIGHT: Record<Tone, number> = { off: 2, good: 3, calm: 3, honey: 5, warn: 6, bad: 8 };

export function TimeBar(): JSX.Element {
	const page = usePage();
	const [line, setLine] = createSignal<Timeline>();
	const [failed, setFailed] = createSignal<string>();
	onMount(() =>
		createEffect(
			on(
				() => [page.past()?.asked, page.url.view().range],
				() => {
					const ended = new AbortController();
					onCleanup(() => ended.abort());
					timelineOf(page, ended.signal).then(
						(found) => {
							setLine(found);
							setFailed(undefined);
						},
						(error) => ended.signal.aborted || setFailed((error as Error).message),
					);
				},
			),
		),
	);
	return (
		<div class="time-bar">
			<Show when={line()} fallback={<p class="quiet time-bar-wait">{failed() ? `Events: ${failed()}` : "…"}</p>}>
				{(known) => (
					<>
						<Ruler of={known()} />
						<Ways of={known()} />
					</>
				)}
			</Show>
		</div>
	);
}

function Ruler(props: { of: Timeline }): JSX.Element {
	const page = usePage();
	const [width, setWidth] = createSignal(1000);
	let track!: HTMLDivElement;
	onMount(() => {
		const sized = new ResizeObserver(([entry]) => setWidth(Math.max(1, entry?.contentRect.width ?? 1000)));
		sized.observe(track);
		onCleanup(() => sized.disconnect());
	});
	const span = () => Math.max(1, props.of.until - props.of.from);
	const share = (at: number) => Math.min(1, Math.max(0, (at - props.of.from) / span()));
	const percent = (at: number) => `${(100 * share(at)).toFixed(2)}%`;
	const periods = createMemo(() => statusPeriods(props.of.changes, props.of.from, Math.min(props.of.known, props.of.until)));
	const spots = createMemo(() => {
		const found: { at: number; events: ChartEvent[] }[] = [];
		// Errors that are counted over time are shown as their density.
		for (const event of props.of.events.filter(({ kind }) => kind !== "error" || !props.of.density)) {
			const last = found.at(-1);
			if (last && share(event.at) - share(last.at) < NEAR_PX / width()) last.events.push(event);
			else found.push({ at: event.at, events: [event] });
		}
		return found;
	});
	const errors = createMemo(() => {
		const { start = 0, step = 1, counts = [] } = props.of.density ?? {};
		const most = Math.log1p(Math.max(1, ...counts));
		return counts.flatMap((count, i) =>
			count > 0 ? [{ from: start + (i - 1) * step, until: start + i * step, weight: Math.log1p(count) / most }] : [],
		);
	});
	const toClicked = (event: MouseEvent & { currentTarget: HTMLElement }) => {
		if (event.target instanceof Element && event.target.closest("a")) return;
		const { left, width } = event.currentTarget.getBoundingClientRect();
		travel(page, Math.round(props.of.from + ((event.clientX - left) / Math.max(1, width)) * span()));
	};
	const words = ({ events }: { events: ChartEvent[] }) =>
		events
			.slice(0, 4)
			.map(({ at, kind, text }) => `${clock(at, page.time.inUtc())} ${kind}: ${text}`)
			.join("\n") + (events.length > 4 ? `\nand ${events.length - 4} more` : "");
	return (
		<div class="time-bar-track" ref={track} on:click={toClicked}>
			<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
				<For each={errors()}>
					{({ from, until, weight }) => (
						<rect
							class="time-bar-errors"
							x={100 * share(from)}
							width={Math.max(0.2, 100 * (share(until) - share(from)))}
							height="8"
							opacity={(0.15 + 0.35 * weight).toFixed(2)}
						/>
					)}
				</For>
				<For each={periods()}>
					{({ from, until, status, message }) => (
						<rect
							class={`tone-${CLUSTER[status].tone}`}
							x={100 * share(from)}
							width={Math.max(0.3, 100 * (share(until) - share(from)))}
							y={8 - HEIGHT[CLUSTER[status].tone]}
							height={HEIGHT[CLUSTER[status].tone]}
						>
							<title>{`${CLUSTER[status].word} for ${roughly(until - from)}${message ? `: ${message}` : ""}`}</title>
						</rect>
					)}
				</For>
				<Show when={props.of.known < props.of.until}>
					<rect class="no-data" x={100 * share(props.of.known)} width={100 * (1 - share(props.of.known))} height="8" />
				</Show>
			</svg>
			<span class="time-bar-here" style={{ left: percent(instantOf(page)) }} />
			<ol aria-label="Events">
				<For each={spots()}>
					{(spot) => {
						const mark = eventMark(leadingKind({ share: 0, events: spot.events }));
						// The last of them: then all are there.
						const at = () => shownAt(page, spot.events.at(-1) as ChartEvent);
						return (
							<li style={{ left: percent(spot.at) }}>
								<a
									class={`tone-${mark.tone}`}
									data-shape={mark.shape}
									href={page.url.address({ at: new Date(at()).toISOString() })}
									title={words(spot)}
									aria-label={`${spot.events.length > 1 ? `${counted(spot.events.length, "event")}: ` : ""}${words(spot)}`}
									on:click={(event) => {
										event.preventDefault();
										travel(page, at());
									}}
								>
									{spot.events.length > 1 ? spot.events.length : ""}
								</a>
							</li>
						);
					}}
				</For>
			</ol>
			<p class="time-bar-axis quiet" aria-hidden="true">
				<For each={[props.of.from, (props.of.from + props.of.until) / 2, props.of.until]}>
					{(at) => <span>{moment(at, page.past()?.now ?? at, page.time.inUtc())}</span>}
				</For>
			</p>
		</div>
	);
}

/** The events before and after, and playing from here on. */
function Ways(props: { of: Timeline }): JSX.Element {
	const page = usePage();
	const [speed, setSpeed] = createSignal<number>();
	const way = (by: -1 | 1) => createMemo(() => neighbour(page, props.of, by));
	const [before, after] = [way(-1), way(1)];
	createEffect(() => {
		const times = speed();
		if (times === undefined) return;
		const timer = setInterval(() => {
			if (page.url.pending() || document.hidden) return;
			const next = instantOf(page) + times * 1000;
			const event = after();
			const upTo = event ? shownAt(page, event) : props.of.until;
			travel(page, upTo - next > QUIET_S * times * 1000 ? upTo - LEAD_S * times * 1000 : next, true);
		}, 1000);
		onCleanup(() => clearInterval(timer));
	});
	const link = (event: () => ChartEvent | undefined, key: string, none: string) => (
		<Show when={event()} fallback={<span class="quiet">{none}</span>}>
			{(found) => (
				<a
					href={page.url.address({ at: new Date(shownAt(page, found())).toISOString() })}
					aria-keyshortcuts={key}
					title={found().text}
					on:click={(event) => {
						event.preventDefault();
						travel(page, shownAt(page, found()));
					}}
				>
					<kbd>{key}</kbd> <span class="cut">{`${clock(found().at, page.time.inUtc())} ${found().kind}: ${found().text}`}</span>
				</a>
			)}
		</Show>
	);
	return (
		<div class="time-bar-ways">
			{link(before, ",", "no event before on this bar")}
			<span class="quiet">{counted(props.of.events.length, "event")}</span>
			{link(after, ".", "no event after on this bar")}
			<fieldset class="time-bar-play">
				<legend class="hidden">Play</legend>
				<For each={SPEEDS}>
					{(times) => (
						<button
							type="button"
							class="button button-plain button-small"
							aria-pressed={speed() === times}
							on:click={() => setSpeed((now) => (now === times ? undefined : times))}
						>
							{speed() === times ? "❚❚" : "▶"} {times}×
						</button>
					)}
				</For>
			</fieldset>
		</div>
	);
}
