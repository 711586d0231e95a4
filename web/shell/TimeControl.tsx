import { type Component, createSignal, For, type JSX, onCleanup, onMount } from "solid-js";
import { moment } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { Desk } from "../page/desk.ts";
import { loadCode } from "../page/load-code.ts";
import { StepLinks } from "../view/StepLinks.tsx";
import { live, pause, RANGES, rangeInWords } from "../view/time.ts";
import { UrlLink } from "../view/UrlLink.tsx";

/** The page's time range and a menu to change it: plain links, and controls that need script, loaded on opening. */
export function TimeControl(props: { desk: Desk }): JSX.Element {
	const page = usePage();
	const [more, setMore] = createSignal<Component<{ desk: Desk }>>();
	let box!: HTMLDetailsElement;

	const opened = () => {
		if (box.open && !more())
			loadCode(() => import("../view/lazy/TimeMenu.tsx"), page).then(
				({ TimeMenu }) => setMore(() => TimeMenu),
				() => {},
			);
	};
	const close = () => {
		box.open = false;
	};
	onMount(() => {
		const elsewhere = (event: Event) => box.open && !box.contains(event.target as Node) && close();
		document.addEventListener("pointerdown", elsewhere);
		onCleanup(() => document.removeEventListener("pointerdown", elsewhere));
		props.desk.time = () => {
			box.open = true;
			box.querySelector("summary")?.focus();
		};
	});
	const leave = (event: KeyboardEvent) => {
		if (event.key !== "Escape" || !box.open) return;
		event.stopPropagation();
		close();
		box.querySelector("summary")?.focus();
	};
	const words = () => {
		const { at, end = at, range } = page.url.view();
		if (end !== undefined) return `Until ${moment(end, page.time.clock.now(), page.time.inUtc())}`;
		return range === undefined ? "Page default" : `Last ${rangeInWords(range)}`;
	};
	const paused = () => page.time.pausedAt() !== undefined;
	return (
		<div class="time">
			<button
				type="button"
				class="time-pause"
				disabled={!page.display.hydrated()}
				aria-pressed={paused()}
				aria-label="Pause"
				title={paused() ? "Resume (P)" : "Pause (P)"}
				on:click={() => (paused() ? page.url.change(live(page)) : pause(page))}
			>
				<svg viewBox="0 0 16 16" aria-hidden="true" class="glyph">
					<path fill="currentColor" d={paused() ? "M4 2.5v11l9-5.5z" : "M4 2.5h3v11H4zM9 2.5h3v11H9z"} />
				</svg>
			</button>
			<details class="time-box" ref={box} on:toggle={opened} on:keydown={leave}>
				<summary>
					<span class="hidden">Time: </span>
					<span class="time-words cut">{words()}</span>
				</summary>
				<div class="time-menu">
					<ul class="time-ranges" aria-label="Time range of charts">
						<li>
							<UrlLink changes={{ range: undefined }} current={page.url.view().range === undefined}>
								Page default
							</UrlLink>
						</li>
						<For each={RANGES}>
							{(range) => (
								<li>
									<UrlLink changes={{ range }} current={page.url.view().range === range}>
										{rangeInWords(range)}
									</UrlLink>
								</li>
							)}
						</For>
					</ul>
					<StepLinks class="time-steps" live="Now" />
					{more()?.({ desk: props.desk })}
				</div>
			</details>
		</div>
	);
}
