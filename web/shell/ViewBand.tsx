import { type JSX, Show } from "solid-js";
import { moment, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import { live } from "../view/pace.ts";
import { shifted, stepInWords } from "../view/range.ts";
import { UrlLink } from "../view/UrlLink.tsx";

/** Says that this is not the present, and what of it is: charts have a past, counts and tables are only ever now. */
export function ViewBand(): JSX.Element {
	const page = usePage();
	const end = () => page.view().end;
	const stood = page.stoodAt;
	const at = (instant: number) => <time datetime={new Date(instant).toISOString()}>{moment(instant, page.clock.now(), page.inUtc())}</time>;
	return (
		<Show when={end() !== undefined || stood() !== undefined}>
			<section class="view-band" aria-label="The time shown" data-paused={stood() === undefined ? undefined : ""}>
				<p role="status">
					<strong>{stood() === undefined ? "Looking back." : "Paused."}</strong>{" "}
					<Show when={end()}>
						{(instant) => (
							<>
								Charts and their numbers end at {at(instant())}
								<Show when={page.clock.now() - instant() > 60_000}>, {roughly(page.clock.now() - instant())} ago</Show>.{" "}
							</>
						)}
					</Show>
					<Show when={stood()} fallback="Counts, tables, tasks and states have no past here: they are as of now.">
						{(instant) => <>Counts and tables stand as they were at {at(instant())}; the state above is of now.</>}
					</Show>
				</p>
				<p class="view-ways">
					<UrlLink changes={shifted(page.view(), -1, page.clock.now())} label={`${stepInWords(page.view())} back`}>
						← {stepInWords(page.view())}
					</UrlLink>
					<UrlLink changes={shifted(page.view(), 1, page.clock.now())} label={`${stepInWords(page.view())} forward`}>
						{stepInWords(page.view())} →
					</UrlLink>
					<UrlLink changes={live(page)} class="view-live">
						Go live
					</UrlLink>
				</p>
			</section>
		</Show>
	);
}
