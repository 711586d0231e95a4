/** The band of a page of the past. */
import { createEffect, type JSX, onMount, Show } from "solid-js";
import { clock, moment, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { pageTitle } from "../page/titles.ts";
import { StepLinks } from "../view/StepLinks.tsx";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `Tue`. */
function weekday(at: number, inUtc: boolean): string {
	const date = new Date(at);
	return DAYS[inUtc ? date.getUTCDay() : date.getDay()] as string;
}

import { TimeBar } from "./TimeBar.tsx";

export { stand } from "../page/lazy/stand.ts";

/** Shown over a page that stands at an instant of the past: all of it does. */
export function PastBand(): JSX.Element {
	const page = usePage();
	onMount(() =>
		createEffect(() => {
			const { page: name, config } = page.input;
			document.title = `${clock(at(), page.time.inUtc())} · ${pageTitle(name, page.data.layout())} · ${config.title}`;
		}),
	);
	const present = () => page.past()?.now ?? page.input.snapshot.at;
	const at = () => page.input.snapshot.at;
	const words = (instant: number) => (
		<time datetime={new Date(instant).toISOString()}>
			{weekday(instant, page.time.inUtc())} {moment(instant, present(), page.time.inUtc())}
		</time>
	);
	const lacking = () => (page.past()?.asked ?? at()) - at();
	return (
		<section class="view-band past-band" aria-label="The time shown">
			<p role="status">
				<strong>{words(at())}</strong>, {roughly(present() - at())} ago: the whole page shows the colony as it was then.
				<Show when={lacking() > 0}> The state that is kept is {roughly(lacking())} older than what was asked for.</Show>
			</p>
			<StepLinks
				class="view-ways"
				live={
					<>
						Back to live <kbd>Esc</kbd>
					</>
				}
			/>
			<TimeBar />
		</section>
	);
}
