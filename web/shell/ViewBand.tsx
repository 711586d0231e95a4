import { type JSX, Show } from "solid-js";
import { moment, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { StepLinks } from "../view/StepLinks.tsx";
import { UrlLink } from "../view/UrlLink.tsx";

/** Shown while the page is paused or shows the past: charts follow, counts and tables are always current. */
export function ViewBand(): JSX.Element {
	const page = usePage();
	const end = () => page.url.view().end;
	const pausedAt = page.time.pausedAt;
	const at = (instant: number) => (
		<time datetime={new Date(instant).toISOString()}>{moment(instant, page.time.clock.now(), page.time.inUtc())}</time>
	);
	return (
		<Show when={!page.past()} fallback={page.pastBand?.({})}>
			<Show when={end() !== undefined || pausedAt() !== undefined}>
				<section class="view-band" aria-label="The time shown" data-paused={pausedAt() === undefined ? undefined : ""}>
					<p role="status">
						<strong>{pausedAt() === undefined ? "Past data." : "Paused."}</strong>{" "}
						<Show when={end()}>
							{(instant) => (
								<>
									Charts and their numbers end at {at(instant())}
									<Show when={page.time.clock.now() - instant() > 60_000}>, {roughly(page.time.clock.now() - instant())} ago</Show>.{" "}
								</>
							)}
						</Show>
						<Show when={pausedAt()} fallback="Counts, tables, tasks and states show current values.">
							{(instant) => <>Counts and tables show {at(instant())}; status and findings are current.</>}
						</Show>
					</p>
					<StepLinks class="view-ways" live="Go live">
						<UrlLink changes={{ at: String(end() ?? pausedAt()), end: undefined }}>The whole page then</UrlLink>
					</StepLinks>
				</section>
			</Show>
		</Show>
	);
}
